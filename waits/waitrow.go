package waits

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// waitColumns is the order of waitsArgs and scanWait.
const waitColumns = "id, app_id, uid, thread, channel, open_key, open_at, last_in_at, bot_at, answer_at, left_at, deadline, " +
	"topic, staff, messages, revoked, skew_rows, sent, office_rt, first_wait, two_way, assignee, rated, satisfied, solved, rolled, " +
	"texts, served_texts, age_at, aged, repeated, mark"

const waitWidth = 32

// waitUpdates are the columns of a wait that may change; all of them if it moved, else without
// what makes it a wait of its thread and hour.
func waitUpdates(moved bool) []string {
	fixed := []string{"id"}
	if !moved {
		fixed = append(fixed, "app_id", "uid", "thread", "channel", "open_at", "rolled")
	}
	return slices.DeleteFunc(strings.Split(waitColumns, ", "), func(c string) bool { return slices.Contains(fixed, c) })
}

// waitsArgs are the values of waits in the order of waitColumns.
func waitsArgs(list []*models.Wait) []any {
	values := make([]any, 0, len(list)*waitWidth)
	for _, w := range list {
		values = append(values,
			w.ID, w.AppID, w.UID, w.Thread, string(w.Channel), w.OpenKey, w.OpenAt, w.LastInAt, w.BotAt, w.AnswerAt, w.LeftAt, w.Deadline,
			w.Topic, w.Staff, int64(w.Messages), int64(w.Revoked), int64(w.SkewRows), int64(w.Sent), w.OfficeRT, w.First, w.TwoWay,
			w.Assignee, w.Rated, w.Satisfied, w.Solved, w.Rolled,
			int64(w.Texts), int64(w.ServedTexts), w.AgeAt, w.Aged, w.Repeated, string(w.Mark))
	}
	return values
}

func scanWait(rows *sql.Rows) (models.Wait, error) {
	var w models.Wait
	err := rows.Scan(&w.ID, &w.AppID, &w.UID, &w.Thread, &w.Channel, &w.OpenKey, &w.OpenAt, &w.LastInAt, &w.BotAt, &w.AnswerAt,
		&w.LeftAt, &w.Deadline, &w.Topic, &w.Staff, &w.Messages, &w.Revoked, &w.SkewRows, &w.Sent, &w.OfficeRT, &w.First, &w.TwoWay,
		&w.Assignee, &w.Rated, &w.Satisfied, &w.Solved, &w.Rolled,
		&w.Texts, &w.ServedTexts, &w.AgeAt, &w.Aged, &w.Repeated, &w.Mark)
	return w, err
}

// waitsInto collects the rows of a query of waitColumns.
func waitsInto(list *[]models.Wait) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		w, err := scanWait(rows)
		*list = append(*list, w)
		return err
	}
}

// thread is what waits are built in: a citizen's chat, one comment, one case.
type thread struct {
	appID   string
	channel models.Channel
	name    string // the citizen, or the comment's or case's own
	named   bool   // name is the thread's own
}

// threadOf returns false for rows that belong to nobody: they open and close nothing.
func threadOf(i *models.Interaction) (thread, bool) {
	if i.Channel != models.ChannelChat && i.Thread != "" {
		return thread{i.AppID, i.Channel, i.Thread, true}, true
	}
	return thread{i.AppID, i.Channel, i.UID, false}, i.UID != ""
}

func waitThread(w *models.Wait) thread {
	t, _ := threadOf(&models.Interaction{AppID: w.AppID, Channel: w.Channel, Thread: w.Thread, UID: w.UID})
	return t
}

func (t thread) compare(o thread) int {
	if c := strings.Compare(t.appID, o.appID); c != 0 {
		return c
	}
	if c := strings.Compare(string(t.channel), string(o.channel)); c != 0 {
		return c
	}
	if t.named != o.named {
		return strings.Compare(strconv.FormatBool(t.named), strconv.FormatBool(o.named))
	}
	return strings.Compare(t.name, o.name)
}

func (t thread) lockName() string { return t.appID + "|" + string(t.channel) + "|" + t.name }
