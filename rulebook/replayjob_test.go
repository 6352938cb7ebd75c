package rulebook

import (
	"fmt"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// replay replays rules by name, none = all on their way, and returns what came of it.
func (d *testBook) replay(names ...string) ReplayJob {
	d.t.Helper()
	q := ReplayStart{Account: d.account, Days: 30}
	table, _ := d.table(nil)
	for _, row := range table.Rules {
		for _, name := range names {
			if row.Name == name {
				q.IDs = append(q.IDs, row.ID)
			}
		}
	}
	id, err := d.StartReplay(d.t.Context(), person("作者"), q)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.ended(id)
}

// ended waits for the end of a replay.
func (d *testBook) ended(id int64) ReplayJob {
	d.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; {
		job, err := d.ReplayOf(d.t.Context(), d.account.AppID, id)
		if err != nil {
			d.t.Fatal(err)
		}
		if job.State != replayRunning {
			return job
		}
		if time.Now().After(end) {
			d.t.Fatalf("still running: %+v", job)
		}
	}
}

// citizensAsk puts questions into the log, a minute between two.
func (d *testBook) citizensAsk(texts ...string) {
	d.t.Helper()
	batch := make([]models.Interaction, len(texts))
	for i, text := range texts {
		at := testTime.Add(-time.Duration(i+1) * time.Minute)
		batch[i] = models.Interaction{
			AppID: d.account.AppID, OpenID: fmt.Sprintf("oCitizen_%06d", i%500), Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen,
			Kind: models.MsgTypeText, Content: text, At: at, ReceivedAt: at, MsgKey: models.DerivedKey("asked", fmt.Sprint(i)), OK: true, ParseStatus: models.ParseOK,
		}
	}
	for len(batch) > 0 {
		n := min(len(batch), 1000)
		if err := d.store.Append(d.t.Context(), batch[:n], nil); err != nil {
			d.t.Fatal(err)
		}
		batch = batch[n:]
	}
}

// TestReplay_FiveGroups: every kind of change with both answers, and what submitting asks for.
func TestReplay_FiveGroups(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		d.bring(true, rule("社保", "社保", "社保答"), rule("户口", "户口", "户口答"), rule("医保", "医保", "医保旧"), rule("护照", "护照", "护照答"))
		d.citizensAsk("社保怎么交", "社保怎么交？", "社保卡丢了", "户口迁移", "医保报销", "护照办理", "居住证13812345678", "天气")
		card := rule("社保卡", "社保卡", "卡答")
		d.bring(false, card, rule("户口", "落户手续", "户口答"), rule("医保", "医保", "医保新"), rule("居住", "居住证", "居住答"))
		if _, err := d.save("作者", 0, "", models.Rule{Name: "半条"}); err != nil {
			t.Fatal(err)
		}
		job := d.replay()
		if job.State != replayDone || job.Done != 8 || job.Total != 8 || len(job.Rules) != 4 || job.MatchRate.Before != 75 || job.MatchRate.After != 75 {
			t.Fatalf("%+v %+v", job, job.MatchRate)
		}
		for name, c := range map[string]struct {
			got  ReplayGroup
			n    int
			want string
		}{
			"no longer":   {job.Groups.NoLonger, 1, "户口迁移 1 户口:户口答 -> :"},
			"other rule":  {job.Groups.OtherRule, 1, "社保卡丢了 1 社保:社保答 -> 社保卡:卡答"},
			"other words": {job.Groups.OtherWords, 1, "医保报销 1 医保:医保旧 -> 医保:医保新"},
			"now":         {job.Groups.Now, 1, "居住证138****5678 1 : -> 居住:居住答"},
			"same":        {job.Groups.Same, 4, "社保怎么交 2 社保:社保答 -> 社保:社保答"},
		} {
			got := ""
			if len(c.got.Rows) > 0 {
				r := c.got.Rows[0]
				got = fmt.Sprintf("%s %d %s:%s -> %s:%s", r.Question, r.Times, r.Before.Rule, r.Before.Text, r.After.Rule, r.After.Text)
			}
			if c.got.N != c.n || got != c.want {
				t.Errorf("%s: %d %q, want %q", name, c.got.N, got, c.want)
			}
		}
		if _, got, err := d.bulk("作者", StepSubmit, nil, "社保卡", "居住"); err != nil || got != "ok,ok" {
			t.Errorf("%q, error %v", got, err)
		}
		// Another writing of it has not been replayed.
		table, _ := d.table(func(q *TableRequest) { q.Q = "医保" })
		if _, err := d.save("作者", table.Rules[0].ID, table.Rules[0].Edition, rule("医保", "医保", "医保更新")); err != nil {
			t.Fatal(err)
		}
		_, _, err := d.bulk("作者", StepSubmit, nil, "医保")
		d.wantError(err, CodeReplayNeeded, "还没有试跑")
		if got := d.must(d.Submit, "作者", "医保"); got != "医保" {
			t.Errorf("the command replays by itself: %q", got)
		}
	})
}

