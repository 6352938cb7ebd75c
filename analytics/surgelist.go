package analytics

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// SurgeLine is a rise of asks as people see it: when the first word is due, and what met it.
type SurgeLine struct {
	Topic     string      `json:"topic"`
	At        time.Time   `json:"at"` // the hour in which asks crossed the bounds
	Asks      int64       `json:"asks"`
	DailyMean float64     `json:"daily_mean"`
	Major     bool        `json:"major"`
	Due       time.Time   `json:"due"`
	Answered  *time.Time  `json:"answered"` // null: nothing yet
	Answer    string      `json:"answer"`   // the post, or what a person wrote of the answer
	State     string      `json:"state"`    // due, overdue, answered, late
	Marked    *SurgeMaker `json:"marked"`   // null: nobody marked it
}

// SurgeMaker is who marked a surge last, and when.
type SurgeMaker struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// States of a SurgeLine.
const (
	SurgeDue      = "due"
	SurgeOverdue  = "overdue"
	SurgeAnswered = "answered"
	SurgeLate     = "late" // answered, but later than it was due
)

// SurgePost is a post that may have met a surge.
type SurgePost struct {
	Title string    `json:"title"`
	At    time.Time `json:"at"`
}

// SurgeList is the surges of an account in the last 14 days, those that wait for a word first.
type SurgeList struct {
	Surges []SurgeLine `json:"surges"`
	Posts  []SurgePost `json:"posts"` // the newest first
	// FirstWordS and MajorS are the limits of now, in seconds.
	FirstWordS int64     `json:"first_word_s"`
	MajorS     int64     `json:"major_first_word_s"`
	AsOf       time.Time `json:"as_of"`
}

const (
	surgeDays = 14
	// surgeFresh is how long what was found stands before it is looked for again.
	surgeFresh = time.Minute
	surgePosts = 50
)

// foundSurges keeps what was found last in each account.
type foundSurges struct {
	mu   sync.Mutex
	kept map[string]foundSurge
}

type foundSurge struct {
	at   time.Time
	list []indices.Surge
}

// Surges are the rises of asks of the last 14 days, with the clocks of the first word.
func (m *Analytics) Surges(ctx context.Context, appID string) (SurgeList, error) {
	accounts, err := m.accounts(ctx, []string{appID})
	if err != nil {
		return SurgeList{}, err
	}
	a, now := accounts[0], m.now()
	limits, err := indices.LimitsOf(a.Settings)
	if err != nil {
		return SurgeList{}, err
	}
	out := SurgeList{Surges: []SurgeLine{}, Posts: []SurgePost{}, AsOf: now}
	out.FirstWordS, out.MajorS = limits.At(now.Unix()).FirstWord, limits.At(now.Unix()).MajorFirstWord
	found, err := m.foundSurges(ctx, a, now)
	if err != nil {
		return SurgeList{}, err
	}
	out.AsOf = found.at
	var posts []store.Article
	marks, err := m.surgeMarks(ctx, appID, now)
	if err == nil {
		err = m.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
			posts, err = t.Articles(ctx, appID, indices.StartOfDay(now).AddDate(0, 0, -surgeDays), now.Add(time.Second))
			return err
		})
	}
	if err != nil {
		return SurgeList{}, models.Wrap("analytics: surges", err)
	}
	for i := range found.list {
		out.Surges = append(out.Surges, surgeLine(found.list[i], marks, posts, &limits, now))
	}
	slices.SortStableFunc(out.Surges, func(x, y SurgeLine) int {
		return cmp.Or(cmp.Compare(surgeRank(x.State), surgeRank(y.State)), x.Due.Compare(y.Due))
	})
	for i := len(posts) - 1; i >= 0 && len(out.Posts) < surgePosts; i-- {
		out.Posts = append(out.Posts, SurgePost{posts[i].Title, posts[i].PublishedAt})
	}
	return out, nil
}

func surgeRank(state string) int {
	return slices.Index([]string{SurgeOverdue, SurgeDue, SurgeLate, SurgeAnswered}, state)
}

// foundSurges looks for surges, unless it has done so within the last minute.
func (m *Analytics) foundSurges(ctx context.Context, a models.Account, now time.Time) (foundSurge, error) {
	m.found.mu.Lock()
	defer m.found.mu.Unlock() // one at a time: grouping what was asked takes memory
	kept, ok := m.found.kept[a.AppID]
	if age := now.Sub(kept.at); ok && age >= 0 && age < surgeFresh {
		return kept, nil
	}
	calendar, err := m.calendar(ctx)
	if err != nil {
		return foundSurge{}, err
	}
	day := indices.StartOfDay(now)
	w := waits.Window{AppID: a.AppID, Channel: models.ChannelChat, From: day.AddDate(0, 0, -surgeDays), To: day.AddDate(0, 0, 1), AsOf: now}
	in, err := m.diagnosed(ctx, a, w, calendar, true)
	if err != nil {
		return foundSurge{}, err
	}
	if m.found.kept == nil {
		m.found.kept = map[string]foundSurge{}
	}
	m.found.kept[a.AppID] = foundSurge{now, in.Diagnosis.Surges}
	return m.found.kept[a.AppID], nil
}

func surgeLine(s indices.Surge, marks surgeMarks, posts []store.Article, limits *indices.Limits, now time.Time) SurgeLine {
	line := SurgeLine{Topic: s.Topic, At: s.At, Asks: s.Asks, DailyMean: s.DailyMean}
	mark := marks.of(s.Topic, s.At)
	marks.put(&s)
	line.Major = s.Major
	if mark != nil {
		line.Marked = &SurgeMaker{mark.by, mark.at}
		line.Answer = mark.answer
	}
	limit := limits.At(s.At.Unix()).FirstWord
	if s.Major {
		limit = limits.At(s.At.Unix()).MajorFirstWord
	}
	line.Due, line.State = s.At.Add(time.Duration(limit)*time.Second), SurgeDue
	switch {
	case !s.Answered.IsZero():
		line.Answered, line.State = new(s.Answered), SurgeAnswered
		if s.Answered.After(line.Due) {
			line.State = SurgeLate
		}
	case now.After(line.Due):
		line.State = SurgeOverdue
	}
	for i := range posts {
		if line.Answer == "" && posts[i].PublishedAt.Equal(s.Answered) {
			line.Answer = posts[i].Title
		}
	}
	return line
}
