package cases

import (
	"context"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Step is what somebody does with a case.
type Step string

// The steps.
const (
	Accept  Step = "accept"
	Reject  Step = "reject"
	Assign  Step = "assign"
	Return  Step = "return"
	Ask     Step = "ask"
	Extend  Step = "extend"
	Draft   Step = "draft"
	Submit  Step = "submit"
	Approve Step = "approve"
	Refuse  Step = "refuse"
	Reopen  Step = "reopen"
	Urge    Step = "urge"
)

// Steps lists them all.
func Steps() []Step {
	return []Step{Accept, Reject, Assign, Return, Ask, Extend, Draft, Submit, Approve, Refuse, Reopen, Urge}
}

// CodeNotAllowed says that the state of the case, or what guards it, does not allow the step; the text says why.
const CodeNotAllowed = "not_allowed"

// OfExtension names the extension where a reply waits for its review as well.
const OfExtension = "extension"

// Rights are what somebody may do with the cases of an account.
type Rights struct {
	Write     bool // handle them
	Review    bool // approve what others wrote
	Supervise bool // reopen, urge, hand to another unit
}

// EveryRight are all of them, as the command line has.
func EveryRight() Rights { return Rights{true, true, true} }

// step is a line of the table of states.
type step struct {
	from  []State // nil: an extension that waits will do
	may   func(r Rights) bool
	needs textNeed
	guard func(a *acting) error // nil: none besides
	do    func(ctx context.Context, t *store.Tx, a *acting) error
}

// textNeed is what a step says.
type textNeed int

const (
	noText textNeed = iota
	maySay
	mustSay
)

func writes(r Rights) bool     { return r.Write }
func reviews(r Rights) bool    { return r.Review }
func supervises(r Rights) bool { return r.Supervise }
func either(r Rights) bool     { return r.Write || r.Supervise }

// open are the states in which something is owed.
func open() []State { return []State{Submitted, Accepted, Handling, Review} }

// steps is the table of states.
func (b *Cases) steps() map[Step]step {
	begun := []State{Accepted, Handling}
	return map[Step]step{
		Accept:  {from: []State{Submitted}, may: writes, do: b.accept},
		Reject:  {from: []State{Submitted}, may: writes, needs: mustSay, do: b.reject},
		Assign:  {from: begun, may: either, do: b.assign},
		Return:  {from: []State{Handling}, may: writes, needs: mustSay, do: b.giveBack},
		Ask:     {from: begun, may: writes, needs: mustSay, guard: knownCitizen, do: b.ask},
		Extend:  {from: begun, may: writes, needs: mustSay, guard: mayExtend, do: b.extend},
		Draft:   {from: begun, may: writes, needs: maySay, do: b.saveDraft},
		Submit:  {from: []State{Handling}, may: writes, needs: maySay, do: b.submit},
		Approve: {from: []State{Review}, may: reviews, guard: another, do: b.approve},
		Refuse:  {from: []State{Review}, may: reviews, needs: mustSay, guard: another, do: b.refuse},
		Reopen:  {from: []State{Closed}, may: supervises, needs: mustSay, do: b.reopen},
		Urge:    {from: open(), may: supervises, needs: maySay, do: b.urge},
	}
}

// acting is a step that is under way.
type acting struct {
	*Case
	who    models.Who
	q      *Act
	now    time.Time
	limits limits
	words  models.Sensitive // that nothing that goes out may hold
	events []Event          // that it came to
}

// reviewsExtension reports whether a review is about the extension.
func (a *acting) reviewsExtension() bool {
	return a.Extension != nil && (a.q.Of == OfExtension || a.State != Review)
}

// allowed says why a step can not be taken now; nil: it can.
func (s *step) allowed(a *acting, rights Rights) error {
	if !s.may(rights) {
		return models.NewError(models.CodeForbidden, "没有这项权限")
	}
	review := a.q.Step == Approve || a.q.Step == Refuse
	if !slices.Contains(s.from, a.State) && (!review || a.Extension == nil) {
		return models.NewError(CodeNotAllowed, "这个工单"+StateTitle(a.State)+"，现在不能"+StepTitle(a.q.Step))
	}
	if s.guard == nil {
		return nil
	}
	return s.guard(a)
}

// another refuses a review by whoever wrote what is reviewed.
func another(a *acting) error {
	author := a.Author
	if a.reviewsExtension() {
		author = a.Extension.By
	} else if a.q.Of == OfExtension {
		return models.NewError(CodeNotAllowed, "没有待审核的延期")
	}
	if author == a.who.Name {
		return models.NewError(models.CodeSamePerson, "须由另一个人审核")
	}
	return nil
}

func knownCitizen(a *acting) error {
	if a.UID == "" {
		return models.NewError(CodeNotAllowed, "这个工单没有公众号上的市民，请按登记的电话联系")
	}
	return nil
}

func mayExtend(a *acting) error {
	switch {
	case !a.ExtendedTo.IsZero():
		return models.NewError(CodeNotAllowed, "已经延期过一次，不能再延")
	case a.Extension != nil:
		return models.NewError(CodeNotAllowed, "延期正在等待审核")
	case a.now.After(a.DueAt):
		return models.NewError(CodeNotAllowed, "已过办理期限，不能再延期")
	}
	return nil
}

// AllowedSteps are those that somebody may take now.
func (b *Cases) allowedSteps(c *Case, who models.Who, rights Rights, now time.Time) []Step {
	list := []Step{}
	table := b.steps()
	for _, name := range Steps() {
		s := table[name]
		if s.allowed(&acting{Case: c, who: who, q: &Act{Step: name}, now: now}, rights) == nil {
			list = append(list, name)
		}
	}
	return list
}
