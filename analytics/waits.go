package analytics

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

// WaitsQuery asks for the waits of one account that opened in [From, To); zero = the last 30 days.
// Find is a part of the first message, "" = any.
type WaitsQuery struct {
	Account  string
	Channel  models.Channel
	From, To time.Time
	Find     string
	Marked   bool // only those
	Limit    int
}

// ListedWait is a wait as people choose among.
type ListedWait struct {
	MsgKey   string           `json:"msg_key"` // of its first message
	OpenAt   time.Time        `json:"open_at"`
	Citizen  string           `json:"citizen"` // pseudonym
	State    models.WaitState `json:"state"`
	Messages int              `json:"messages"`
	Content  string           `json:"content"` // of the first, masked
	// Corrected is the slip that was put right to answer the first, and what it was read as, "" = none.
	Corrected string          `json:"corrected"`
	Mark      models.WaitMark `json:"mark"`
	MarkedBy  string          `json:"marked_by"`
	MarkedAt  *time.Time      `json:"marked_at"`
	// LateAnswerAt is when an expired one was answered after all (逾期答复), which changes no figure.
	LateAnswerAt *time.Time `json:"late_answer_at"`
}

// Waits returns the latest waits that are asked for, in the order of time, and whether there
// are earlier ones.
func (m *Analytics) Waits(ctx context.Context, q WaitsQuery) (list []ListedWait, more bool, err error) {
	if q.Limit <= 0 {
		return nil, false, models.NewError(models.CodeInvalid, "列出的轮数 limit 应为正整数")
	}
	now := m.now()
	if q.To.IsZero() {
		q.To = indices.StartOfDay(now).AddDate(0, 0, 1)
	}
	if q.From.IsZero() {
		q.From = q.To.AddDate(0, 0, -usualWindow)
	}
	found, err := m.waits.Opened(ctx, waits.Window{AppID: q.Account, Channel: q.Channel, From: q.From, To: q.To, AsOf: now})
	if err != nil {
		return nil, false, err
	}
	keys := make([]string, 0, len(found))
	for i := range found {
		keys = append(keys, found[i].OpenKey)
	}
	first, err := m.waits.Openings(ctx, q.Account, keys)
	if err != nil {
		return nil, false, err
	}
	found = slices.DeleteFunc(found, func(w models.Wait) bool {
		o := first[w.OpenKey]
		return !strings.Contains(o.Content, q.Find) || q.Marked && o.Mark == models.MarkNone
	})
	if n := len(found) - q.Limit; n > 0 {
		found, more = found[n:], true
	}
	late, err := m.waits.LateAnswers(ctx, found, now)
	if err != nil {
		return nil, false, err
	}
	list = make([]ListedWait, 0, len(found))
	for i := range found {
		o := first[found[i].OpenKey]
		line := listedWait(&found[i], &o, now)
		if at, ok := late[found[i].ID]; ok {
			line.LateAnswerAt = &at
		}
		list = append(list, line)
	}
	return list, more, nil
}

func listedWait(w *models.Wait, o *waits.Opening, now time.Time) ListedWait {
	line := ListedWait{
		MsgKey: w.OpenKey, OpenAt: time.Unix(w.OpenAt, 0).In(indices.Shanghai()), Citizen: w.UID,
		State: indices.StateAt(w, now.Unix()).State, Messages: w.Messages, Content: o.Content, Corrected: o.Corrected, Mark: w.Mark,
	}
	if w.Mark != models.MarkNone {
		line.MarkedBy, line.MarkedAt = o.MarkedBy, &o.MarkedAt
	}
	return line
}

// MarkWaits marks, one by one, the waits that these messages open as needing no answer, or takes the
// marks back (MarkNone), and returns how many were marked otherwise before. Those before a fault
// stay as they are now.
func (m *Analytics) MarkWaits(ctx context.Context, who models.Who, appID string, msgKeys []string, mark models.WaitMark) (changed int, err error) {
	for i, key := range msgKeys {
		did, err := m.waits.MarkWait(ctx, appID, key, mark, who)
		switch {
		case err != nil && i > 0:
			return changed, fmt.Errorf("前 %d 个已处理，到 %s 停下：%w", i, key, err)
		case err != nil:
			return changed, err
		case did:
			changed++
		}
	}
	return changed, nil
}
