package analytics

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

// WaitListQuery asks for single waits. Without a window and a filter they are those that are open
// now, the oldest first; else those behind a figure, the newest first. After is the Next of the page
// before, "" for the first.
type WaitListQuery struct {
	Accounts []string
	Channel  models.Channel
	Assignee *string // of the open ones only: nil = any, "" = nobody yet
	After    string
	Limit    int

	From, To, AsOf time.Time // as in IndicesQuery
	// State is a state, or one of the parts of open and the marked: the States below.
	State   string
	Sample  Sample
	Breach  int64 // a limit in seconds, 0 = any
	Times   *Times
	Part    Part
	Ages    *Ages // of those that are open and no bot answered; nil = any
	Weekday int   // of asking, 1 = Monday to 7; 0 = any
	Hour    *int  // of asking
	Topic   *string
	Staff   *string // who closed, else the assignee
}

// Times restricts a list by response time in seconds.
type Times = indices.Times

// Sample is the part of the waits of a window that a figure is of.
type Sample = indices.Sample

// The samples: every wait, those that are due, and of these the ones that needed a human.
const (
	SampleOpened = indices.SampleOpened
	SampleDue    = indices.SampleDue
	SampleHuman  = indices.SampleHuman
)

// Part is what the waits of a figure have in common beside their state.
type Part = indices.Part

// WaitParts are all of them.
func WaitParts() []Part { return indices.Parts() }

// Ages restricts a list to open waits by how long they have waited.
type Ages = indices.Ages

// The states that a list may be asked for beside those of models: open waits that a bot has answered
// for the time being and those that it has not, and waits that need no answer.
const (
	StatePending = "pending"
	StateWaiting = "waiting"
	StateMarked  = "marked"
)

// WaitStates are all of them.
func WaitStates() []string {
	return []string{
		string(models.WaitHuman), string(models.WaitBot), string(models.WaitExpired), string(models.WaitLeft),
		string(models.WaitOpen), StateWaiting, StatePending, StateMarked,
	}
}

// openNow reports that the open waits of all times are asked for.
func (q *WaitListQuery) openNow() bool {
	return q.From.IsZero() && q.To.IsZero() && q.AsOf.IsZero() && q.State == "" && q.Sample == SampleOpened && q.Breach == 0 &&
		q.Times == nil && q.Part == "" && q.Ages == nil && q.Weekday == 0 && q.Hour == nil && q.Topic == nil && q.Staff == nil
}

// ofOpen reports whether only open waits are asked for.
func (q *WaitListQuery) ofOpen() bool {
	return q.Part.OfOpen() || q.Ages != nil || slices.Contains([]string{string(models.WaitOpen), StateWaiting, StatePending}, q.State)
}

// selection is what the query asks of an account with these limits and office hours.
func (q *WaitListQuery) selection(limits *indices.Limits, office *indices.Office) (*indices.Selection, error) {
	bounds := indices.DefaultThresholds()
	s := &indices.Selection{
		Sample: q.Sample, State: models.WaitState(q.State), Times: q.Times, Weekday: q.Weekday, Hour: q.Hour,
		Part: q.Part, Ages: q.Ages, Office: office, Within: bounds.UnassignedAfter,
	}
	switch q.State {
	case StatePending, StateWaiting:
		s.State, s.Pending = models.WaitOpen, new(q.State == StatePending)
	case StateMarked:
		s.State, s.Marked = "", true
	case "":
		if q.ofOpen() {
			s.State = models.WaitOpen
		}
	}
	if q.Breach == 0 {
		return s, nil
	}
	i := slices.Index(limits.Chat[:], q.Breach)
	if i < 0 {
		var known []string
		for _, limit := range limits.Chat {
			known = append(known, strconv.FormatInt(limit, 10))
		}
		return nil, invalid("breach", "没有这个时限，应为 "+strings.Join(known, "、")+" 之一（秒）")
	}
	s.Breach = &i
	return s, nil
}

// selectionOf is what the query asks of an account.
func (q *WaitListQuery) selectionOf(a *models.Account, calendar *indices.Calendar) (*indices.Selection, error) {
	limits, err := indices.LimitsOf(a.Settings)
	if err != nil {
		return nil, err
	}
	periods, err := models.OfficePeriods(a.Settings)
	if err != nil {
		return nil, err
	}
	return q.selection(limits.At(min(q.To.Unix()-1, q.AsOf.Unix())), calendar.Office(periods...))
}

func invalid(field, message string) error {
	return models.FieldFault("请求参数有误", field, message)
}

// WaitPage is one page of waits; N is how many there are on all pages, Next is "" on the last. From
// and To are null where waits of all times are listed.
type WaitPage struct {
	FormulaVersion string     `json:"formula_version"`
	AsOf           time.Time  `json:"as_of"`
	From           *time.Time `json:"from"`
	To             *time.Time `json:"to"` // the last second of the window, AsOf while it runs
	Provisional    bool       `json:"provisional"`
	N              int64      `json:"n"`
	Waits          []WaitRow  `json:"waits"`
	Next           string     `json:"next"`
}

