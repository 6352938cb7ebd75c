package rulebook

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// MaxBulk is how many rules take a step together.
const MaxBulk = 200

// BulkRequest has many rules take a step.
type BulkRequest struct {
	Account models.Account
	Allowed []Step // those that who asks may take
	Step    Step
	Rules   []BulkRule
	Strict  bool      // all of them or none
	Reason  string    // why they are returned; asked of a reviewer
	At      time.Time // of publishing; zero: now
}

// BulkRule is a rule as somebody saw it.
type BulkRule struct {
	ID int64 `json:"id,string"`
	// Version is the edition or number of the newest version, "" = whatever it is.
	Version string `json:"version"`
}

// Bulk says what became of each rule.
type Bulk struct {
	Version     int64        `json:"version,string"` // of the published rules
	Results     []BulkResult `json:"results"`        // as asked
	Publication *Publication `json:"publication"`    // the plan, where a time was given
}

// BulkResult is what became of one rule. Code is that of an error.
type BulkResult struct {
	ID      int64  `json:"id,string"`
	Name    string `json:"name"`
	OK      bool   `json:"ok"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Bulk has those of the rules take a step that can, in one transaction, and says of each of the others
// why it can not. When none can, or one can not of all that must, that is the error.
func (b *Book) Bulk(ctx context.Context, by models.Who, q BulkRequest) (Bulk, error) {
	if err := b.checkBulk(&q); err != nil {
		return Bulk{}, err
	}
	p, err := b.pages(ctx, q.Account.AppID)
	if err != nil {
		return Bulk{}, err
	}
	var rules []models.Rule
	var first *models.Error
	out := Bulk{Version: p.version, Results: make([]BulkResult, len(q.Rules))}
	look, err := b.looker(ctx, by, &q, p)
	if err != nil {
		return Bulk{}, err
	}
	for i, r := range q.Rules {
		e, refused := look(r)
		out.Results[i] = BulkResult{ID: r.ID, OK: refused == nil}
		if e != nil {
			out.Results[i].Name = e.last.Name
		}
		if refused == nil {
			rules = append(rules, e.last)
			continue
		}
		out.Results[i].Code, out.Results[i].Message = refused.Code, refused.Message
		if first == nil {
			first = refused
		}
	}
	if first != nil && (q.Strict || len(rules) == 0) {
		return Bulk{}, first
	}
	if !q.At.IsZero() {
		out.Publication, err = b.schedule(ctx, by, q.Account, rules, q.At)
		return out, err
	}
	version, err := b.take(ctx, by, q.Account, q.Step, rules, q.Reason)
	if version != 0 {
		out.Version = version
	}
	return out, err
}

// maxAhead is how far ahead publishing may be planned.
const maxAhead = 90 * 24 * time.Hour

func (b *Book) checkBulk(q *BulkRequest) error {
	const message = "请求内容有误"
	seen := make(map[int64]bool, len(q.Rules))
	for i, r := range q.Rules {
		if seen[r.ID] {
			return models.FieldFault(message, "rules["+strconv.Itoa(i)+"].id", "这条规则写了两次")
		}
		seen[r.ID] = true
	}
	now := b.options.Now()
	switch {
	case !slices.Contains(q.Allowed, q.Step):
		return models.FieldFault(message, "step", "应为 "+stepNames(q.Allowed)+" 之一")
	case len(q.Rules) == 0 || len(q.Rules) > MaxBulk:
		return models.FieldFault(message, "rules", "一次 1 至 200 条规则")
	case len([]rune(q.Reason)) > 1000:
		return models.Faulty(message, models.Fault("reason", "most_characters", "最长 {max} 个字", "max", "1000"))
	case q.At.IsZero():
	case q.Step != StepPublish:
		return models.FieldFault(message, "at", "只有发布可以定时")
	case !q.At.After(now) || q.At.After(now.Add(maxAhead)):
		return models.Faulty(message, models.Fault("at", "plan_range", "应在以后的 90 天以内"))
	}
	return nil
}

func stepNames(steps []Step) string {
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = string(s)
	}
	return strings.Join(names, "、")
}

// looker returns what says whether a rule can take the step, or why not.
func (b *Book) looker(ctx context.Context, by models.Who, q *BulkRequest, p *pages) (func(BulkRule) (*entry, *models.Error), error) {
	var ready func(*entry) *models.Error
	if q.Step == StepSubmit {
		var err error
		if ready, err = b.readiness(ctx, q.Account, p); err != nil {
			return nil, err
		}
	}
	return func(r BulkRule) (*entry, *models.Error) {
		e := p.byID[r.ID]
		if e == nil {
			return nil, models.NewError(models.CodeNotFound, "没有这条规则")
		}
		if r.Version != "" && r.Version != edition(&e.last) && r.Version != strconv.FormatInt(e.lastVersion, 10) {
			return e, models.NewError(models.CodeConflict, "“"+e.last.Name+"”刚刚被"+e.last.Author+"改过，请再看一眼")
		}
		if refused := stepRefusal(e, by, q); refused != nil {
			return e, refused
		}
		if ready != nil {
			return e, ready(e)
		}
		return e, nil
	}, nil
}

// stepRefusal is why a rule in its state can not take the step, nil when it can.
func stepRefusal(e *entry, by models.Who, q *BulkRequest) *models.Error {
	state, name := e.state(), "“"+e.last.Name+"”"
	conflict := func(why string) *models.Error { return models.NewError(models.CodeConflict, name+why) }
	inReview := state == string(models.RuleReview) || state == stateApproved
	switch q.Step {
	case StepSubmit:
		if state != string(models.RuleDraft) {
			return conflict("不是草稿，不能提交审核")
		}
	case StepApprove:
		switch {
		case state != string(models.RuleReview):
			return conflict("不在审核中")
		case e.last.Author == by.Name:
			return models.NewError(models.CodeSamePerson, name+"是自己写的，不能自己审核，请由另一人审核")
		}
	case StepReturn:
		switch {
		case !inReview:
			return conflict("不在审核中")
		case e.last.Author != by.Name && q.Reason == "":
			return models.Faulty("退回要写理由", models.Fault("reason", "reason_missing", "请写理由，作者会看到"))
		}
	case StepPublish:
		if state != stateApproved {
			return conflict("还没有审核通过，不能发布")
		}
	case StepArchive:
		if state == string(models.RuleArchived) {
			return conflict("已经停用")
		}
	case StepDiscard:
		if state != string(models.RuleDraft) && !inReview {
			return conflict("没有草稿可以丢弃")
		}
	}
	return nil
}

// readiness says why a draft can not be submitted yet: a fault of its own, one that the check of all
// newest versions together finds, or that nobody has seen what it does to real questions.
func (b *Book) readiness(ctx context.Context, account models.Account, p *pages) (func(*entry) *models.Error, error) {
	found := b.found(account, p)
	known, err := b.replayed(ctx, account.AppID)
	if err != nil {
		return nil, err
	}
	return func(e *entry) *models.Error {
		refused := &models.Error{Code: models.CodeInvalid, Message: "“" + e.last.Name + "”未通过检查", Fields: e.last.Validate()}
		for _, f := range found[e.last.Name] {
			if f.Severity == models.SeverityError && len(refused.Fields) < maxFaults {
				refused.Fields = append(refused.Fields, models.FieldError{Field: f.Code, Message: f.Message})
			}
		}
		switch {
		case len(refused.Fields) > 0:
			refused.Message += "：" + refused.Fields[0].Message
			return refused
		case !known[PlannedRule{ID: e.id, Edition: edition(&e.last)}]:
			return models.NewError(CodeReplayNeeded, "“"+e.last.Name+"”改过之后还没有试跑，请先试跑，看看对真实的提问有什么影响")
		}
		return nil
	}, nil
}
