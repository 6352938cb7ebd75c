package rulebook

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// LiveTestRequest asks what a citizen would be told were a rule as it is being written.
type LiveTestRequest struct {
	Account models.Account
	Text    string
	On      models.Trigger // where it comes in, "" = as text
	Key     string         // the scene value or menu key
	Rule    *models.Rule   // in the place of the published one of its id or name; nil: what is published alone
	At      time.Time      // zero: now
}

// LiveTest is what a citizen would be told, and why.
type LiveTest struct {
	Normalised string              `json:"normalised"`
	Trial                          // with the rule as it is being written
	Published  *Trial              `json:"published"` // as it is now; null where no rule is being written
	Examples   []bot.ExampleResult `json:"examples"`  // of the rule
	Findings   []Finding           `json:"findings"`  // about the rule
	Faults     []models.FieldError `json:"faults"`    // of the rule by field; one that can not be tried is left out
}

// Trial is one answer.
type Trial struct {
	Winner  *Winner     `json:"winner"` // null: no rule answers
	Outcome string      `json:"outcome"`
	Why     string      `json:"why"`
	Beaten  []Beaten    `json:"beaten"`
	Reply   *TrialReply `json:"reply"` // null: silence
}

// Winner is the rule that answers.
type Winner struct {
	ID        int64            `json:"id,string"` // 0: not stored yet
	Name      string           `json:"name"`
	Title     string           `json:"title"`
	Why       string           `json:"why"`
	Keyword   string           `json:"keyword"`
	Kind      models.MatchKind `json:"kind"`
	Corrected string           `json:"corrected"` // the slip that was read as keyword
}

// Beaten is a rule that hit too.
type Beaten struct {
	ID      int64            `json:"id,string"`
	Name    string           `json:"name"`
	Why     string           `json:"why"`
	Keyword string           `json:"keyword"`
	Kind    models.MatchKind `json:"kind"`
}

// TrialReply is an answer as WeChat gets it.
type TrialReply struct {
	models.Reply
	Bytes int      `json:"bytes"` // of the text, or of the longest page
	Pages []string `json:"pages"` // of a text, one where it fits into one message
}

// LiveTest answers as if the first thing that a citizen writes were this. Nothing is stored.
func (b *Book) LiveTest(ctx context.Context, q LiveTestRequest) (LiveTest, error) {
	if err := q.check(); err != nil {
		return LiveTest{}, err
	}
	out := LiveTest{Normalised: reading.Normalise(q.Text), Examples: []bot.ExampleResult{}, Findings: []Finding{}, Faults: []models.FieldError{}}
	published, err := b.published(ctx, q.Account)
	if err != nil {
		return out, err
	}
	pins, err := b.Pins(ctx, q.Account.AppID)
	if err != nil {
		return out, err
	}
	if q.At.IsZero() {
		q.At = b.options.Now()
	}
	ask := func(set *bot.Ruleset) Trial {
		t := set.TryEntry(bot.Query{Text: q.Text, At: q.At}, q.On, q.Key, pins...)
		return trialOf(set, &t)
	}
	if q.Rule == nil {
		out.Trial = ask(published)
		return out, nil
	}
	r := tidy(*q.Rule)
	out.Faults = append(out.Faults, r.Validate()...)
	now := ask(published)
	out.Published = &now
	set, err := published.With(r)
	if models.ErrorCode(err) == models.CodeInvalid {
		out.Trial = now
		return out, nil
	}
	if err != nil {
		return out, err
	}
	checked := set.CheckRule(r.Name, bot.CheckOptions{Now: b.options.Now(), Calendar: b.options.Calendar, Limits: b.options.Limits})
	checked.Findings = slices.DeleteFunc(checked.Findings, func(f models.Finding) bool { return f.Code == bot.CheckInvalid && len(out.Faults) > 0 })
	out.Findings = append(out.Findings, findingsOf(b.withSettings(checked.Findings, q.Account, []models.Rule{r}))...)
	out.Examples = append(out.Examples, checked.Examples...)
	out.Trial = ask(set)
	if w := out.Winner; w != nil && w.Name == r.Name {
		w.ID = r.ID // a new rule has none yet
	}
	return out, nil
}

// maxTried is the longest text that is tried, in bytes: WeChat lets citizens write less.
const maxTried = 8192

func (q *LiveTestRequest) check() error {
	q.On = cmp.Or(q.On, models.OnText)
	switch {
	case len(q.Text) > maxTried:
		return models.FieldFault("请求内容有误", "text", "最长 8192 字节")
	case !slices.Contains(models.Triggers(), q.On):
		return models.FieldFault("请求内容有误", "trigger", "没有这个入口")
	case len(q.Key) > models.MaxEventKeyBytes:
		return models.FieldFault("请求内容有误", "key", "太长")
	}
	return nil
}

func trialOf(set *bot.Ruleset, t *bot.Trial) Trial {
	m := &t.Match
	out := Trial{Outcome: m.Outcome, Why: m.Reason, Beaten: []Beaten{}}
	if m.RuleName != "" {
		out.Winner = &Winner{
			ID: m.RuleID, Name: m.RuleName, Title: set.Title(m.RuleName), Why: m.Reason, Keyword: m.Keyword, Kind: m.Kind, Corrected: m.Corrected,
		}
	}
	for _, l := range m.Beaten {
		out.Beaten = append(out.Beaten, Beaten{ID: l.RuleID, Name: l.RuleName, Why: l.Reason, Keyword: l.Keyword, Kind: l.Kind})
	}
	if t.Reply.Silent() {
		return out
	}
	out.Reply = &TrialReply{Reply: t.Reply, Pages: []string{}}
	if t.Reply.Kind == models.ReplyText {
		out.Reply.Pages = append(out.Reply.Pages, t.Pages...)
		if len(t.Pages) == 0 {
			out.Reply.Pages = []string{t.Reply.Text}
		}
		for _, page := range out.Reply.Pages {
			out.Reply.Bytes = max(out.Reply.Bytes, len(page))
		}
	}
	return out
}

// Question is what a citizen wrote, numbers masked.
type Question struct {
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
	Rule    string    `json:"rule"` // that answered, "" = none did
	Outcome string    `json:"outcome"`
}

// MaxQuestions is how many questions Questions returns at most.
const MaxQuestions = 500

// Questions are the last things that citizens wrote to an account, the newest first, each wording once.
func (b *Book) Questions(ctx context.Context, appID string, limit int) ([]Question, error) {
	list := []Question{}
	seen := make(map[string]bool)
	asked := b.asked(ctx, appID, time.Time{}, 5*limit) // repetitions among them
	for row := range asked.all {
		if seen[row.Content] {
			continue
		}
		seen[row.Content] = true
		list = append(list, Question{Text: models.Mask(row.Content), At: row.At.In(models.Shanghai()), Rule: row.RuleName, Outcome: string(row.Outcome)})
		if len(list) == limit {
			break
		}
	}
	return list, models.Wrap("rulebook: questions", asked.err)
}

// questionFilter are the texts that citizens wrote to an account.
func questionFilter(appID string, from time.Time) store.Filter {
	return store.Filter{
		AppIDs: []string{appID}, From: from, Dir: models.DirIn, Channel: models.ChannelChat, Kind: models.MsgTypeText, NoProbes: true,
	}
}
