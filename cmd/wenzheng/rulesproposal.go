package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// proposal is what rules brought from outside would change in an account.
type proposal struct {
	account models.Account
	stamp   store.RulesStamp // of the published rules it was made from
	publish bool             // else as drafts
	write   []models.Rule    // what differs, new ones with the id they will have
	next    []models.Rule    // the published rules as they would be
	Changes []ruleChange     `json:"changes"`
	Same    int              `json:"same"` // rules that are as they were
}

// ruleChange is one rule that is new or differs.
type ruleChange struct {
	Rule   string              `json:"rule"`
	Kind   string              `json:"kind"`
	Fields []sheet.FieldChange `json:"fields,omitempty"`
}

// Kinds of changes.
const (
	ruleAdded   = "added"
	ruleChanged = "changed"
)

// propose compares rules with those of the account, by name: with the published ones, and
// for drafts with the drafts that are open, too. What means the same is left out.
func (i *installation) propose(ctx context.Context, account models.Account, rules []models.Rule, publish bool) (*proposal, error) {
	published, stamp, err := i.PublishedAt(ctx, account.AppID)
	if err != nil {
		return nil, err
	}
	latest, err := i.Rules(ctx, store.RuleFilter{AppID: account.AppID})
	if err != nil {
		return nil, err
	}
	pr := &proposal{account: account, stamp: stamp, publish: publish, Changes: []ruleChange{}}
	live, last := byName(published), byName(latest)
	for _, r := range rules {
		bases := []*models.Rule{live[r.Name]}
		if draft := last[r.Name]; !publish && draft != nil && (draft.State == models.RuleDraft || draft.State == models.RuleReview) {
			bases = []*models.Rule{draft, live[r.Name]}
		}
		change, err := compareWith(bases, r)
		if err != nil {
			return nil, err
		}
		if change == nil {
			pr.Same++
			continue
		}
		r.AppID, r.ID = account.AppID, i.NewID()
		if old := last[r.Name]; old != nil {
			r.ID = old.ID
		}
		pr.Changes = append(pr.Changes, *change)
		pr.write = append(pr.write, r)
	}
	pr.next = mergeRules(published, pr.write)
	return pr, nil
}

// compareWith says how a rule differs from the first of the bases that is there; nil when it
// means the same as any of them.
func compareWith(bases []*models.Rule, r models.Rule) (*ruleChange, error) {
	change := &ruleChange{Rule: r.Name, Kind: ruleAdded}
	for _, base := range bases {
		if base == nil {
			continue
		}
		fields, err := sheet.CompareRules(*base, r)
		if err != nil || len(fields) == 0 {
			return nil, err
		}
		if change.Kind == ruleAdded {
			change.Kind, change.Fields = ruleChanged, fields
		}
	}
	return change, nil
}

func byName(rules []models.Rule) map[string]*models.Rule {
	m := make(map[string]*models.Rule, len(rules))
	for i := range rules {
		m[rules[i].Name] = &rules[i]
	}
	return m
}

// mergeRules returns the rules with those of the same name replaced, and new ones after
// them. A rule keeps the id it replaces: the older goes first where all else is equal.
func mergeRules(rules, over []models.Rule) []models.Rule {
	out := slices.Clone(rules)
	place := make(map[string]int, len(out))
	for i := range out {
		place[out[i].Name] = i
	}
	for _, r := range over {
		r.State = ""
		if i, ok := place[r.Name]; ok {
			r.ID = out[i].ID
			out[i] = r
			continue
		}
		place[r.Name] = len(out)
		out = append(out, r)
	}
	return out
}

// check refuses a proposal that would publish rules with faults.
func (pr *proposal) check(i *installation, now time.Time) error {
	if !pr.publish || len(pr.write) == 0 {
		return nil
	}
	return i.checkRules(pr.account, pr.next, now)
}

// apply writes what differs, all or nothing, and returns the rules version when something
// was published. The caller has checked it.
func (i *installation) apply(ctx context.Context, pr *proposal, who models.Who) (version int64, err error) {
	switch {
	case len(pr.write) == 0:
		return 0, nil
	case pr.publish:
		return i.PublishRules(ctx, pr.account.AppID, pr.stamp, pr.write, who)
	}
	return 0, i.SaveDrafts(ctx, pr.account.AppID, pr.write, who)
}

// maxShown is how many changed rules are printed; --json has all.
const maxShown = 100

// text is the difference for people, a line for each field.
func (pr *proposal) text() string {
	var b strings.Builder
	for n, c := range pr.Changes {
		if n == maxShown {
			fmt.Fprintf(&b, "……其余 %d 条见 --json\n", len(pr.Changes)-maxShown)
			break
		}
		if c.Kind == ruleAdded {
			fmt.Fprintf(&b, "新增  %s\n", c.Rule)
		}
		b.WriteString(fieldLines("修改  "+c.Rule+"，", c.Fields))
	}
	if pr.Same > 0 {
		fmt.Fprintf(&b, "相同  %d 条，不改\n", pr.Same)
	}
	return b.String()
}

// fieldLines writes changed fields, old and new, a line each.
func fieldLines(lead string, fields []sheet.FieldChange) string {
	var b strings.Builder
	for _, f := range fields {
		was, is := differing(f.Before, f.After)
		fmt.Fprintf(&b, "%s%s：%s -> %s\n", lead, f.Title, orDash(was), orDash(is))
	}
	return b.String()
}

// Bounds of a field that is printed: so much of it, and so much before the first difference.
const (
	shownRunes  = 80
	shownBefore = 20
)

// differing shortens two texts to one line each about the place where they begin to differ.
func differing(a, b string) (string, string) {
	x, y := []rune(strings.ReplaceAll(a, "\n", "⏎")), []rune(strings.ReplaceAll(b, "\n", "⏎"))
	if len(x) <= shownRunes && len(y) <= shownRunes {
		return string(x), string(y)
	}
	same := 0
	for same < min(len(x), len(y)) && x[same] == y[same] {
		same++
	}
	from := max(0, same-shownBefore)
	cut := func(r []rune) string {
		if from >= len(r) {
			return "……"
		}
		s := string(r[from:min(len(r), from+shownRunes)])
		if from > 0 {
			s = "……" + s
		}
		if len(r) > from+shownRunes {
			s += "……"
		}
		return s
	}
	return cut(x), cut(y)
}
