package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

// Waits implements handler.Measure.
func (m *measurer) Waits(ctx context.Context, q handler.WaitsQuery) (handler.WaitPage, error) {
	after, err := readCursor(q.After)
	if err != nil {
		return handler.WaitPage{}, err
	}
	accounts, err := m.accounts(ctx, q.Accounts)
	if err != nil {
		return handler.WaitPage{}, err
	}
	now := m.now()
	filter := waits.OpenFilter{Channel: q.Channel, Assignee: q.Assignee, After: after, Limit: q.Limit, AsOf: now}
	for _, a := range accounts {
		filter.AppIDs = append(filter.AppIDs, a.AppID)
	}
	page := handler.WaitPage{AsOf: now.In(indices.Shanghai()), Waits: []handler.OpenWait{}}
	if len(accounts) == 0 {
		return page, nil
	}
	list, next, err := m.waits.OpenWaits(ctx, filter)
	if err != nil {
		return handler.WaitPage{}, err
	}
	for i := range list {
		limits, err := limitsOf(accounts, list[i].AppID)
		if err != nil {
			return handler.WaitPage{}, err
		}
		page.Waits = append(page.Waits, openWait(&list[i], limits.At(list[i].OpenAt), now.Unix()))
	}
	page.Next = writeCursor(next)
	return page, nil
}

// limitsOf are the limits of an account, the usual ones of an unknown one.
func limitsOf(accounts []models.Account, appID string) (indices.Limits, error) {
	i := slices.IndexFunc(accounts, func(a models.Account) bool { return a.AppID == appID })
	if i < 0 {
		return indices.DefaultLimits(), nil
	}
	return indices.LimitsOf(accounts[i].Settings)
}

func openWait(w *models.Wait, limits *indices.Limits, now int64) handler.OpenWait {
	r := indices.StateAt(w, now)
	zone := indices.Shanghai()
	o := handler.OpenWait{
		ID: strconv.FormatInt(w.ID, 10), Account: w.AppID, Channel: w.Channel, Citizen: w.UID, Thread: w.Thread,
		OpenAt: time.Unix(w.OpenAt, 0).In(zone), LastInAt: time.Unix(w.LastInAt, 0).In(zone), Age: max(0, now-w.OpenAt),
		AtRisk: indices.AtRisk(w, limits, now), Pending: r.Pending, Breached: []int64{},
		Topic: w.Topic, Assignee: w.Assignee, Messages: w.Messages,
	}
	if w.Channel == models.ChannelChat {
		o.Expires = new(time.Unix(w.LastInAt+limits.Expiry, 0).In(zone))
	}
	for _, limit := range limits.Chat {
		if r.Breach(limit) {
			o.Breached = append(o.Breached, limit)
		}
	}
	return o
}

// readCursor reads what writeCursor wrote; "" is the beginning.
func readCursor(s string) (waits.Cursor, error) {
	if s == "" {
		return waits.Cursor{}, nil
	}
	at, id, _ := strings.Cut(s, "-")
	var c waits.Cursor
	var faults [2]error
	c.OpenAt, faults[0] = strconv.ParseInt(at, 10, 64)
	c.ID, faults[1] = strconv.ParseInt(id, 10, 64)
	if errors.Join(faults[:]...) != nil {
		return c, &models.Error{Code: models.CodeInvalid, Message: "请求参数有误", Fields: []models.FieldError{
			{Field: "after", Message: "应为上一页的 next，原样填写"},
		}}
	}
	return c, nil
}

func writeCursor(c waits.Cursor) string {
	if c == (waits.Cursor{}) {
		return ""
	}
	return strconv.FormatInt(c.OpenAt, 10) + "-" + strconv.FormatInt(c.ID, 10)
}
