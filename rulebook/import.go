package rulebook

import (
	"context"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// ImportRequest brings rules from outside into an account: from a file, or from WeChat's back
// office.
type ImportRequest struct {
	Account models.Account
	Rules   []models.Rule
	Publish bool // at once, without a second person; else they become drafts
	DryRun  bool // only say what would change
}

// Imported is what an import changed, or with DryRun would change.
type Imported struct {
	Changes []Change `json:"changes"`
	Same    int      `json:"same"` // rules that are as they were
	DryRun  bool     `json:"dry_run"`
	Publish bool     `json:"publish"`
	Version int64    `json:"rules_version,omitempty,string"` // of the published rules, when something was published
	// Doubts are what a check found doubtful in the rules that are published; they hinder nothing.
	Doubts []models.Finding `json:"-"`
	// Refused is why the rules can not be published; only a DryRun returns it here.
	Refused error `json:"-"`
}

// Change is one rule that is new or differs.
type Change struct {
	Rule   string              `json:"rule"`
	Kind   string              `json:"kind"`             // added or changed
	Fields []sheet.FieldChange `json:"fields,omitempty"` // of a changed rule
}

// Kinds of changes.
const (
	RuleAdded   = "added"
	RuleChanged = "changed"
)

// Import writes those of the rules that differ from the account's, all or none: as drafts, or
// published if the whole set passes the check with them. Rules are compared by name and meaning.
func (b *Book) Import(ctx context.Context, by models.Who, q ImportRequest) (Imported, error) {
	p, err := b.propose(ctx, &q)
	if err != nil {
		return Imported{}, err
	}
	out := Imported{Changes: p.changes, Same: p.same, DryRun: q.DryRun, Publish: q.Publish}
	if q.Publish && len(p.write) > 0 {
		findings, err := b.checkPublishing(q.Account, p.next)
		if err != nil && !q.DryRun {
			return Imported{}, err
		}
		out.Doubts, out.Refused = p.doubts(findings), err
	}
	if q.DryRun || len(p.write) == 0 {
		return out, nil
	}
	if q.Publish {
		out.Version, err = b.changeRules(ctx, by, q.Account.AppID, p.base, "rules.publish", func(t *store.Tx, _ int64) error {
			return t.PublishRules(ctx, q.Account.AppID, p.write, by)
		})
	} else {
		err = b.store.SaveDrafts(ctx, q.Account.AppID, p.write, by)
	}
	if err != nil {
		return Imported{}, err
	}
	return out, nil
}

// proposal is what an import would write.
type proposal struct {
	base    store.RulesStamp // of the published rules it was made from
	changes []Change
	same    int
	write   []models.Rule // what differs, new ones with the id they will have
	next    []models.Rule // the published rules as they would be
}

// propose compares rules with those of the account, by name: with the published ones, and
// for drafts with the drafts that are open, too. What means the same is left out.
func (b *Book) propose(ctx context.Context, q *ImportRequest) (*proposal, error) {
	published, base, err := b.store.PublishedRules(ctx, q.Account.AppID)
	if err != nil {
		return nil, err
	}
	latest, err := b.store.Rules(ctx, store.RuleFilter{AppID: q.Account.AppID})
	if err != nil {
		return nil, err
	}
	p := &proposal{base: base, changes: []Change{}}
	live, last := byName(published), byName(latest)
	for _, r := range q.Rules {
		bases := []*models.Rule{live[r.Name]}
		if draft := last[r.Name]; !q.Publish && draft != nil && (draft.State == models.RuleDraft || draft.State == models.RuleReview) {
			bases = []*models.Rule{draft, live[r.Name]}
		}
		change, err := compareWith(bases, r)
		if err != nil {
			return nil, err
		}
		if change == nil {
			p.same++
			continue
		}
		r.AppID, r.ID = q.Account.AppID, b.store.NewID()
		if old := last[r.Name]; old != nil {
			r.ID = old.ID
		}
		p.changes = append(p.changes, *change)
		p.write = append(p.write, r)
	}
	p.next = mergeRules(published, p.write)
	return p, nil
}

// compareWith says how a rule differs from the first of the bases that is there; nil when it
// means the same as any of them.
func compareWith(bases []*models.Rule, r models.Rule) (*Change, error) {
	change := &Change{Rule: r.Name, Kind: RuleAdded}
	for _, base := range bases {
		if base == nil {
			continue
		}
		fields, err := sheet.CompareRules(*base, r)
		if err != nil || len(fields) == 0 {
			return nil, err
		}
		if change.Kind == RuleAdded {
			change.Kind, change.Fields = RuleChanged, fields
		}
	}
	return change, nil
}

// doubts are the findings about the rules that would be written, errors apart. That an
// answer takes several messages is no doubt.
func (p *proposal) doubts(findings []models.Finding) []models.Finding {
	mine := byName(p.write)
	var out []models.Finding
	for _, f := range findings {
		if mine[f.Rule] != nil && f.Severity != models.SeverityError && f.Code != bot.CheckPages {
			out = append(out, f)
		}
	}
	return out
}
