package cases

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// tells has the citizen write texts, one after the other, and returns what the program says to the last.
func (k *talk) tells(texts ...string) (said string) {
	k.t.Helper()
	for _, text := range texts {
		said = k.says(text, "")
	}
	return said
}

// drains records rows as the journal does: again and again until it is done.
func (k *talk) drains(rows []models.Interaction) {
	k.t.Helper()
	var err error
	for range 20 {
		if err = k.waits.Record(context.Background(), rows); err == nil {
			return
		}
	}
	k.t.Error(err)
}

func (k *talk) second(n int) { k.clock.Set(morning.Add(time.Duration(n) * time.Second)) }

// The steps of the dialogue are events, so the chat has no wait; the case waits from its submission and is
// answered by a person two working days later, on time.
func TestGolden_CaseToldInTheChat(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		k := newTalk(o)
		k.second(0)
		k.tells("我要投诉")
		k.second(20)
		k.tells("人民路的路灯坏了，电话 13800138000")
		k.second(60)
		k.tells("１", "人民路 12 号")
		k.second(75)
		k.tells("0", "138 0013 8000")
		k.second(90)
		const receipt = "已提交，编号 2603 0200 0013。将在 3月3日 17:30 前受理，3月9日 17:30 前答复。您已同意公开。回复“查询”可看进度。"
		if said := k.tells("二"); said != receipt {
			t.Errorf("the program says %q", said)
		}
		if n := o.number("SELECT COUNT(*) FROM outbox"); n != 0 {
			t.Errorf("%d messages beside the receipt", n)
		}
		if n := o.number("SELECT COUNT(*) FROM case_dialogues WHERE started_at = ? AND submitted_at = ?", store.Micros(morning), store.Micros(morning.Add(90*time.Second))); n != 1 {
			t.Errorf("%d dialogues are counted as begun and submitted", n)
		}
		c := mustCase(t, o, wang, "260302000013")
		if c.Kind != Complaint || c.Source != SourceChat || !c.Public || c.Place != "人民路 12 号" || c.UID != k.uid() || !c.SubmittedAt.Equal(morning.Add(90*time.Second)) ||
			c.Text != models.Mask("人民路的路灯坏了，电话 13800138000") || c.Phone != models.Mask("13800138000") || strings.Contains(c.Phone+c.Text, "13800138000") {
			t.Errorf("%+v", c)
		}
		if n := o.number("SELECT COUNT(*) FROM waits WHERE channel = 'chat'"); n != 0 {
			t.Errorf("%d waits of the chat", n)
		}
		bots := "SELECT COUNT(*) FROM interactions WHERE actor = 'bot' AND matched = "
		if prompts, answers := o.number(bots+"0"), o.number(bots+"1"); prompts != 6 || answers != 1 {
			t.Errorf("%d prompts, %d answers", prompts, answers)
		}
		o.clock.Set(morning.Add(54 * time.Hour))
		o.must(wang, &c, Act{Step: Accept, Unit: "城管局"})
		o.must(wang, &c, Act{Step: Submit, Text: "已经修好"})
		o.must(manager, &c, Act{Step: Approve})
		if n, rt := o.number("SELECT COUNT(*) FROM waits WHERE channel = 'form'"), o.number("SELECT MAX(answer_at - open_at) FROM waits"); n != 1 || rt != 194310 {
			t.Errorf("%d waits of the form, response time %d", n, rt)
		}
		if c.Overdue || c.ClosedAt.After(c.DueAt) {
			t.Errorf("late: due %s", c.DueAt)
		}
	})
}

// Two instances that know of each other what a database brings within seconds, and a message that both
// answer: one case, one number.
func TestTold_TwoInstances(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		a := newTalk(o)
		b := newTalk(o.sibling())
		b.n = 100
		after := int64(-1)
		meet := func() {
			t.Helper()
			dialogues, last, err := o.store.Dialogues(context.Background(), after)
			if err != nil {
				t.Fatal(err)
			}
			after = last
			for _, d := range dialogues {
				a.brain.Restore(d)
				b.brain.Restore(d)
			}
		}
		for i, text := range []string{"反映问题", "二", "路灯坏了", "1", "0", "跳过", "0"} {
			a.second(10 * i)
			[]*talk{a, b}[i%2].tells(text)
			meet()
		}
		a.second(90)
		rowsA, first := a.decides("1", "")
		rowsB, second := b.decides("1", "") // before it knows of the first
		var wg sync.WaitGroup
		for k, rows := range map[*talk][]models.Interaction{a: rowsA, b: rowsB} {
			wg.Go(func() { k.drains(rows) })
		}
		wg.Wait()
		if first != second || !strings.Contains(first, "2603 0200 0013") {
			t.Errorf("one says %q, the other %q", first, second)
		}
		if n := o.number("SELECT COUNT(*) FROM cases"); n != 1 {
			t.Errorf("%d cases", n)
		}
		if n := o.number("SELECT COUNT(*) FROM waits WHERE channel = 'form'"); n != 1 {
			t.Errorf("%d waits", n)
		}
	})
}

// A receipt that names no number is followed by it; who begins again and again uses up one.
func TestTold_NumberLater(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	k := newTalk(o)
	for range 3 {
		k.tells("我要举报", "退出")
	}
	k.brain.Matters(nil)
	k.deaf = true
	if said := k.tells("我要举报", "有人倒垃圾", "1", "0", "0", "0", "1"); !strings.Contains(said, "编号稍后告知") {
		t.Errorf("the program says %q", said)
	}
	c := mustCase(t, o, wang, "260302000013")
	if n := o.number("SELECT COUNT(*) FROM outbox WHERE case_number = ?", c.Number); n != 1 || c.Kind != Report {
		t.Errorf("%d messages tell the number of a %s", n, c.Kind)
	}
}

// What citizens may write in any field is kept as they wrote it, and nothing of it stops the rows of others.
func TestTold_HostileText(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	k := newTalk(o)
	hostile := []string{"<script>alert(1)</script>", "=cmd|'/c calc'!A1", "\u202egnp.exe", "👨‍👩‍👧‍👦", "'; DROP TABLE cases; --", strings.Repeat("长", 3000)}
	for i, text := range hostile {
		k.tells("我要投诉", text, "1", text, "0", "0", "1")
		var number string
		o.clock.Set(o.clock.Now().Add(time.Second))
		if err := o.store.Read(context.Background(), store.Console, func(tx *store.Tx) error {
			found, err := list(context.Background(), tx, "state <> '' ORDER BY opened_at DESC, id DESC")
			if err == nil && len(found) != i+1 {
				err = fmt.Errorf("%d cases", len(found))
			}
			if err == nil {
				number = found[0].Number
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		r, err := o.Reveal(context.Background(), wang, o.account.AppID, number, "核对")
		if want := []rune(models.CleanText(text)); err != nil || r.Text != string(want[:min(len(want), models.CaseText)]) {
			t.Errorf("%q became %q, %v", text, r.Text, err)
		}
	}
}
