package waits

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// drawDrain draws what a drain hands over in the course of time: questions with and without their
// answers, redeliveries of all kinds, and outcomes that come late.
func drawDrain(t *rapid.T) []models.Interaction {
	n := rapid.IntRange(1, 8).Draw(t, "events")
	seq := uint64(0)
	deliver := func(i *models.Interaction, number int) {
		seq++
		i.RetryCount = number - 1
		i.Deliveries = []models.Delivery{{SpoolID: "spool", Seq: seq, ReceivedAt: i.ReceivedAt, Number: number}}
	}
	var list, late []models.Interaction
	for e := range n {
		openID := rapid.SampledFrom([]string{"oA_0123456789", "oB_0123456789", "oC_0123456789"}).Draw(t, "openid")
		at := time.Unix(fixtureBase+int64(e)*rapid.SampledFrom([]int64{1, 1800, 100000}).Draw(t, "step"), 0)
		q := storetest.LogRow(openID, "in", at, fmt.Sprintf("k%02d", e))
		q.Outcome = models.OutcomeUnknown
		deliver(&q, 1)
		answer := storetest.LogRow(openID, "bot", at.Add(time.Second), q.MsgKey+"-a")
		answer.ReplyTo = q.MsgKey
		amend := q
		amend.Amend, amend.Deliveries, amend.RetryCount = true, nil, 0
		amend.Outcome, amend.Topic, amend.RuleID, amend.Latency = models.OutcomeAnswered, "x", 7, time.Millisecond
		again := amend
		again.Outcome, again.Topic = models.OutcomeUnknown, ""
		deliver(&again, 2)
		list = append(list, q)
		switch rapid.IntRange(0, 4).Draw(t, "fate") {
		case 0:
			list = append(list, answer)
		case 1:
			late = append(late, amend, answer)
		case 2:
			late = append(late, again, q, amend)
		case 3:
			amend.RetryCount = 2
			late = append(late, amend)
		}
	}
	return append(list, late...)
}

// logLines are the rows of the log without what differs from one recording to the next.
func logLines(t testing.TB, s *log) []string {
	t.Helper()
	var lines []string
	err := s.Query(context.Background(), store.Reports, func(rows *sql.Rows) error {
		cells := make([]string, 11)
		dest := make([]any, len(cells))
		for i := range cells {
			dest[i] = &cells[i]
		}
		err := rows.Scan(dest...)
		lines = append(lines, strings.Join(cells, "|"))
		return err
	}, "SELECT event_key, uid, retry_count, outcome, topic, rule_id, rule_name, rules_version, latency_us, corrected, effective_at FROM interactions ORDER BY event_key")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"citizens", "deliveries"} {
		lines = append(lines, table+" "+strconv.FormatInt(number(t, s, "SELECT COUNT(*) FROM "+table), 10))
	}
	return lines
}

// Wherever the drain cuts its batches, the log and all that follows from it are the same.
func TestBatchesMayBeCutAnywhere(t *testing.T) {
	now := time.Unix(fixtureBase+20*86400, 0)
	difference := func(t *testing.T, s *log, list []models.Interaction, cut func(int) int) string {
		t.Helper()
		forget := func() {
			empty(t, s)
			if err := execute(s, "DELETE FROM deliveries"); err != nil {
				t.Fatal(err)
			}
		}
		forget()
		record(t, s, list...)
		lines, want := logLines(t, s), contents(t, s)
		noDifferences(t, s)
		forget()
		for rest := list; len(rest) > 0; {
			n := cut(len(rest))
			record(t, s, rest[:n]...)
			rest = rest[n:]
		}
		noDifferences(t, s)
		return cmp.Diff(lines, logLines(t, s)) + cmp.Diff(want, contents(t, s))
	}
	t.Run(dialectSQLite, func(t *testing.T) {
		s := migrated(t, dialectSQLite, now)
		rapid.Check(t, func(r *rapid.T) {
			diff := difference(t, s, drawDrain(r), func(n int) int { return rapid.IntRange(1, n).Draw(r, "cut") })
			if diff != "" {
				r.Fatalf("(-at once +cut):\n%s", diff)
			}
		})
	})
	t.Run(dialectMySQL, func(t *testing.T) {
		s := migrated(t, dialectMySQL, now)
		gen := rapid.Custom(drawDrain)
		for seed := range 5 {
			if diff := difference(t, s, gen.Example(seed), func(n int) int { return min(n, 1+seed) }); diff != "" {
				t.Fatalf("seed %d (-at once +cut):\n%s", seed, diff)
			}
		}
	})
}

// Nothing is looked up of a citizen who is new; a key or a delivery that is there all the same is
// found when the database refuses it.
func TestNewcomerWithAnOldKey(t *testing.T) {
	measuredEverywhere(t, testTime.Add(time.Hour), func(t *testing.T, s *log) {
		first := inbound(1)
		record(t, s, first)
		other := first
		other.OpenID, other.Deliveries = "oAnother_000000", []models.Delivery{storetest.Delivery("spool-1", 8, testTime)}
		fresh := inbound(2)
		fresh.Deliveries = first.Deliveries
		record(t, s, other, fresh)
		record(t, s, other, fresh)
		want := map[string]int64{
			"SELECT COUNT(*) FROM interactions": 2, "SELECT COUNT(*) FROM deliveries": 2, "SELECT SUM(retry_count) FROM interactions": 1,
			"SELECT COUNT(*) FROM waits": 2,
		}
		for query, n := range want {
			if got := number(t, s, query); got != n {
				t.Errorf("%s: %d, want %d", query, got, n)
			}
		}
		noDifferences(t, s)
	})
}
