package rulebook

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// PreviewRequest asks what a contains rule with these words would answer.
type PreviewRequest struct {
	Account  models.Account
	Rule     string // the name of a rule that takes the words up; "" = a rule of its own
	Keywords []string
	Groups   [][]string
	Exclude  []string
}

// Preview is what the rule would answer among the last questions, and who answers those today.
type Preview struct {
	Questions int             `json:"questions"` // that were looked at, the last ones
	Answers   int             `json:"answers"`   // of which the rule would answer
	Gained    int             `json:"gained"`    // of these nobody answers today
	Taken     []PreviewRule   `json:"taken"`     // of these others answer today, which would not any more
	Left      []PreviewRule   `json:"left"`      // others go on answering though they hold the words
	Samples   []PreviewSample `json:"samples"`   // the latest, those gained first
}

// PreviewRule is a rule that answers today, and how many of the questions.
type PreviewRule struct {
	Rule      string `json:"rule"`
	Questions int    `json:"questions"`
}

// PreviewSample is a question that the rule would answer.
type PreviewSample struct {
	Text  string    `json:"text"`
	At    time.Time `json:"at"`
	Today string    `json:"today"` // the rule that answers it today, "" = none
}

const (
	// previewQuestions is how many questions are looked at, previewSamples how many are shown.
	previewQuestions, previewSamples = 5000, 12
)

// PreviewKeywords asks the published rules, as they are and with the rule, the last 5,000 questions.
func (b *Book) PreviewKeywords(ctx context.Context, q PreviewRequest) (Preview, error) {
	published, err := b.published(ctx, q.Account)
	if err != nil {
		return Preview{}, err
	}
	r, err := b.previewRule(ctx, &q)
	if err != nil {
		return Preview{}, err
	}
	with, err := published.With(r)
	if err != nil {
		return Preview{}, err
	}
	// Most questions have nothing to do with the words: that costs far less to see in a set of its own.
	alone, err := b.compile(ctx, q.Account, Selection{Brought: []models.Rule{r}, Only: true})
	if err != nil {
		return Preview{}, err
	}
	out := Preview{Taken: []PreviewRule{}, Left: []PreviewRule{}, Samples: []PreviewSample{}}
	taken, left := map[string]int{}, map[string]int{}
	var others []PreviewSample
	asked := b.asked(ctx, q.Account.AppID, time.Time{}, previewQuestions)
	for row := range asked.all {
		out.Questions++
		ask := bot.Query{Text: row.Content, At: row.At}
		if own := alone.Answer(ask); !own.Found() {
			continue
		}
		hit := with.Answer(ask)
		was := published.Answer(ask)
		today := ""
		if was.Found() {
			today = was.Rule.Name
		}
		if !hit.Found() || hit.Rule.Name != r.Name || today == r.Name {
			if today != "" && today != r.Name && among(with.Fitting(ask), r.Name) {
				left[today]++
			}
			continue
		}
		out.Answers++
		sample := PreviewSample{Text: models.OneLine(row.Content, models.MaxExampleRunes), At: row.At, Today: today}
		if today == "" {
			out.Gained++
			out.Samples = append(out.Samples, sample)
		} else {
			taken[today]++
			others = append(others, sample)
		}
	}
	out.Samples = distinct(append(out.Samples, others...), previewSamples)
	out.Taken, out.Left = previewRules(taken), previewRules(left)
	return out, models.Wrap("rulebook: preview", asked.err)
}

// previewRule is the rule as it would be, with an answer that nobody sees.
func (b *Book) previewRule(ctx context.Context, q *PreviewRequest) (models.Rule, error) {
	r := models.Rule{Name: "\u200b建议的规则", Groups: q.Groups} // a name that no rule can have
	if q.Rule != "" {
		found, err := b.named(ctx, q.Account.AppID, q.Rule)
		if err != nil {
			return models.Rule{}, err
		}
		r = found
	}
	r.Keywords, r.Exclude = added(r.Keywords, q.Keywords), added(r.Exclude, q.Exclude)
	r.Replies, r.Menu, r.Examples, r.CounterExamples = []models.Reply{models.TextReply("…")}, nil, nil, nil
	if faults := r.Validate(); len(faults) > 0 {
		return models.Rule{}, &models.Error{Code: models.CodeInvalid, Message: "关键词有误", Fields: faults}
	}
	return r, nil
}

// distinct are the first so many samples of different wordings.
func distinct(list []PreviewSample, most int) []PreviewSample {
	out, seen := []PreviewSample{}, map[string]bool{}
	for _, s := range list {
		if !seen[s.Text] && len(out) < most {
			seen[s.Text] = true
			out = append(out, s)
		}
	}
	return out
}

func among(rules []*models.Rule, name string) bool {
	return slices.ContainsFunc(rules, func(r *models.Rule) bool { return r.Name == name })
}

func previewRules(n map[string]int) []PreviewRule {
	out := []PreviewRule{}
	for _, name := range slices.Sorted(maps.Keys(n)) {
		out = append(out, PreviewRule{name, n[name]})
	}
	slices.SortStableFunc(out, func(x, y PreviewRule) int { return cmp.Compare(y.Questions, x.Questions) })
	return out
}
