package worker

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

const (
	waitsPage  = 1000
	waitsPages = 10 // an account with more waits at risk has the same alarm
)

// atRisk finds the open waits of an account that have come near a limit, each at the last limit that
// it came near. A wait that broke the limit still counts: the alarm is over when it is answered, not
// when it is too late. One whose bot answer may stand does not wait for anybody.
func (a *alarmer) atRisk(ctx context.Context, account models.Account, choice models.AlarmChoice) (finding, error) {
	f := finding{appID: account.AppID, name: models.AlarmAtRisk}
	limits, err := indices.LimitsOf(account.Settings)
	if err != nil {
		return f, err
	}
	now := a.o.Now().Unix()
	soonest := soonestAhead(limits.At(now), choice.Ahead)
	if soonest < 0 {
		return f, nil
	}
	ctx, cancel := context.WithTimeout(ctx, alarmStep)
	defer cancel()
	risk := riskCounts{}
	filter := waits.OpenFilter{AppIDs: []string{account.AppID}, Channel: models.ChannelChat, Limit: waitsPage}
	for range waitsPages {
		list, next, err := a.o.Waits.OpenWaits(ctx, filter)
		if err != nil {
			return f, err
		}
		for i := range list {
			risk.add(&list[i], limits.At(list[i].OpenAt), choice.Ahead, now)
		}
		if next == (waits.Cursor{}) || now-list[len(list)-1].OpenAt < soonest {
			break
		}
		filter.After = next
	}
	f.count, f.weight, f.stands, f.text = risk.n, risk.weight, risk.n > 0, risk.text()
	return f, nil
}

// soonestAhead is the age from which on a wait may be near a limit, -1 where no limit is watched.
func soonestAhead(limits *indices.Limits, ahead []models.AlarmAhead) int64 {
	soonest := int64(-1)
	for _, r := range ahead {
		if at := max(0, limits.Chat[r.Index()]-r.AheadS); soonest < 0 || at < soonest {
			soonest = at
		}
	}
	return soonest
}

// riskCounts add up the waits at risk, by limit and by whether it is broken.
type riskCounts struct {
	n, weight, oldest int64
	near, over        map[int64]int64
}

func (c *riskCounts) add(w *models.Wait, limits *indices.Limits, ahead []models.AlarmAhead, now int64) {
	r := indices.StateAt(w, now)
	if r.State != models.WaitOpen || r.Pending {
		return
	}
	for _, rule := range slices.Backward(ahead) { // by limit, rising
		limit := limits.Chat[rule.Index()]
		if r.Waited < limit-rule.AheadS {
			continue
		}
		if c.near == nil {
			c.near, c.over = map[int64]int64{}, map[int64]int64{}
		}
		c.n++
		c.oldest = max(c.oldest, r.Waited)
		c.weight += int64(2*rule.Index() + 1)
		if r.Breach(limit) {
			c.over[limit]++
			c.weight++
		} else {
			c.near[limit]++
		}
		return
	}
}

func (c *riskCounts) text() string {
	if c.oldest >= 60 {
		c.oldest -= c.oldest % 60
	}
	var parts []string
	for what, counts := range map[string]map[int64]int64{"快到": c.near, "已超过": c.over} {
		for limit, n := range counts {
			parts = append(parts, fmt.Sprintf("%s %s时限的 %d 件", what, accounts.SpanText(limit), n))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "；") + "。最久的等了 " + accounts.SpanText(c.oldest) + "。\n请尽快答复；不需答复的在诉求列表里标记。"
}

// unassigned finds what was handed to people and taken by nobody, false where nothing is to be said.
func (a *alarmer) unassigned(ctx context.Context, account models.Account) (finding, bool) {
	if a.o.Desk == nil {
		return finding{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, alarmStep)
	defer cancel()
	u, known, err := a.o.Desk.Unassigned(ctx, account)
	if err != nil {
		a.logger.Warn("what nobody takes is not looked at", "account", account.AppID, "error", err)
		return finding{}, false
	}
	return finding{
		appID: account.AppID, name: models.AlarmUnassigned, stands: u.Count > 0, count: u.Count, weight: u.Count,
		text: fmt.Sprintf("%d 位市民转人工后满一小时办公时间没有人接入，最早的在 %s来信。\n请值班负责人安排坐席上线，或把接待转给在的人。",
			u.Count, u.Oldest.In(models.Shanghai()).Format("1月2日 15:04 ")),
	}, known
}
