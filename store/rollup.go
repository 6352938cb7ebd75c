package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// sumColumns are the integer columns of wait_hours in the order of sumFields.
func sumColumns() []string {
	columns := []string{"opened", "human", "bot", "expired", "left_count"}
	for _, name := range []string{"ontime_human", "ontime_bot", "left_breach"} {
		for i := range models.ChatLimits {
			columns = append(columns, fmt.Sprintf("%s_%d", name, i+1))
		}
	}
	return append(columns, "rt_sum", "rt_office_sum", "u_micro", "u_office_micro", "first_lost", "sessions", "two_way", "rated", "satisfied",
		"queries", "served", "aged", "repeated")
}

func sumFields(s *models.WaitSums) []*int64 {
	fields := []*int64{&s.Opened, &s.Human, &s.Bot, &s.Expired, &s.Left}
	for _, a := range []*[models.ChatLimits]int64{&s.OnTimeHuman, &s.OnTimeBot, &s.LeftBreach} {
		for i := range a {
			fields = append(fields, &a[i])
		}
	}
	return append(fields, &s.RTSum, &s.RTOfficeSum, &s.UMicro, &s.UOfficeMicro, &s.FirstLost, &s.Sessions, &s.TwoWay, &s.Rated, &s.Satisfied,
		&s.Queries, &s.Served, &s.Aged, &s.Repeated)
}

// adding is the clause that makes an INSERT add to the columns of a row that is there.
func (d *dialect) adding(table, key string, columns ...string) string {
	var b strings.Builder
	if d.mysql() {
		b.WriteString(" ON DUPLICATE KEY UPDATE ")
	} else {
		b.WriteString(" ON CONFLICT (" + key + ") DO UPDATE SET ")
	}
	for i, c := range columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c + " = " + table + "." + c + " + " + d.excluded(c))
	}
	return b.String()
}

const (
	hourKey     = "app_id, channel, hour, topic, staff"
	responseKey = "app_id, channel, day, first_wait, sec"
	activeKey   = "app_id, channel, day, uid"
)

// addRollup adds the changes, in the order of their keys. Rows that come to nothing are
// removed, so that the tables hold what a full count would.
func (t *txn) addRollup(ctx context.Context, r *models.Rollup) error {
	columns := sumColumns()
	values := make([]any, 0, len(r.Hours)*(5+len(columns)))
	for i := range r.Hours {
		h := &r.Hours[i]
		values = append(values, h.AppID, string(h.Channel), h.Hour, h.Topic, h.Staff)
		for _, f := range sumFields(&h.WaitSums) {
			values = append(values, *f)
		}
	}
	err := t.upsert(ctx, "wait_hours", hourKey+", "+strings.Join(columns, ", "), 5+len(columns), values,
		t.s.dialect.adding("wait_hours", hourKey, columns...))
	if err != nil {
		return err
	}
	values = values[:0:0]
	for _, c := range r.Responses {
		values = append(values, c.AppID, string(c.Channel), c.Day, bit(c.First), c.Seconds, c.Count)
	}
	err = t.upsert(ctx, "rt_hist", responseKey+", cnt", 6, values, t.s.dialect.adding("rt_hist", responseKey, "cnt"))
	if err != nil {
		return err
	}
	return t.dropEmpty(ctx, r)
}

// dropEmpty removes the rows that the changes brought to nothing: a row of the hours stands for
// waits, each counted as opened, or clicks, each a query.
func (t *txn) dropEmpty(ctx context.Context, r *models.Rollup) error {
	var hours, responses [][]any
	for _, h := range r.Hours {
		if h.Opened < 0 || h.Queries < 0 {
			hours = append(hours, []any{h.AppID, string(h.Channel), h.Hour, h.Topic, h.Staff})
		}
	}
	for _, c := range r.Responses {
		if c.Count < 0 {
			responses = append(responses, []any{c.AppID, string(c.Channel), c.Day, bit(c.First), c.Seconds})
		}
	}
	zero := strings.Join(sumColumns(), " = 0 AND ") + " = 0"
	if err := t.deleteKeys(ctx, "wait_hours", zero, hourKey, hours); err != nil {
		return err
	}
	return t.deleteKeys(ctx, "rt_hist", "cnt = 0", responseKey, responses)
}

// deleteKeys deletes the rows of the keys for which the condition holds. Conditions joined by OR are
// what every database answers from the index.
func (t *txn) deleteKeys(ctx context.Context, table, condition, key string, keys [][]any) error {
	one := "(" + strings.ReplaceAll(key, ", ", " = ? AND ") + " = ?)"
	for len(keys) > 0 {
		n := min(len(keys), t.s.dialect.chunk)
		var args []any
		for _, k := range keys[:n] {
			args = append(args, k...)
		}
		err := t.exec(ctx, "DELETE FROM "+table+" WHERE "+condition+" AND ("+strings.Repeat(one+" OR ", n-1)+one+")", args...)
		if err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func (t *txn) addActive(ctx context.Context, days []models.ActiveDay) error {
	values := make([]any, 0, 5*len(days))
	for _, d := range days {
		values = append(values, d.AppID, string(d.Channel), d.Day, d.UID, int64(d.Messages))
	}
	return t.upsert(ctx, "active_days", activeKey+", msgs", 5, values, t.s.dialect.adding("active_days", activeKey, "msgs"))
}

// upsert runs a multi-row INSERT in pieces; nothing when there are no values.
func (t *txn) upsert(ctx context.Context, table, columns string, width int, values []any, clause string) error {
	step := width * t.s.dialect.chunk
	for len(values) > 0 {
		n := min(step, len(values))
		if err := t.insert(ctx, table, columns, width, values[:n], clause); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}
