package waits

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
		"queries", "served", "aged", "repeated", "marked")
}

func sumFields(s *models.WaitSums) []*int64 {
	fields := []*int64{&s.Opened, &s.Human, &s.Bot, &s.Expired, &s.Left}
	for _, a := range []*[models.ChatLimits]int64{&s.OnTimeHuman, &s.OnTimeBot, &s.LeftBreach} {
		for i := range a {
			fields = append(fields, &a[i])
		}
	}
	return append(fields, &s.RTSum, &s.RTOfficeSum, &s.UMicro, &s.UOfficeMicro, &s.FirstLost, &s.Sessions, &s.TwoWay, &s.Rated, &s.Satisfied,
		&s.Queries, &s.Served, &s.Aged, &s.Repeated, &s.Marked)
}

const (
	hourKey     = "app_id, channel, hour, topic, staff"
	responseKey = "app_id, channel, day, first_wait, sec"
)

// dayKey is the key of wait_days: wait_hours by whole days, staff left out, so that windows
// of days read few rows.
const dayKey = "app_id, channel, day_at, topic"

// daysOf sums hours, or changes to them, by the first second of their day and topic, sorted by
// key.
func daysOf(hours []models.WaitHour) []models.WaitHour {
	days := make(map[models.WaitHourKey]*models.WaitSums)
	for i := range hours {
		k := hours[i].WaitHourKey
		k.Hour, k.Staff = floorTo(k.Hour, daySeconds), ""
		if days[k] == nil {
			days[k] = &models.WaitSums{}
		}
		days[k].Add(&hours[i].WaitSums, 1)
	}
	list := make([]models.WaitHour, 0, len(days))
	for k, s := range days {
		if *s != (models.WaitSums{}) {
			list = append(list, models.WaitHour{WaitHourKey: k, WaitSums: *s})
		}
	}
	slices.SortFunc(list, func(a, b models.WaitHour) int {
		return cmp.Or(
			strings.Compare(a.AppID, b.AppID), strings.Compare(string(a.Channel), string(b.Channel)),
			cmp.Compare(a.Hour, b.Hour), strings.Compare(a.Topic, b.Topic),
		)
	})
	return list
}

// addRollup adds the changes, in the order of their keys. Rows that come to nothing are
// removed, so that the tables hold what a full count would.
func (t *txn) addRollup(ctx context.Context, r *models.Rollup) error {
	if err := t.addSums(ctx, "wait_hours", hourKey, r.Hours); err != nil {
		return err
	}
	if err := t.addSums(ctx, "wait_days", dayKey, daysOf(r.Hours)); err != nil {
		return err
	}
	var values []any
	var emptied [][]any
	for _, c := range r.Responses {
		key := []any{c.AppID, string(c.Channel), c.Day, c.First, c.Seconds}
		values = append(append(values, key...), c.Count)
		if c.Count < 0 {
			emptied = append(emptied, key)
		}
	}
	err := t.Upsert(ctx, "rt_hist", responseKey+", cnt", 6, values, t.Dialect().Adding("rt_hist", responseKey, "cnt"))
	if err != nil {
		return err
	}
	if err := t.deleteKeys(ctx, "rt_hist", "cnt = 0", responseKey, emptied); err != nil {
		return err
	}
	return t.addBands(ctx, r.Responses)
}

// addSums adds to one of the two tables of sums. Every wait in a row counts as opened or
// marked, so only where one of them, or a query, was taken back may a row be zero throughout.
func (t *txn) addSums(ctx context.Context, table, key string, list []models.WaitHour) error {
	columns := sumColumns()
	width := strings.Count(key, ", ") + 1
	values := make([]any, 0, len(list)*(width+len(columns)))
	var emptied [][]any
	for i := range list {
		h := &list[i]
		names := []any{h.AppID, string(h.Channel), h.Hour, h.Topic, h.Staff}[:width]
		values = append(values, names...)
		for _, f := range sumFields(&h.WaitSums) {
			values = append(values, *f)
		}
		if h.Opened < 0 || h.Queries < 0 || h.Marked < 0 {
			emptied = append(emptied, names)
		}
	}
	err := t.Upsert(ctx, table, key+", "+strings.Join(columns, ", "), width+len(columns), values, t.Dialect().Adding(table, key, columns...))
	if err != nil {
		return err
	}
	return t.deleteKeys(ctx, table, strings.Join(columns, " = 0 AND ")+" = 0", key, emptied)
}

// deleteChunk is the keys of one DELETE.
const deleteChunk = 200

// deleteKeys deletes the rows of the keys for which the condition holds. Conditions joined by OR are
// what every database answers from the index.
func (t *txn) deleteKeys(ctx context.Context, table, condition, key string, keys [][]any) error {
	one := "(" + strings.ReplaceAll(key, ", ", " = ? AND ") + " = ?)"
	for len(keys) > 0 {
		n := min(len(keys), deleteChunk)
		var args []any
		for _, k := range keys[:n] {
			args = append(args, k...)
		}
		err := t.Exec(ctx, "DELETE FROM "+table+" WHERE "+condition+" AND ("+strings.Repeat(one+" OR ", n-1)+one+")", args...)
		if err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}
