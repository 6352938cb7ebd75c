package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	// remindFrom and remindUntil are the hours of a working day between which reminders are given: at the
	// first, or when the program is there again.
	remindFrom  = 9
	remindUntil = 18
	// remindedAtOnce are the cases of one transaction.
	remindedAtOnce = 200
)

// Remind gives the reminders of today, each case one a day at most, whoever else does so at the same
// time: the working day before its limit, on that day, and on each working day after it. They stand in
// the case and wake the lists; what is told outside is Reminded's. done says that today needs no more.
func (b *Cases) Remind(ctx context.Context) (n int, done bool, err error) {
	now := b.o.Now().In(models.Shanghai())
	if now.Hour() < remindFrom {
		return 0, false, nil
	}
	if now.Hour() >= remindUntil {
		return 0, true, nil
	}
	accounts, err := b.accounts(ctx)
	if err != nil {
		return 0, false, models.Wrap("cases: remind", err)
	}
	var failed error
	for i := range accounts {
		reminded, err := b.remindAccount(ctx, &accounts[i], now)
		n, failed = n+reminded, errors.Join(failed, err)
	}
	return n, failed == nil, models.Wrap("cases: remind", failed)
}

func (b *Cases) accounts(ctx context.Context) ([]models.Account, error) {
	if b.o.Accounts != nil {
		return b.o.Accounts(), nil
	}
	return b.store.Accounts(ctx)
}

func (b *Cases) remindAccount(ctx context.Context, a *models.Account, now time.Time) (n int, err error) {
	l, err := b.limitsOf(a, now)
	if err != nil || !l.office.Calendar().Workday(now) {
		return 0, err
	}
	today := startOfDay(now)
	soon := today.AddDate(0, 0, 1)
	for !l.office.Calendar().Workday(soon) {
		soon = soon.AddDate(0, 0, 1)
	}
	for {
		var some int
		err := b.store.Transact(ctx, func(t *store.Tx) error {
			found, err := list(ctx, t, fmt.Sprintf("app_id = ? AND due > 0 AND due < ? AND opened_at < ? AND reminded_at < ? ORDER BY due, id LIMIT %d", remindedAtOnce)+t.Dialect().ForUpdate,
				a.AppID, store.Micros(soon.AddDate(0, 0, 1)), store.Micros(today.Add(remindFrom*time.Hour)), store.Micros(today))
			some = len(found)
			for _, c := range found {
				if err == nil {
					err = c.remind(ctx, t, &l, now)
				}
			}
			return err
		})
		if n += some; err != nil || some < remindedAtOnce {
			return n, err
		}
	}
}

// remind writes a reminder into the case. Whoever is at work on it goes on: its version stays.
func (c *Case) remind(ctx context.Context, t *store.Tx, l *limits, now time.Time) error {
	l.look(c, now)
	who := []string{"经办 " + c.Handler}
	if c.Handler == "" {
		who = []string{"还没有人经办"}
	}
	text := map[bool]string{true: "今天到期", false: "下一个工作日到期"}[startOfDay(c.Due).Equal(startOfDay(now))]
	if c.Overdue {
		text = fmt.Sprintf("已超 %d 个工作日", -c.LeftWD)
		who = append(who, "请主管督办")
	}
	text = fmt.Sprintf("%s期限 %s，%s；%s", map[bool]string{true: "受理", false: "办结"}[c.State == Submitted], dayText(c.Due), text, strings.Join(who, "，"))
	if err := c.happens(ctx, t, Event{At: now, Kind: "reminded", Text: text}); err != nil {
		return err
	}
	return t.Exec(ctx, "UPDATE cases SET reminded_at = ?, changed_at = ? WHERE app_id = ? AND id = ?", store.Micros(now), store.Micros(now), c.AppID, c.Number)
}

func startOfDay(at time.Time) time.Time {
	y, m, d := at.In(models.Shanghai()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, models.Shanghai())
}

// Reminded are how many cases of an account somebody was reminded of today and that are open still.
type Reminded struct {
	Overdue, Today, Soon int64
}

// N counts them all.
func (r *Reminded) N() int64 { return r.Overdue + r.Today + r.Soon }

// Text says it to a group of colleagues: how many, and where to look.
func (r *Reminded) Text() string {
	var parts []string
	for _, p := range []struct {
		n    int64
		text string
	}{{r.Overdue, "%d 个已超期"}, {r.Today, "%d 个今天到期"}, {r.Soon, "%d 个下一个工作日到期"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf(p.text, p.n))
		}
	}
	text := "工单" + strings.Join(parts, "，") + "。\n请经办的坐席在“工单”页办理"
	if r.Overdue > 0 {
		text += "；超期的请主管在“督查”页催办"
	}
	return text + "。"
}

// Reminded counts them.
func (b *Cases) Reminded(ctx context.Context, appID string) (r Reminded, err error) {
	now := b.o.Now()
	today := startOfDay(now)
	err = b.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&r.Overdue, &r.Today, &r.Soon) },
		"SELECT COALESCE(SUM(CASE WHEN due < ? THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN due >= ? AND due < ? THEN 1 ELSE 0 END), 0), "+
			"COALESCE(SUM(CASE WHEN due >= ? THEN 1 ELSE 0 END), 0) FROM cases WHERE app_id = ? AND due > 0 AND reminded_at >= ?",
		store.Micros(now), store.Micros(now), store.Micros(today.AddDate(0, 0, 1)), store.Micros(today.AddDate(0, 0, 1)), appID, store.Micros(today))
	return r, models.Wrap("cases: reminded", err)
}
