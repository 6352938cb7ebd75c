package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/demo"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// TestHistoryGoesTheRealWayOnce writes a few days and holds what the log says of them.
func TestHistoryGoesTheRealWayOnce(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.open()
		o.env["WENZHENG_SIMULATOR_ENABLED"] = "true"
		var told []demo.HistoryResult
		if err := json.Unmarshal([]byte(o.must("simulate", "history", "--days", "6", "--seed", "3", "--json")), &told); err != nil {
			t.Fatal(err)
		}
		c := told[0]
		if c.Events < 200 || c.Verified != c.Events || c.Answers < 50 || c.Repeats == 0 || c.Existed || c.Kept != 0 {
			t.Errorf("told %+v", c)
		}
		rows := o.rows()
		checkHistoryRows(t, rows, &c)
		if _, err := os.Stat(filepath.Join(o.data, historyFolder)); !os.IsNotExist(err) {
			t.Errorf("the spool of the history is left: %v", err)
		}
		if got := o.must("simulate", "history", "--days", "6", "--seed", "3"); !strings.Contains(got, "没有再写") {
			t.Errorf("a second run says %q", got)
		}
		if again := o.rows(); len(again) != len(rows) {
			t.Errorf("a second run makes %d rows of %d", len(again), len(rows))
		}
		checkHistoryAudit(t, o)
	})
}

func checkHistoryRows(t *testing.T, rows []models.Interaction, c *demo.HistoryResult) {
	t.Helper()
	questions, matched := map[string]models.Interaction{}, map[string]bool{}
	retries, humans, insisted := 0, 0, 0
	for i := range rows {
		row := &rows[i]
		switch {
		case row.Dir == models.DirIn:
			if _, twice := questions[row.MsgKey]; twice {
				t.Errorf("%s is there twice", row.MsgKey)
			}
			questions[row.MsgKey] = *row
			retries += row.RetryCount
			if row.Outcome == models.OutcomeUnknown || row.Outcome == models.OutcomeFault {
				t.Errorf("what became of %s is %s", row.MsgKey, row.Outcome)
			}
			if row.At.Before(c.From) || !row.At.Before(c.Until) {
				t.Errorf("an event of %v", row.At)
			}
		case row.Actor == models.ActorBot && row.Matched:
			matched[row.ReplyTo] = true
		}
	}
	if len(questions) != c.Events || retries != c.Repeats {
		t.Errorf("%d events and %d retries in the log, %+v", len(questions), retries, c)
	}
	for i := range rows {
		row := &rows[i]
		question, known := questions[row.ReplyTo]
		wait := row.At.Sub(question.At)
		switch {
		case row.Dir == models.DirIn:
		case !known:
			t.Errorf("%s answers nothing", row.MsgKey)
		case row.Actor == models.ActorBot && (wait < 0 || wait > 20*time.Second):
			t.Errorf("the answer of %v to a question of %v", row.At, question.At)
		case row.Actor == models.ActorHuman:
			humans++
			if matched[row.ReplyTo] {
				insisted++
			}
			if wait <= 0 || !strings.HasPrefix(row.Staff, "坐席") || !row.OK || row.Content == "" || row.UID != question.UID {
				t.Errorf("answer by hand %+v", row)
			}
		}
	}
	if humans != c.Answers || insisted*2 > humans {
		t.Errorf("%d answers by hand, %d beside a rule's; told %d", humans, insisted, c.Answers)
	}
}

func checkHistoryAudit(t *testing.T, o *office) {
	t.Helper()
	var actions []string
	o.withStore(func(st *installation) error {
		return st.AuditEntries(context.Background(), store.AuditFilter{AppID: o.account.AppID}, func(e models.AuditEntry) error {
			if e.ObjectType == "history" {
				actions = append(actions, e.Action+" "+e.ObjectID+" "+e.Reason)
			}
			return nil
		})
	})
	want := demo.ActionHistoryBegin + " 3 演示数据，全部虚构; " + demo.ActionHistoryEnd + " 3 演示数据，全部虚构"
	if got := strings.Join(actions, "; "); got != want {
		t.Errorf("the audit log says %s", got)
	}
}

func TestHistoryIsRefusedWhereItWouldSpoilARealLog(t *testing.T) {
	o := newOffice(t, "").open()
	for _, c := range []struct {
		enabled string
		args    []string
		says    string
	}{
		{"false", []string{"simulate", "history"}, "simulator.enabled"},
		{"true", []string{"simulate", "history", "--days", "0"}, "--days"},
		{"true", []string{"simulate", "--url", "http://127.0.0.1:1", "history"}, "--url"},
	} {
		o.env["WENZHENG_SIMULATOR_ENABLED"] = c.enabled
		if r := o.run(c.args...); r.code != 1 || !strings.Contains(r.stderr, c.says) {
			t.Errorf("%v: exit %d: %s", c.args, r.code, r.stderr)
		}
	}
	if n := len(o.rows()); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}
