package rulebook

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// wrote stores what citizens wrote, one a minute, each by a citizen of its own or of the three there are.
func (d *testBook) wrote(t *testing.T, key string, from time.Time, texts ...string) {
	t.Helper()
	var rows []models.Interaction
	for i, text := range texts {
		at := from.Add(time.Duration(i) * time.Minute)
		rows = append(rows, models.Interaction{
			AppID: d.account.AppID, OpenID: fmt.Sprintf("oCitizen_%06d", i%3), Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen,
			Kind: models.MsgTypeText, Content: text, At: at, ReceivedAt: at, MsgKey: fmt.Sprintf("%s%d", key, i), OK: true, ParseStatus: models.ParseOK,
		})
	}
	if err := d.store.Append(t.Context(), rows, nil); err != nil {
		t.Fatal(err)
	}
}

func estates() []string {
	return []string{"云顶湾车位捆绑销售", "云顶湾的车位太贵", "投诉云顶湾物业", "云顶湾电梯坏了三天", "云顶湾什么时候交房", "停运安排在哪看", "云顶湾停运了吗"}
}

func (d *testBook) board(t *testing.T) GapBoard {
	t.Helper()
	board, err := d.Gaps(t.Context(), d.gaps30())
	if err != nil {
		t.Fatal(err)
	}
	return board
}

func (d *testBook) gaps30() GapsRequest {
	return GapsRequest{Account: d.account, Days: 30, Patient: true}
}

func (d *testBook) gapNamed(t *testing.T, name string) Gap {
	t.Helper()
	board := d.board(t)
	at := slices.IndexFunc(board.Gaps, func(g Gap) bool { return g.Name == name })
	if at < 0 {
		t.Fatalf("no gap %s in %s", name, board.Text(true))
	}
	return board.Gaps[at]
}

func newGapBook(t *testing.T) *testBook {
	t.Helper()
	d := newTestBook(t, rule("停运", "停运", "停运安排见公告。"))
	t.Cleanup(d.Close)
	d.wrote(t, "a", testTime.AddDate(0, 0, -1), estates()...)
	return d
}

// TestGaps_CountsAndMembers: a gap tells how many asked, who, when and in what words; questions that a
// rule answers are no part of it.
func TestGaps_CountsAndMembers(t *testing.T) {
	d := newGapBook(t)
	board := d.board(t)
	if board.Asked != 7 || board.Open != 5 || board.Grouped != 5 || board.Computing {
		t.Errorf("%+v", board)
	}
	g := d.gapNamed(t, "云顶湾")
	if g.Count != 5 || g.Citizens != 3 || g.Share != 100 || len(g.Sentences) != 3 || g.Trend[5] != 5 || !g.First.Equal(testTime.AddDate(0, 0, -1)) {
		t.Errorf("%+v", g)
	}
	page, err := d.GapMembers(t.Context(), GapMembersRequest{GapsRequest: d.gaps30(), Key: g.Key, Limit: 2})
	if err != nil || page.Total != 5 || page.Next != 2 || page.Members[0].Text != "云顶湾什么时候交房" {
		t.Errorf("%+v %v", page, err)
	}
	page, err = d.GapMembers(t.Context(), GapMembersRequest{GapsRequest: d.gaps30(), Key: g.Key, After: 4, Limit: 2})
	if err != nil || page.Next != 0 || len(page.Members) != 1 || page.Members[0].Text != "云顶湾车位捆绑销售" {
		t.Errorf("%+v %v", page, err)
	}
	if _, err := d.GapMembers(t.Context(), GapMembersRequest{GapsRequest: d.gaps30(), Key: "name:没有", Limit: 2}); models.ErrorCode(err) != models.CodeNotFound {
		t.Error(err)
	}
}

// TestGaps_ComputedBehind: figures stand for some minutes, however much is asked meanwhile, and while newer
// ones are on their way; other rules count at once.
func TestGaps_ComputedBehind(t *testing.T) {
	d := newGapBook(t)
	first := d.board(t)
	d.wrote(t, "b", testTime, "云顶湾学位", "云顶湾物业费")
	d.clock = d.clock.Add(gapFresh)
	if again := d.board(t); !again.AsOf.Equal(first.AsOf) || again.Computing {
		t.Errorf("computed again: %s", again.AsOf)
	}
	d.clock = d.clock.Add(time.Second)
	q := d.gaps30()
	q.Patient = false
	stale, err := d.Gaps(t.Context(), q)
	if err != nil || !stale.AsOf.Equal(first.AsOf) || !stale.Computing || stale.Open != 5 {
		t.Errorf("%+v %v", stale, err)
	}
	if now := d.board(t); now.Open != 7 {
		t.Errorf("%+v", now)
	}
	d.bring(true, rule("云顶湾", "云顶湾", "请找街道。"))
	if now := d.board(t); now.Open != 0 || len(now.Gaps) != 0 {
		t.Errorf("a published rule answers them: %+v", now)
	}
}

