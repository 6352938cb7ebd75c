package rulebook

import (
	"context"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/topics"
)

// Gap is what citizens ask and no published rule answers: a group of questions that share a name or
// a matter.
type Gap struct {
	Key       string           `json:"key"` // stays as long as the group has its name
	Kind      topics.Kind      `json:"kind"`
	Name      string           `json:"name"`
	Aliases   []string         `json:"aliases"`
	Together  []string         `json:"together"`
	Synonyms  []string         `json:"synonyms"`
	Broad     bool             `json:"broad"` // a place of which very different things are asked
	Count     int              `json:"count"`
	Citizens  int              `json:"citizens"`
	Share     float64          `json:"share"` // of the questions that no rule answers, in percent
	Trend     []int            `json:"trend"` // questions in equal parts of the span
	First     time.Time        `json:"first"`
	Last      time.Time        `json:"last"`
	Sentences []string         `json:"sentences"` // the most frequent first
	Keywords  []string         `json:"keywords"`
	Groups    [][]string       `json:"groups"`
	Answers   []topics.Answers `json:"answers"`
	Covered   int              `json:"covered"`
	Draft     *GapDraft        `json:"draft"`   // a rule on its way that would answer it, or null
	Ignored   *GapIgnored      `json:"ignored"` // null where nobody ignores it

	members []string
}

// GapDraft is a rule that is not published yet.
type GapDraft struct {
	ID    int64            `json:"id,string"`
	Name  string           `json:"name"`
	State models.RuleState `json:"state"`
}

// GapBoard is the gaps of an account in the last days, those with the most questions first.
type GapBoard struct {
	Gaps    []Gap     `json:"gaps"`
	Days    int       `json:"days"`
	From    time.Time `json:"from"`
	Asked   int       `json:"asked"`   // questions
	Open    int       `json:"open"`    // of which no rule answers
	Grouped int       `json:"grouped"` // of which so many are in a group
	AsOf    time.Time `json:"as_of"`
	// Computing: newer figures are on their way; with no Gaps the first ones are.
	Computing bool `json:"computing"`
}

// GapsRequest asks for the gaps of the last days.
type GapsRequest struct {
	Account models.Account
	Days    int
	Patient bool // waits for figures that are on their way, however long they take
}

const (
	// gapTrend is into how many parts the span is cut, gapSentences how many sentences are shown.
	gapTrend, gapSentences = 6, 3
	// gapGroups is how many groups of each kind are listed.
	gapGroups = 50
)

// Gaps returns the gaps as they were computed last, and has them computed anew behind when other rules
// answer since, or some minutes have passed. Only the first time it waits a little for them.
func (b *Book) Gaps(ctx context.Context, q GapsRequest) (GapBoard, error) {
	board, err := b.gaps.board(ctx, b, q)
	if err != nil {
		return GapBoard{}, models.Wrap("rulebook: gaps", err)
	}
	board.Gaps = slices.Clone(board.Gaps)
	if err := b.markDrafts(ctx, q.Account, board.Gaps); err != nil {
		return GapBoard{}, models.Wrap("rulebook: gaps", err)
	}
	err = b.markIgnored(ctx, q.Account.AppID, board.Gaps)
	return board, models.Wrap("rulebook: gaps", err)
}

// gap finds one by its key, or by its name.
func (b *Book) gap(ctx context.Context, q GapsRequest, key string) (Gap, error) {
	board, err := b.gaps.board(ctx, b, q)
	if err != nil {
		return Gap{}, models.Wrap("rulebook: gaps", err)
	}
	at := slices.IndexFunc(board.Gaps, func(g Gap) bool { return g.Key == key || g.Name == key })
	switch {
	case at >= 0:
		return board.Gaps[at], nil
	case board.Computing:
		return Gap{}, models.NewError(models.CodeUnavailable, "正在归组，请稍后再试")
	}
	return Gap{}, models.NewError(models.CodeNotFound, "没有这一组问题：它可能已有规则能答，或换了名称，请刷新")
}

// findGaps groups the questions of the last days.
func (b *Book) findGaps(ctx context.Context, q GapsRequest) (GapBoard, error) {
	now := b.options.Now()
	out := GapBoard{Gaps: []Gap{}, Days: q.Days, From: now.AddDate(0, 0, -q.Days), AsOf: now}
	citizens := map[string]string{} // by question
	groups, err := b.Suggest(ctx, SuggestRequest{
		Account: q.Account, From: out.From, Options: topics.Options{MaxGroups: gapGroups},
		Each: func(row *models.Interaction, answered bool) {
			out.Asked++
			if !answered {
				out.Open++
				citizens[row.MsgKey] = row.UID
			}
		},
	})
	if err != nil {
		return GapBoard{}, err
	}
	inGroup := map[string]bool{}
	for i := range groups {
		g := newGap(&groups[i], out.From, now, citizens)
		g.Share = percent(g.Count, out.Open)
		for _, key := range g.members {
			inGroup[key] = true
		}
		out.Gaps = append(out.Gaps, g)
	}
	out.Grouped = len(inGroup)
	slices.SortStableFunc(out.Gaps, func(x, y Gap) int { return y.Count - x.Count })
	return out, nil
}

func newGap(g *topics.Group, from, to time.Time, citizens map[string]string) Gap {
	out := Gap{
		Key: gapKey(g.Kind, g.Name()), Kind: g.Kind, Name: g.Name(), Aliases: list(g.Aliases), Together: list(g.Together), Synonyms: list(g.Synonyms),
		Broad: g.Broad, Count: g.Count, Trend: make([]int, gapTrend), First: g.First, Last: g.Last, Sentences: append([]string{g.Question}, g.Examples...),
		Keywords: list(g.Keywords), Groups: append([][]string{}, g.Groups...), Answers: append([]topics.Answers{}, g.Answers...), Covered: g.Covered,
		members: g.Members,
	}
	out.Sentences = out.Sentences[:min(len(out.Sentences), gapSentences)]
	for i := range out.Sentences {
		out.Sentences[i] = models.OneLine(out.Sentences[i], models.MaxExampleRunes)
	}
	who := map[string]bool{}
	for _, key := range g.Members {
		who[citizens[key]] = true
	}
	out.Citizens = len(who)
	part := to.Sub(from)/gapTrend + 1
	for _, at := range g.Asked {
		out.Trend[min(max(int(at.Sub(from)/part), 0), gapTrend-1)]++
	}
	return out
}

func gapKey(kind topics.Kind, name string) string { return string(kind) + ":" + name }

func list(words []string) []string { return append([]string{}, words...) }

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}
