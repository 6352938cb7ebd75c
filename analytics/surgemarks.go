package analytics

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// surgeMark is what a person said of a surge: how grave it is, and what met it.
type surgeMark struct {
	topic    string
	began    time.Time
	major    bool
	answered time.Time // zero: nothing, as far as the person knows
	answer   string
	by       string
	at       time.Time
}

// surgeMarks are those of an account, the earliest first: the last one on a surge counts.
type surgeMarks []surgeMark

// sameSurge is how far the beginning of a surge may move by rows that are stored late.
const sameSurge = 24 * time.Hour

func (l surgeMarks) of(topic string, began time.Time) *surgeMark {
	for i := len(l) - 1; i >= 0; i-- {
		if m := &l[i]; m.topic == topic && m.began.Sub(began).Abs() < sameSurge {
			return m
		}
	}
	return nil
}

// put has what a person said go before what was found.
func (l surgeMarks) put(s *indices.Surge) {
	m := l.of(s.Topic, s.At)
	if m == nil {
		return
	}
	s.Major = m.major
	if !m.answered.IsZero() && (s.Answered.IsZero() || m.answered.Before(s.Answered)) {
		s.Answered = m.answered
	}
}

// surgeMarks reads what was said by an instant.
func (m *Analytics) surgeMarks(ctx context.Context, appID string, by time.Time) (surgeMarks, error) {
	var list surgeMarks
	err := m.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var s surgeMark
		var began, answered, at int64
		if err := rows.Scan(&s.topic, &began, &s.major, &answered, &s.answer, &s.by, &at); err != nil {
			return err
		}
		s.began, s.at = time.UnixMicro(began), time.UnixMicro(at)
		if answered != 0 {
			s.answered = time.UnixMicro(answered)
		}
		list = append(list, s)
		return nil
	}, "SELECT topic, began_at, major, answered_at, answer, by_name, marked_at FROM surge_marks WHERE app_id = ? AND marked_at <= ? ORDER BY marked_at",
		appID, by.UnixMicro())
	return list, err
}

// SurgeMark says of a surge how grave it is and what met it.
type SurgeMark struct {
	AppID    string
	Topic    string
	At       time.Time // when the surge began, as it is listed
	Major    bool
	Answered time.Time // zero: not yet
	Answer   string    // the post or the mass answer
}

// longestAnswer bounds what is written of an answer, in characters.
const longestAnswer = 200

// MarkSurge keeps what a person says of a surge, audited. Earlier marks stay: what was reported as of then
// stays as it was.
func (m *Analytics) MarkSurge(ctx context.Context, by models.Who, q SurgeMark) error {
	list, err := m.Surges(ctx, q.AppID)
	if err != nil {
		return err
	}
	q.Answer = strings.TrimSpace(q.Answer)
	now := m.now()
	line := list.line(q.Topic, q.At)
	if line == nil {
		return models.NewError(models.CodeNotFound, "没有这样的舆情，请刷新")
	}
	if fields := q.faults(line, now); len(fields) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "标记有误", Fields: fields}
	}
	var answered int64
	if !q.Answered.IsZero() {
		answered = q.Answered.UnixMicro()
	}
	err = m.store.Transact(ctx, func(t *store.Tx) error {
		err := t.Upsert(ctx, "surge_marks", "app_id, topic, began_at, major, answered_at, answer, by_name, marked_at", 8, []any{
			q.AppID, line.Topic, line.At.UnixMicro(), q.Major, answered, q.Answer, by.Name, now.UnixMicro(),
		}, "")
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "surge.mark", ObjectType: "surge", ObjectID: line.Topic, AppID: q.AppID,
			Before: models.JSON(map[string]any{"major": line.Major, "answered": line.Answered, "answer": line.Answer}),
			After:  models.JSON(map[string]any{"major": q.Major, "answered": q.Answered, "answer": q.Answer}),
		})
	})
	return models.Wrap("analytics: mark surge", err)
}

func (q *SurgeMark) faults(line *SurgeLine, now time.Time) (fields []models.FieldError) {
	fault := func(field, message string) {
		fields = append(fields, models.FieldError{Field: field, Message: message})
	}
	switch {
	case len([]rune(q.Answer)) > longestAnswer:
		fault("answer", "最长 200 字")
	case q.Answer == "" && !q.Answered.IsZero():
		fault("answer", "请写是哪篇文章或哪次群发")
	}
	switch {
	case q.Answer != "" && q.Answered.IsZero():
		fault("answered", "请写何时发布的")
	case q.Answered.After(now):
		fault("answered", "应为已经过去的时刻")
	case !q.Answered.IsZero() && q.Answered.Before(line.At):
		fault("answered", "早于这次舆情的开始")
	}
	return fields
}

// line finds the surge on a topic; without a time the last one.
func (l *SurgeList) line(topic string, at time.Time) (found *SurgeLine) {
	for i := range l.Surges {
		s := &l.Surges[i]
		if s.Topic == topic && (at.IsZero() || s.At.Equal(at)) && (found == nil || s.At.After(found.At)) {
			found = s
		}
	}
	return found
}
