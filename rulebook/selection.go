package rulebook

import (
	"context"
	"slices"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Selection says which rules of an account are meant; the zero Selection is the published ones.
type Selection struct {
	Drafts  bool          // every rule as its latest version, published or not
	Brought []models.Rule // rules from outside, in place of the published ones of the same name
	Only    bool          // Brought alone
}

// Rules returns the rules of a selection. version is that of the published rules, 0 when they
// are not what was selected.
func (b *Book) Rules(ctx context.Context, appID string, s Selection) (rules []models.Rule, version int64, err error) {
	switch {
	case s.Only:
		return mergeRules(nil, s.Brought), 0, nil
	case s.Drafts:
		rules, err = b.store.Rules(ctx, store.RuleFilter{AppID: appID})
		return rules, 0, err
	}
	rules, stamp, err := b.store.PublishedRules(ctx, appID)
	if err != nil || len(s.Brought) == 0 {
		return rules, stamp.Version, err
	}
	return mergeRules(rules, s.Brought), 0, nil
}

// compile compiles the rules of a selection, drafts as if they were published.
func (b *Book) compile(ctx context.Context, account models.Account, s Selection) (*bot.Ruleset, error) {
	rules, version, err := b.Rules(ctx, account.AppID, s)
	if err != nil {
		return nil, err
	}
	return bot.Compile(account, version, rules, bot.CompileOptions{Calendar: b.options.Calendar, Limits: b.options.Limits, Drafts: true})
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

// mergeByID returns the rules with those of the same id replaced, and the others after them: versions of
// one rule may have different names.
func mergeByID(rules, over []models.Rule) []models.Rule {
	replaced := make(map[int64]bool, len(over))
	for i := range over {
		replaced[over[i].ID] = true
	}
	out := slices.DeleteFunc(slices.Clone(rules), func(r models.Rule) bool { return replaced[r.ID] })
	for _, r := range over {
		r.State = ""
		out = append(out, r)
	}
	return out
}
