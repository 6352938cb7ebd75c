package analytics

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

// OpenWaitsQuery asks for the open waits, the oldest first. After is the Next of the page
// before, "" for the first.
type OpenWaitsQuery struct {
	Accounts []string
	Channel  models.Channel
	Assignee *string // nil = any, "" = nobody yet
	After    string
	Limit    int
}

// OpenWaitPage is one page of open waits; Next is "" on the last.
type OpenWaitPage struct {
	AsOf  time.Time  `json:"as_of"`
	Waits []OpenWait `json:"waits"`
	Next  string     `json:"next"`
}

// OpenWait is one wait that nobody has answered for good. Citizens are given by their
// pseudonym, never by their OpenID.
type OpenWait struct {
	ID       string         `json:"id"`
	Account  string         `json:"account"`
	Channel  models.Channel `json:"channel"`
	Citizen  string         `json:"citizen"`
	Thread   string         `json:"thread"`
	OpenAt   time.Time      `json:"open_at"`
	LastInAt time.Time      `json:"last_in_at"`
	Age      int64          `json:"age_s"`
	// Expires is when the platform's window closes; null where it does not.
	Expires  *time.Time `json:"expires_at"`
	AtRisk   bool       `json:"at_risk"` // it is about to close
	Pending  bool       `json:"pending"` // a bot answered, its silence is not over
	Breached []int64    `json:"breached_s"`
	Topic    string     `json:"topic"`
	Assignee string     `json:"assignee"`
	Messages int        `json:"messages"`
}

// OpenWaits is one page of the waits that are open now.
func (m *Analytics) OpenWaits(ctx context.Context, q OpenWaitsQuery) (OpenWaitPage, error) {
	after, err := readCursor(q.After)
	if err != nil {
		return OpenWaitPage{}, err
	}
	accounts, err := m.accounts(ctx, q.Accounts)
	if err != nil {
		return OpenWaitPage{}, err
	}
	now := m.now()
	filter := waits.OpenFilter{Channel: q.Channel, Assignee: q.Assignee, After: after, Limit: q.Limit, AsOf: now}
	limits := make(map[string]indices.Limits, len(accounts))
	for _, a := range accounts {
		filter.AppIDs = append(filter.AppIDs, a.AppID)
		if limits[a.AppID], err = indices.LimitsOf(a.Settings); err != nil {
			return OpenWaitPage{}, err
		}
	}
	list, next, err := m.waits.OpenWaits(ctx, filter)
	if err != nil {
		return OpenWaitPage{}, err
	}
	page := OpenWaitPage{AsOf: now.In(indices.Shanghai()), Waits: make([]OpenWait, 0, len(list)), Next: writeCursor(next)}
	for i := range list {
		own := limits[list[i].AppID]
		page.Waits = append(page.Waits, openWait(&list[i], own.At(list[i].OpenAt), now.Unix()))
	}
	return page, nil
}

func openWait(w *models.Wait, limits *indices.Limits, now int64) OpenWait {
	r := indices.StateAt(w, now)
	zone := indices.Shanghai()
	o := OpenWait{
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
