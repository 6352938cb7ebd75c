package rulebook

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// markDrafts says of each gap which rule on its way would answer most of its sentences.
func (b *Book) markDrafts(ctx context.Context, account models.Account, gaps []Gap) error {
	var drafts []models.Rule
	for _, state := range []models.RuleState{models.RuleDraft, models.RuleReview} {
		rules, err := b.store.Rules(ctx, store.RuleFilter{AppID: account.AppID, State: state})
		if err != nil {
			return err
		}
		for _, r := range rules {
			// What it will say does not matter, and may not be written yet.
			r.Replies, r.Menu, r.Examples, r.CounterExamples = []models.Reply{models.TextReply(r.Name)}, nil, nil, nil
			if len(r.Validate()) == 0 && r.Match != models.MatchDefault {
				drafts = append(drafts, r)
			}
		}
	}
	if len(drafts) == 0 {
		return nil
	}
	set, err := bot.Compile(account, 0, drafts, bot.CompileOptions{Calendar: b.options.Calendar, Limits: b.options.Limits, Drafts: true})
	if err != nil {
		return err
	}
	now := b.options.Now()
	for i := range gaps {
		g := &gaps[i]
		n := map[*models.Rule]int{}
		for _, text := range g.Sentences {
			if hit := set.Answer(bot.Query{Text: text, At: now}); hit.Found() {
				if n[hit.Rule]++; 2*n[hit.Rule] > len(g.Sentences) {
					g.Draft = &GapDraft{ID: hit.Rule.ID, Name: hit.Rule.Name, State: hit.Rule.State}
				}
			}
		}
	}
	return nil
}

// GapRuleRequest makes a draft that answers a gap.
type GapRuleRequest struct {
	GapsRequest
	Key      string
	Rule     string     // the name of the rule to take the words up; "" = a new rule
	Keywords []string   // nil: those proposed
	Groups   [][]string // of a new rule
	Exclude  []string
}

// DraftForGap writes a draft, audited as every draft: a new rule with the keywords and sentences of
// the gap, or a rule that is there with them added. Its answer is for the author to write.
func (b *Book) DraftForGap(ctx context.Context, by models.Who, q GapRuleRequest) (models.Rule, error) {
	g, err := b.gap(ctx, q.GapsRequest, q.Key)
	if err != nil {
		return models.Rule{}, err
	}
	if q.Keywords == nil {
		q.Keywords, q.Groups = g.Keywords, g.Groups
	}
	r := models.Rule{Name: g.Name, Groups: q.Groups}
	all, err := b.store.Rules(ctx, store.RuleFilter{AppID: q.Account.AppID})
	if err != nil {
		return models.Rule{}, models.Wrap("rulebook: rule of a gap", err)
	}
	if q.Rule != "" {
		found, err := named(all, []string{q.Rule})
		if err != nil {
			return models.Rule{}, err
		}
		r = found[0]
		if r.Match != "" && r.Match != models.MatchContains {
			return models.Rule{}, models.NewError(models.CodeInvalid, "“"+r.Name+"”不是按“包含关键词”匹配的，并入后不会答到这些问题；请另建规则，或直接改它")
		}
	} else {
		r.Name = freeName(g.Name, all)
	}
	r.AppID = q.Account.AppID
	r.Keywords, r.Exclude = added(r.Keywords, q.Keywords), added(r.Exclude, q.Exclude)
	if r.Examples, err = b.gapExamples(q.Account, r, g.Sentences); err != nil {
		return models.Rule{}, err
	}
	saved, err := b.store.SaveDraft(ctx, r, by)
	return saved, models.Wrap("rulebook: rule of a gap", err)
}

// freeName is the name, with a number where it is taken.
func freeName(name string, rules []models.Rule) string {
	taken := byName(rules)
	name = models.CleanName(name)
	for n, free := 2, name; ; n++ {
		if taken[free] == nil {
			return free
		}
		free = name + " " + strconv.Itoa(n)
	}
}

// added are words with those of more that are not among them.
func added(words, more []string) []string {
	out := slices.Clone(words)
	for _, w := range more {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// gapExamples are the examples of a rule and the sentences that it would answer.
func (b *Book) gapExamples(account models.Account, r models.Rule, sentences []string) ([]string, error) {
	examples := r.Examples
	r.Replies, r.Menu, r.Examples, r.CounterExamples = []models.Reply{models.TextReply(r.Name)}, nil, nil, nil
	if faults := r.Validate(); len(faults) > 0 {
		return nil, &models.Error{Code: models.CodeInvalid, Message: "规则有误", Fields: faults}
	}
	set, err := bot.Compile(account, 0, []models.Rule{r}, bot.CompileOptions{Calendar: b.options.Calendar, Limits: b.options.Limits, Drafts: true})
	if err != nil {
		return nil, err
	}
	now := b.options.Now()
	for _, s := range sentences {
		if hit := set.Match(bot.Query{Text: s, At: now}); hit.Found() && len(examples) < models.MaxRuleExamples {
			examples = added(examples, []string{s})
		}
	}
	return examples, nil
}