// TestReplay_OneAtATimeAndCancelled: a second one of the account waits for its turn; a cancelled one
// stops; one whose instance is gone keeps nobody out.
func TestReplay_OneAtATimeAndCancelled(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保", "甲"))
	d.bring(false, rule("社保", "社保", "乙"))
	var texts []string
	for i := range 3000 {
		texts = append(texts, fmt.Sprintf("社保第%d个问题", i))
	}
	d.citizensAsk(texts...)
	start := ReplayStart{Account: d.account, Days: 30}
	first, err := d.newReplay(t.Context(), person("甲"), start)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.StartReplay(t.Context(), person("乙"), start)
	d.wantError(err, models.CodeConflict, "甲的试跑正在进行")
	if err := d.CancelReplay(t.Context(), d.account.AppID, first.job.ID); err != nil {
		t.Fatal(err)
	}
	if err := first.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if job, err := d.ReplayOf(t.Context(), d.account.AppID, first.job.ID); err != nil || job.State != replayCancelled || job.Groups != nil {
		t.Errorf("%+v, error %v", job, err)
	}
	if _, err := d.newReplay(t.Context(), person("甲"), start); err != nil { // and nobody works on it
		t.Fatal(err)
	}
	d.clock = d.clock.Add(lostAfter + time.Second)
	id, err := d.StartReplay(t.Context(), person("乙"), start)
	if err != nil {
		t.Fatal(err)
	}
	if job := d.ended(id); job.State != replayDone || job.Groups.OtherWords.N != 3000 || len(job.Groups.OtherWords.Rows) != groupRows {
		t.Errorf("%+v", job.State)
	}
	d.wantError(d.CancelReplay(t.Context(), "wxother", id), models.CodeNotFound, "没有这次试跑")
	_, err = d.StartReplay(t.Context(), person("乙"), ReplayStart{Account: d.account, Days: 91})
	d.wantError(err, models.CodeInvalid, "days")
	_, err = d.StartReplay(t.Context(), person("乙"), ReplayStart{Account: d.account, Days: 1, IDs: []int64{4}})
	d.wantError(err, models.CodeNotFound, "没有这条规则")
	d.must(d.Discard, "作者")
	_, err = d.StartReplay(t.Context(), person("乙"), start)
	d.wantError(err, models.CodeConflict, "没有未发布的规则")
}

// TestSubmit_ReplayCancelled: rules whose replay somebody cancels are not handed to a reviewer.
func TestSubmit_ReplayCancelled(t *testing.T) {
	d := newTestBook(t)
	d.bring(false, rule("社保", "社保", "甲"))
	run := func(statement string) {
		t.Helper()
		if err := d.store.Transact(t.Context(), func(tx *store.Tx) error { return tx.Exec(t.Context(), statement) }); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE TRIGGER at_once AFTER INSERT ON rule_replays BEGIN UPDATE rule_replays SET state = 'cancelled' WHERE id = NEW.id; END")
	d.refused(d.Submit, "作者", CodeReplayNeeded, "没有做完", "社保")
	run("DROP TRIGGER at_once")
	d.must(d.Submit, "作者", "社保")
}

// TestTrim_OldReplays go, young ones stay.
func TestTrim_OldReplays(t *testing.T) {
	d := newTestBook(t)
	d.bring(false, rule("社保", "社保", "甲"))
	old := d.replay()
	d.clock = d.clock.Add(replaysKept)
	young := d.replay()
	d.clock = d.clock.Add(time.Second)
	if err := d.Trim(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ReplayOf(t.Context(), d.account.AppID, young.ID); err != nil {
		t.Error(err)
	}
	_, err := d.ReplayOf(t.Context(), d.account.AppID, old.ID)
	d.wantError(err, models.CodeNotFound, "没有这次试跑")
}