// TestGaps_Draft: a draft takes up keywords and the sentences they hit, the gap tells of it, and it goes
// once the rule answers.
func TestGaps_Draft(t *testing.T) {
	d := newGapBook(t)
	saved, err := d.DraftForGap(t.Context(), person("作者"), GapRuleRequest{GapsRequest: d.gaps30(), Key: "云顶湾"})
	if err != nil || saved.Name != "云顶湾" || !slices.Equal(saved.Keywords, []string{"云顶湾"}) || len(saved.Examples) != 3 || saved.State != models.RuleDraft {
		t.Fatalf("%+v %v", saved, err)
	}
	if g := d.gapNamed(t, "云顶湾"); g.Draft == nil || g.Draft.ID != saved.ID || g.Draft.State != models.RuleDraft {
		t.Errorf("%+v", g.Draft)
	}
	other, err := d.DraftForGap(t.Context(), person("作者"), GapRuleRequest{GapsRequest: d.gaps30(), Key: "云顶湾", Keywords: []string{"云顶湾物业"}})
	if err != nil || other.Name != "云顶湾 2" || !slices.Equal(other.Examples, []string{"投诉云顶湾物业"}) {
		t.Errorf("%+v %v", other, err)
	}
	merged, err := d.DraftForGap(t.Context(), person("作者"), GapRuleRequest{GapsRequest: d.gaps30(), Key: "云顶湾", Rule: "停运"})
	if err != nil || !slices.Equal(merged.Keywords, []string{"停运", "云顶湾"}) || merged.LiveVersion != 1 || merged.Version != 2 {
		t.Errorf("%+v %v", merged, err)
	}
	if got := d.answers("云顶湾在哪"); got != "" {
		t.Errorf("a draft answers: %s", got)
	}
}

// TestGaps_Ignored: an ignored gap is back after 30 days, or when it has grown.
func TestGaps_Ignored(t *testing.T) {
	d := newGapBook(t)
	ignore := IgnoreRequest{GapsRequest: d.gaps30(), Key: "云顶湾", Reason: " "}
	if _, err := d.IgnoreGap(t.Context(), person("赵青"), ignore); models.ErrorCode(err) != models.CodeInvalid {
		t.Error(err)
	}
	ignore.Reason = "街道会答"
	if _, err := d.IgnoreGap(t.Context(), person("赵青"), ignore); err != nil {
		t.Fatal(err)
	}
	if g := d.gapNamed(t, "云顶湾"); g.Ignored == nil || g.Ignored.By != "赵青" || g.Ignored.Reason != "街道会答" {
		t.Errorf("%+v", g.Ignored)
	}
	d.wrote(t, "c", testTime, "云顶湾学位", "云顶湾物业费", "云顶湾漏水", "云顶湾噪音")
	d.clock = d.clock.Add(gapFresh + time.Second)
	if g := d.gapNamed(t, "云顶湾"); g.Ignored == nil {
		t.Error("four more bring it back")
	}
	d.wrote(t, "d", testTime.Add(time.Hour), "云顶湾停水")
	d.clock = d.clock.Add(time.Hour)
	if g := d.gapNamed(t, "云顶湾"); g.Ignored != nil {
		t.Error("five more of five do not bring it back")
	}
	if _, err := d.IgnoreGap(t.Context(), person("赵青"), ignore); err != nil {
		t.Fatal(err)
	}
	if g := d.gapNamed(t, "云顶湾"); g.Ignored == nil {
		t.Error("ignored again")
	}
	if err := d.RecallGap(t.Context(), person("赵青"), d.account.AppID, "云顶湾"); err != nil {
		t.Fatal(err)
	}
	if g := d.gapNamed(t, "云顶湾"); g.Ignored != nil {
		t.Error("recalled")
	}
	if err := d.RecallGap(t.Context(), person("赵青"), d.account.AppID, "云顶湾"); models.ErrorCode(err) != models.CodeNotFound {
		t.Error(err)
	}
}

// TestPreviewKeywords_IsWhatTheRuleAnswers: the figures are those of the log once the rule is published.
func TestPreviewKeywords_IsWhatTheRuleAnswers(t *testing.T) {
	d := newGapBook(t)
	p, err := d.PreviewKeywords(t.Context(), PreviewRequest{Account: d.account, Keywords: []string{"云顶湾"}, Exclude: []string{"电梯"}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Questions != 7 || p.Answers != 5 || p.Gained != 4 || len(p.Taken) != 1 || p.Taken[0] != (PreviewRule{"停运", 1}) || len(p.Left) != 0 {
		t.Errorf("%+v", p)
	}
	if first := p.Samples[0]; first.Text != "云顶湾什么时候交房" || first.Today != "" || p.Samples[4].Today != "停运" {
		t.Errorf("%+v", p.Samples)
	}
	p, err = d.PreviewKeywords(t.Context(), PreviewRequest{Account: d.account, Keywords: []string{"云顶"}})
	if err != nil || p.Answers != 5 || len(p.Left) != 1 || p.Left[0] != (PreviewRule{"停运", 1}) {
		t.Errorf("of keywords of one length the older rule's wins: %+v %v", p, err)
	}
	p, err = d.PreviewKeywords(t.Context(), PreviewRequest{Account: d.account, Rule: "停运", Keywords: []string{"云顶湾"}})
	if err != nil || p.Answers != 5 || p.Gained != 5 || len(p.Taken) != 0 {
		t.Errorf("within the older rule: %+v %v", p, err)
	}
	if _, err := d.PreviewKeywords(t.Context(), PreviewRequest{Account: d.account, Keywords: []string{strings.Repeat("长", 101)}}); models.ErrorCode(err) != models.CodeInvalid {
		t.Error(err)
	}
}
