package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

const (
	twoMatters  = "社保卡丢了怎么办？公积金怎么取"
	firstMatter = "请携带身份证到市民中心二楼补办社保卡。"
	otherMatter = "提取公积金请到市民中心一楼办理。"
	alsoOffered = firstMatter + "\n\n您还提到：\n1. 公积金提取\n回复序号即可查看。"
)

// answered delivers a citizen's text once and then again, as WeChat does when no answer came in time,
// and holds that every delivery is answered alike.
func answered(t *testing.T, c *simulator.Client, openID, text, want string) {
	t.Helper()
	trace, err := c.Repeat(t.Context(), c.Text(openID, text, ""), 3)
	if err != nil || trace.Outcome() != simulator.Replied || trace.Mismatch || len(trace.Attempts) != 3 {
		t.Fatalf("%s: %v, %+v", text, err, trace)
	}
	if trace.Reply.Text != want {
		t.Fatalf("%s: answered %q, want %q", text, trace.Reply.Text, want)
	}
	for _, a := range trace.Attempts[1:] {
		if first, again := replyTime.ReplaceAllString(trace.Attempts[0].Reply, ""), replyTime.ReplaceAllString(a.Reply, ""); again != first {
			t.Errorf("%s: delivered again it is answered %q, first %q", text, again, first)
		}
	}
}

// checkLogged holds that of each citizen both matters are in the log once, and which rows are steps.
func checkLogged(t *testing.T, o *office, citizens int) {
	t.Helper()
	eventually(t, 15*time.Second, "every question with its retries", func() bool {
		return !slices.ContainsFunc(o.rows(), func(row models.Interaction) bool {
			return (row.Content == twoMatters || row.Content == "1") && row.RetryCount < 2
		})
	})
	var first, other int
	for _, row := range o.rows() {
		switch row.Content {
		case twoMatters:
			first++
			if row.Step || row.RetryCount != 2 || row.RuleName != "社保卡补办" {
				t.Errorf("%+v", row)
			}
		case "1":
			other++
			if !row.Step || row.RetryCount != 2 || row.RuleName != "公积金提取" {
				t.Errorf("%+v", row)
			}
		}
	}
	if first != citizens || other != citizens {
		t.Errorf("%d questions and %d choices in the log, want %d of each", first, other, citizens)
	}
}

// TestOtherMatter_AfterRetriesAndARestart: the other matter of a message is answered by its number
// although WeChat delivered the message, and then the number, three times, and by the next process
// on the same database, to which the dialogue came by it.
func TestOtherMatter_AfterRetriesAndARestart(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.open()
		r := o.serve()
		c := o.client(simulator.Policy{Attempts: 1}, nil)
		answered(t, c, o.citizen(1), twoMatters, alsoOffered)
		answered(t, c, o.citizen(1), "1", otherMatter)
		answered(t, c, o.citizen(2), twoMatters, alsoOffered)
		o.drained(15 * time.Second)
		if code := r.stop(); code != 0 {
			t.Fatalf("exit %d", code)
		}
		next := o
		if o.env["WENZHENG_DATABASE"] != "" {
			next = o.sibling() // with a spool of its own it knows nothing but what the database says
		}
		next.serve()
		answered(t, next.client(simulator.Policy{Attempts: 1}, nil), o.citizen(2), "1", otherMatter)
		next.drained(15 * time.Second)
		checkLogged(t, o, 2)
	})
}

// TestOtherMatter_OverTwoInstances: two instances of one database answer the same message alike, and
// the number may be sent to the one that has not seen the message.
func TestOtherMatter_OverTwoInstances(t *testing.T) {
	t.Parallel()
	o := newOffice(t, current.MariaDB(t)).open()
	other := o.sibling()
	o.serve()
	other.serve()
	both := o.client(simulator.Policy{Attempts: 1}, nil, other)
	here, there := o.client(simulator.Policy{Attempts: 1}, nil), other.client(simulator.Policy{Attempts: 1}, nil)
	const citizens = 4
	for n := range citizens {
		asks := both
		if n%2 == 1 {
			asks = here
		}
		answered(t, asks, o.citizen(10+n), twoMatters, alsoOffered)
	}
	o.drained(15 * time.Second)
	other.drained(15 * time.Second)
	// Rules and dialogues come in one round: after two changes of rules a whole round is over.
	for n := range 2 {
		word := fmt.Sprintf("新规则%s", strings.Repeat("啊呀", n+1))
		o.must("rules", "import", o.write("新.csv", "name,match,keywords,reply\n"+word+",exact,"+word+",来了\n"), "--publish")
		eventually(t, 10*time.Second, "the other instance has read "+word, func() bool { return other.says(word) == "来了" })
	}
	for n := range citizens {
		answered(t, there, o.citizen(10+n), "1", otherMatter)
	}
	o.drained(15 * time.Second)
	other.drained(15 * time.Second)
	checkLogged(t, o, citizens)
}
