package platform

import (
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// statistics are what the platform counts of an account, by its own days and hours. The
// data API reads them.
type statistics struct {
	base    int                                // followers there before the platform began to count
	writers map[hour]map[string]map[string]int // message type -> OpenID -> messages
	calls   map[hour]*callStats
	follows map[string]*followStats          // by day
	reads   map[string]map[string]*readStats // by day, by article
}

// hour is one hour of one day of the platform.
type hour struct {
	day string
	of  int
}

type callStats struct {
	count, failed int
	total, max    float64 // ms
}

type followStats struct{ came, left int }

// readStats are the citizens who did something with an article on a day.
type readStats struct {
	by       map[string]map[string]bool // action -> OpenID
	comments int
}

// Actions on an article.
const (
	actionRead    = "read"
	actionShare   = "share"
	actionLike    = "like"   // thumb
	actionZaikan  = "zaikan" // heart
	actionFav     = "fav"
	actionComment = "comment"
	actionFinish  = "finish" // read to the end
)

func newStatistics() *statistics {
	return &statistics{
		writers: map[hour]map[string]map[string]int{}, calls: map[hour]*callStats{},
		follows: map[string]*followStats{}, reads: map[string]map[string]*readStats{},
	}
}

func hourOf(t time.Time) hour {
	t = t.In(models.Shanghai())
	return hour{t.Format(time.DateOnly), t.Hour()}
}

func (s *statistics) upstream(now time.Time, msgType, openID string) {
	h := hourOf(now)
	if s.writers[h] == nil {
		s.writers[h] = map[string]map[string]int{}
	}
	if s.writers[h][msgType] == nil {
		s.writers[h][msgType] = map[string]int{}
	}
	s.writers[h][msgType][openID]++
}

func (s *statistics) called(now time.Time, ms float64, good bool) {
	h := hourOf(now)
	c := s.calls[h]
	if c == nil {
		c = &callStats{}
		s.calls[h] = c
	}
	c.count++
	if !good {
		c.failed++
	}
	c.total += ms
	c.max = max(c.max, ms)
}

func (s *statistics) day(now time.Time) *followStats {
	day := hourOf(now).day
	f := s.follows[day]
	if f == nil {
		f = &followStats{}
		s.follows[day] = f
	}
	return f
}

func (s *statistics) followed(now time.Time) { s.day(now).came++ }

func (s *statistics) left(now time.Time) { s.day(now).left++ }

// cumulated is the number of followers at the end of a day.
func (s *statistics) cumulated(day string) int {
	n := s.base
	for d, f := range s.follows {
		if d <= day {
			n += f.came - f.left
		}
	}
	return n
}

// Act counts what a citizen did with the article whose msgid is given, such as
// 2247490098_1, on the platform's day.
func (p *Platform) Act(appID, msgID, openID, action string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, known := p.realms[appID]
	if !known {
		return
	}
	day := hourOf(p.now()).day
	if r.stats.reads[day] == nil {
		r.stats.reads[day] = map[string]*readStats{}
	}
	a := r.stats.reads[day][msgID]
	if a == nil {
		a = &readStats{by: map[string]map[string]bool{}}
		r.stats.reads[day][msgID] = a
	}
	if a.by[action] == nil {
		a.by[action] = map[string]bool{}
	}
	a.by[action][openID] = true
	if action == actionComment {
		a.comments++
	}
}

// users counts the citizens of an action over some days.
func (s *statistics) users(days []string, action string, of func(msgID string) bool) (users, comments int) {
	seen := map[string]bool{}
	for _, day := range days {
		for msgID, a := range s.reads[day] {
			if !of(msgID) {
				continue
			}
			for openID := range a.by[action] {
				seen[msgID+"/"+openID] = true
			}
			comments += a.comments
		}
	}
	return len(seen), comments
}

// senders adds up upstream messages of the hours that match: type -> OpenID -> messages.
func (s *statistics) senders(match func(hour) bool) map[string]map[string]int {
	sum := map[string]map[string]int{}
	for h, types := range s.writers {
		if !match(h) {
			continue
		}
		for msgType, users := range types {
			if sum[msgType] == nil {
				sum[msgType] = map[string]int{}
			}
			for openID, n := range users {
				sum[msgType][openID] += n
			}
		}
	}
	return sum
}

func (s *statistics) callsOf(match func(hour) bool) callStats {
	var sum callStats
	for h, c := range s.calls {
		if match(h) {
			sum.count += c.count
			sum.failed += c.failed
			sum.total += c.total
			sum.max = max(sum.max, c.max)
		}
	}
	return sum
}

// readOn are the articles read on a day, sorted.
func (s *statistics) readOn(day string) []string { return slices.Sorted(maps.Keys(s.reads[day])) }