// WaitList is one page of single waits, and how many there are: as many as the figure counts whose
// waits they are.
func (m *Analytics) WaitList(ctx context.Context, q WaitListQuery) (WaitPage, error) {
	if q.openNow() {
		return m.openWaits(ctx, &q)
	}
	after, err := readCursor(q.After)
	if err != nil {
		return WaitPage{}, err
	}
	if q.Assignee != nil {
		return WaitPage{}, invalid("assignee", "只能用于现在待答复的诉求，不能与其他条件同用；按人员筛选请用 staff")
	}
	accounts, err := m.accounts(ctx, q.Accounts)
	if err != nil {
		return WaitPage{}, err
	}
	page, err := m.waitWindow(&q)
	if err != nil {
		return WaitPage{}, err
	}
	calendar, err := m.calendar(ctx)
	if err != nil {
		return WaitPage{}, err
	}
	var all []models.Wait
	for _, a := range accounts {
		sel, err := q.selectionOf(&a, calendar)
		if err != nil {
			return WaitPage{}, err
		}
		w := waits.Window{AppID: a.AppID, Channel: q.Channel, From: q.From, To: q.To, AsOf: q.AsOf, Topic: q.Topic, Staff: q.Staff}
		list, n, err := m.waits.Picked(ctx, w, sel, waits.Page{After: after, Limit: q.Limit})
		if err != nil {
			return WaitPage{}, err
		}
		all, page.N = append(all, list...), page.N+n
	}
	slices.SortFunc(all, waits.NewestFirst)
	var next waits.Cursor
	if len(all) > q.Limit {
		all = all[:q.Limit]
		last := &all[q.Limit-1]
		next = waits.Cursor{OpenAt: last.OpenAt, ID: last.ID}
	}
	return m.filled(ctx, page, accounts, all, next, q.AsOf)
}

// waitWindow settles the window of the query: that of all times where open waits are asked for
// without one.
func (m *Analytics) waitWindow(q *WaitListQuery) (page WaitPage, err error) {
	always := q.From.IsZero() && q.To.IsZero() && q.ofOpen()
	if q.From, q.To, q.AsOf, err = m.settle(q.From, q.To, q.AsOf); err != nil {
		return page, err
	}
	if always {
		q.From, q.To = waits.AllTimes()
		return page, nil
	}
	zone := indices.Shanghai()
	page.From, page.To = new(q.From.In(zone)), new(indices.LastSecond(q.To, q.AsOf).In(zone))
	page.Provisional = provisional(q.To, q.AsOf)
	return page, nil
}

// openWaits is a page of the waits that are open now.
func (m *Analytics) openWaits(ctx context.Context, q *WaitListQuery) (WaitPage, error) {
	after, err := readCursor(q.After)
	if err != nil {
		return WaitPage{}, err
	}
	accounts, err := m.accounts(ctx, q.Accounts)
	if err != nil {
		return WaitPage{}, err
	}
	now := m.now()
	filter := waits.OpenFilter{Channel: q.Channel, Assignee: q.Assignee, After: after, Limit: q.Limit, AsOf: now}
	for _, a := range accounts {
		filter.AppIDs = append(filter.AppIDs, a.AppID)
	}
	list, next, err := m.waits.OpenWaits(ctx, filter)
	if err != nil {
		return WaitPage{}, err
	}
	n, err := m.waits.CountOpen(ctx, filter)
	if err != nil {
		return WaitPage{}, err
	}
	return m.filled(ctx, WaitPage{N: n}, accounts, list, next, now)
}

// filled is the page with its waits as they read at asOf.
func (m *Analytics) filled(ctx context.Context, page WaitPage, accounts []models.Account, list []models.Wait, next waits.Cursor, asOf time.Time,
) (WaitPage, error) {
	page.FormulaVersion, page.AsOf, page.Next = indices.FormulaVersion, asOf.In(indices.Shanghai()), writeCursor(next)
	var err error
	page.Waits, err = m.waitRows(ctx, accounts, list, asOf)
	return page, err
}

// provisional reports that some wait of a window that ends before to may not be decided at asOf.
func provisional(to, asOf time.Time) bool {
	limits := indices.DefaultLimits() // the platform's window, which nobody may set
	return asOf.Before(to.Add(time.Duration(limits.Expiry) * time.Second))
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
		return c, invalid("after", "应为上一页的 next，原样填写")
	}
	return c, nil
}

func writeCursor(c waits.Cursor) string {
	if c == (waits.Cursor{}) {
		return ""
	}
	return strconv.FormatInt(c.OpenAt, 10) + "-" + strconv.FormatInt(c.ID, 10)
}
