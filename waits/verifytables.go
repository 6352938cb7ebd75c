package waits

import (
	"context"
	"database/sql"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// compareSums holds one of the two tables of sums against what was counted.
func (v *verifier) compareSums(ctx context.Context, t *txn, table, key string, counted map[models.WaitHourKey]models.WaitSums) error {
	columns := sumColumns()
	err := t.Query(ctx, func(rows *sql.Rows) error {
		h, err := scanHour(rows)
		if err != nil {
			return err
		}
		want := counted[h.WaitHourKey]
		delete(counted, h.WaitHourKey)
		expected, got := sumFields(&want), sumFields(&h.WaitSums)
		for i, name := range columns {
			if *expected[i] != *got[i] {
				v.report("%s：%s %s %s 主题“%s”人员“%s”的 %s 应为 %d，现为 %d",
					table, h.AppID, h.Channel, clockText(h.Hour), h.Topic, h.Staff, name, *expected[i], *got[i])
			}
		}
		return nil
	}, "SELECT "+key+", "+strings.Join(columns, ", ")+" FROM "+table)
	for _, k := range missing(counted) {
		v.report("%s：缺少 %s", table, k)
	}
	return err
}

// compareResponses holds the two histograms against what was counted.
func (v *verifier) compareResponses(ctx context.Context, t *txn) error {
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var c models.ResponseCount
		err := rows.Scan(&c.AppID, &c.Channel, &c.Day, &c.First, &c.Seconds, &c.Count)
		if want := v.responses[c.ResponseKey]; want != c.Count {
			v.report("rt_hist：%+v 应为 %d，现为 %d", c.ResponseKey, want, c.Count)
		}
		delete(v.responses, c.ResponseKey)
		return err
	}, "SELECT "+responseKey+", cnt FROM rt_hist")
	if err != nil {
		return err
	}
	for _, k := range missing(v.responses) {
		v.report("rt_hist：缺少 %s", k)
	}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var k models.ResponseKey
		var got [2]int64
		err := rows.Scan(&k.AppID, &k.Channel, &k.Day, &k.First, &k.Seconds, &got[0], &got[1])
		if want := v.bands[k]; want != got {
			v.report("rt_bands：%+v 的条数与秒数应为 %d，现为 %d", k, want, got)
		}
		delete(v.bands, k)
		return err
	}, "SELECT "+bandKey+", cnt, seconds FROM rt_bands")
	for _, k := range missing(v.bands) {
		v.report("rt_bands：缺少 %s", k)
	}
	return err
}

// compareActive holds the two tables of active citizens against what was counted.
func (v *verifier) compareActive(ctx context.Context, t *txn) error {
	want := make(returns)
	var days []models.ActiveDay
	for d, n := range v.active {
		d.Messages = n
		days = append(days, d)
	}
	for g, citizens := range byGroup(days) {
		for _, list := range citizens {
			want.add(g, list, 1)
		}
	}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var d models.ActiveDay
		n := 0
		err := rows.Scan(&d.AppID, &d.Channel, &d.UID, &d.Day, &n)
		if want := v.active[d]; want != n {
			v.report("active_days：%s %s %s 的一位用户应为 %d，现为 %d", d.AppID, d.Channel, d.Day, want, n)
		}
		delete(v.active, d)
		return err
	}, "SELECT "+activeKey+", msgs FROM active_days")
	if err != nil {
		return err
	}
	if n := len(v.active); n > 0 {
		v.report("active_days：缺少 %d 行", n)
	}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var g activeGroup
		var k returnDays
		var got returnCount
		err := rows.Scan(&g.appID, &g.channel, &k.day, &k.previous, &got.citizens, &got.messages)
		if n := want[g][k]; n != got {
			v.report("active_returns：%s %s %s（前次 %s）应为 %+v，现为 %+v", g.appID, g.channel, k.day, k.previous, n, got)
		}
		delete(want[g], k)
		return err
	}, "SELECT "+returnKey+", citizens, msgs FROM active_returns")
	for g, left := range want {
		for _, k := range missing(left) {
			v.report("active_returns：%s %s 缺少 %s", g.appID, g.channel, k)
		}
	}
	return err
}
