package analytics

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// WaitRow is one wait as it reads at an instant, for people. A citizen is the beginning of a
// pseudonym, never an OpenID, and words are masked.
type WaitRow struct {
	ID       string         `json:"id"`
	MsgKey   string         `json:"msg_key"` // of the message that opened it
	Account  string         `json:"account"`
	Channel  models.Channel `json:"channel"`
	Citizen  string         `json:"citizen"`
	Thread   string         `json:"thread"`
	Content  string         `json:"content"`   // of the message that opened it
	Rule     string         `json:"rule"`      // that answered it, "" = none
	Meant    string         `json:"corrected"` // the slip that was put right to answer, and what it was read as
	Messages int            `json:"messages"`

	State    models.WaitState `json:"state"`
	Pending  bool             `json:"pending"` // a bot answered, its silence is not over
	OpenAt   time.Time        `json:"open_at"`
	LastInAt time.Time        `json:"last_in_at"`
	// AnsweredAt is when the answer that stands came; Response is how long after OpenAt, Office of it in
	// office hours, of humans only.
	AnsweredAt *time.Time `json:"answered_at"`
	Response   *int64     `json:"response_s"`
	Office     *int64     `json:"response_office_s"`
	// Waited is how long the citizen waited: until the answer, the end, or the instant of reading.
	Waited int64 `json:"waited_s"`
	// LateAnswerAt is when an expired one was answered after all (逾期答复), which changes no figure.
	LateAnswerAt *time.Time  `json:"late_answer_at"`
	Limits       []WaitLimit `json:"limits"`
	Score        *float64    `json:"score"` // what it adds to RTI, 0 to 100; null where it is in no RTI

	Age int64 `json:"age_s"` // since OpenAt
	// Expires is when the platform's window closes, of open waits; null where it does not.
	Expires  *time.Time      `json:"expires_at"`
	AtRisk   bool            `json:"at_risk"` // it is about to close
	Breached []int64         `json:"breached_s"`
	Topic    string          `json:"topic"`
	Staff    string          `json:"staff"` // who answered
	Assignee string          `json:"assignee"`
	Mark     models.WaitMark `json:"mark"`
}

// WaitLimit is how a wait stands to a limit: on_time, breach or not_due.
type WaitLimit struct {
	Limit int64  `json:"limit_s"`
	State string `json:"state"`
}

// waitRows are waits of the accounts with what they open with.
func (m *Analytics) waitRows(ctx context.Context, accounts []models.Account, list []models.Wait, asOf time.Time) ([]WaitRow, error) {
	rows := make([]WaitRow, len(list))
	for _, a := range accounts {
		limits, err := indices.LimitsOf(a.Settings)
		if err != nil {
			return nil, err
		}
		var keys []string
		for i := range list {
			if list[i].AppID == a.AppID {
				keys = append(keys, list[i].OpenKey)
				rows[i] = waitRow(&list[i], limits.At(list[i].OpenAt), asOf.Unix())
			}
		}
		if len(keys) == 0 {
			continue
		}
		opened, err := m.waits.Openings(ctx, a.AppID, keys)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if o, ok := opened[list[i].OpenKey]; ok && list[i].AppID == a.AppID {
				rows[i].Content, rows[i].Rule, rows[i].Meant = o.Content, o.Rule, o.Corrected
			}
		}
	}
	late, err := m.waits.LateAnswers(ctx, list, asOf)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if at, ok := late[list[i].ID]; ok {
			rows[i].LateAnswerAt = &at
		}
	}
	return rows, nil
}

func waitRow(w *models.Wait, limits *indices.Limits, asOf int64) WaitRow {
	r := indices.StateAt(w, asOf)
	moment := func(sec int64) time.Time { return time.Unix(sec, 0).In(indices.Shanghai()) }
	row := WaitRow{
		ID: strconv.FormatInt(w.ID, 10), MsgKey: w.OpenKey, Account: w.AppID, Channel: w.Channel, Citizen: models.ShortCitizen(w.UID), Thread: w.Thread,
		Messages: w.Messages, State: r.State, Pending: r.Pending, OpenAt: moment(w.OpenAt), LastInAt: moment(w.LastInAt), Waited: r.Waited,
		Age: max(0, asOf-w.OpenAt), AtRisk: indices.AtRisk(w, limits, asOf), Breached: []int64{},
		Topic: w.Topic, Staff: w.Staff, Assignee: w.Assignee, Mark: w.Mark,
	}
	if r.Answered() {
		row.AnsweredAt, row.Response = new(moment(cmp.Or(w.AnswerAt, w.BotAt))), new(r.Waited)
	}
	if r.State == models.WaitHuman {
		row.Office = new(w.OfficeRT)
	}
	if w.Channel == models.ChannelChat && r.State == models.WaitOpen {
		row.Expires = new(moment(w.LastInAt + limits.Expiry))
	}
	for _, limit := range limits.Chat {
		state := "not_due"
		switch {
		case r.Breach(limit):
			state = "breach"
			row.Breached = append(row.Breached, limit)
		case r.OnTime(limit):
			state = "on_time"
		}
		row.Limits = append(row.Limits, WaitLimit{Limit: limit, State: state})
	}
	if last := limits.Chat[models.ChatLimits-1]; w.Mark == models.MarkNone && r.Need(last) {
		row.Score = new(0.)
		if r.State == models.WaitHuman {
			row.Score = new(float64(indices.UMicro(r.Waited, limits.Chat[0], last)) / 10_000)
		}
	}
	return row
}
