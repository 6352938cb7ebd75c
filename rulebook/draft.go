package rulebook

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// RuleView is one version of a rule.
type RuleView struct {
	models.Rule
	State   string `json:"state"`   // as in RuleRow
	Edition string `json:"edition"` // names this writing of the version
}

func viewOf(r *models.Rule) *RuleView {
	if r == nil {
		return nil
	}
	v := &RuleView{Rule: *r, State: stateOf(r), Edition: edition(r)}
	v.UpdatedAt = v.UpdatedAt.In(models.Shanghai())
	if len(v.On) == 0 {
		v.On = []models.Trigger{models.OnText}
	}
	v.Match = cmp.Or(v.Match, models.MatchContains)
	return v
}

// Shown is a rule: what answers, and the version on its way.
type Shown struct {
	ID           int64               `json:"id,string"`
	Name         string              `json:"name"`
	Live         *RuleView           `json:"live"`  // null: nothing answers
	Draft        *RuleView           `json:"draft"` // the newest version where it is not the one that answers, else null
	Faults       []models.FieldError `json:"faults"`
	Findings     []Finding           `json:"findings"`
	Hits30D      *int                `json:"hits_30d"`
	LastHitAt    *time.Time          `json:"last_hit_at"`
	PublishAt    *time.Time          `json:"publish_at"`
	RulesVersion int64               `json:"rules_version,string"`
}

// Show returns a rule of an account. Whoever looks at one tries it next: the published rules are made
// ready for that.
func (b *Book) Show(ctx context.Context, account models.Account, id int64) (Shown, error) {
	p, err := b.pages(ctx, account.AppID)
	if err != nil {
		return Shown{}, err
	}
	e := p.byID[id]
	if e == nil {
		return Shown{}, errNoRule()
	}
	hits, err := b.hits(ctx, account.AppID)
	if err != nil {
		return Shown{}, err
	}
	out := Shown{
		ID: id, Name: e.last.Name, Live: viewOf(e.live), Faults: append([]models.FieldError{}, e.last.Validate()...),
		Findings: findingsOf(b.found(account, p)[e.last.Name]), RulesVersion: p.version,
	}
	if e.lastVersion != e.liveVersion {
		out.Draft = viewOf(&e.last)
	}
	out.Hits30D, out.LastHitAt = hits.shown(id)
	planned, err := b.planned(ctx, account.AppID)
	if err != nil {
		return Shown{}, err
	}
	out.PublishAt = planned[id]
	if _, err := b.published(ctx, account); err != nil && models.ErrorCode(err) != models.CodeInvalid {
		return Shown{}, err
	}
	return out, nil
}

func errNoRule() error { return models.NewError(models.CodeNotFound, "没有这条规则") }

// SaveRequest writes a draft.
type SaveRequest struct {
	Account models.Account
	ID      int64       // 0 = a new rule
	Base    string      // the edition that was changed; somebody else's since is a conflict
	Rule    models.Rule // half of one may be saved; submitting asks for a whole one
}

// Saved is a draft as it was written.
type Saved struct {
	Rule   *RuleView           `json:"rule"`
	Faults []models.FieldError `json:"faults"` // what still keeps it from being submitted
}

// NewerError says that somebody else has written since.
type NewerError struct {
	fault
	Theirs *RuleView `json:"theirs"`
}

// fault is models.Error under a name that leaves its method visible where it is embedded.
type fault = models.Error

// Unwrap is the error without their version.
func (e *NewerError) Unwrap() error { return &e.fault }

// SaveDraft stores a draft, half a rule too, as long as it has a name. What is published goes on
// answering. Saving what is there already changes nothing.
func (b *Book) SaveDraft(ctx context.Context, by models.Who, q SaveRequest) (Saved, error) {
	r := tidy(q.Rule)
	r.AppID, r.ID = q.Account.AppID, q.ID
	faults := r.Validate()
	if named := slices.DeleteFunc(slices.Clone(faults), func(f models.FieldError) bool { return f.Field != "name" }); len(named) > 0 {
		return Saved{}, &models.Error{Code: models.CodeInvalid, Message: "规则须有名称", Fields: named}
	}
	if q.ID != 0 {
		p, err := b.pages(ctx, q.Account.AppID)
		if err != nil {
			return Saved{}, err
		}
		e := p.byID[q.ID]
		switch {
		case e == nil:
			return Saved{}, errNoRule()
		case q.Base == "":
			return Saved{}, models.FieldFault("请求内容有误", "base_version", "请写所改的版本（edition）")
		case edition(&e.last) != q.Base:
			return Saved{}, newer(&e.last)
		case models.JSON(bare(e.last)) == models.JSON(bare(r)):
			return Saved{Rule: viewOf(&e.last), Faults: append([]models.FieldError{}, faults...)}, nil
		}
		r.Version, r.UpdatedAt = e.last.Version, e.last.UpdatedAt
	}
	saved, err := b.store.SaveDraft(ctx, r, by)
	if models.ErrorCode(err) == models.CodeConflict && q.ID != 0 {
		if p, failed := b.pages(ctx, q.Account.AppID); failed == nil && p.byID[q.ID] != nil && edition(&p.byID[q.ID].last) != q.Base {
			return Saved{}, newer(&p.byID[q.ID].last)
		}
	}
	if err != nil {
		return Saved{}, err
	}
	return Saved{Rule: viewOf(&saved), Faults: append([]models.FieldError{}, faults...)}, nil
}

func newer(theirs *models.Rule) error {
	return &NewerError{
		fault{Code: models.CodeConflict, Message: "“" + theirs.Name + "”刚刚被" + cmp.Or(theirs.Author, "别人") + "改过，请对照后再保存"},
		viewOf(theirs),
	}
}

// bare is a rule without what the store says of it.
func bare(r models.Rule) models.Rule {
	r.ID, r.Version, r.LiveVersion, r.State, r.Author, r.Reviewer, r.UpdatedAt = 0, 0, 0, "", "", "", time.Time{}
	return tidy(r)
}

// tidy is a rule without what a form leaves behind: blanks around words, empty lines, parts in which
// nothing is written, defaults written out.
func tidy(r models.Rule) models.Rule {
	r.Name, r.Title, r.Topic = models.CleanName(r.Name), strings.TrimSpace(r.Title), strings.TrimSpace(r.Topic)
	r.Keywords, r.Exclude, r.Keys = words(r.Keywords), words(r.Exclude), words(r.Keys)
	r.Examples, r.CounterExamples = words(r.Examples), words(r.CounterExamples)
	var groups [][]string
	for _, g := range r.Groups {
		if g = words(g); len(g) > 0 {
			groups = append(groups, g)
		}
	}
	r.Groups = groups
	r.Replies = slices.Clone(r.Replies)
	for i := range r.Replies {
		r.Replies[i].Text = strings.ReplaceAll(r.Replies[i].Text, "\r\n", "\n")
	}
	if len(r.Replies) == 0 {
		r.Replies = nil
	}
	if len(r.On) == 0 || len(r.On) == 1 && r.On[0] == models.OnText {
		r.On = nil
	}
	if r.Match == models.MatchContains {
		r.Match = ""
	}
	if r.Title == r.Name {
		r.Title = ""
	}
	if w := r.When; w != nil && w.From+w.Until+w.Office+w.Holiday == "" && len(w.Weekdays)+len(w.Hours) == 0 {
		r.When = nil
	}
	if r.Source != nil && *r.Source == (models.Source{}) {
		r.Source = nil
	}
	return r
}

// words are a list without blanks around its items and without empty ones.
func words(list []string) []string {
	var out []string
	for _, w := range list {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}
