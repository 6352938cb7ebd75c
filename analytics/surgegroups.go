package analytics

import (
	"context"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/topics"
	"github.com/wenzheng/wenzheng/waits"
)

const (
	// mostAsked bounds what one question about surges reads, in rows: the newest count.
	mostAsked = 40_000
	// lateRows is how late a row may be stored: so far back is read again for those.
	lateRows = 48 * time.Hour
	// surgeGroups is how many groups of each kind are looked at.
	surgeGroups = 100
	// surgeGC is how often garbage is collected meanwhile, in percent of what lives: grouping leaves
	// much of it, and a question is to take no more than 100 MB.
	surgeGC = 25
)

// askedGroups finds surges of what citizens ask in their own words, whatever rule answers it. The
// groups of an account's last window are kept, and only new rows are added to them. It is safe for
// concurrent use; the zero value holds nothing yet.
type askedGroups struct {
	mu         sync.Mutex
	dictionary *topics.Dictionary
	boards     map[string]*askedBoard // by account and channel
}

// askedBoard is the questions from the first instant on, before until.
type askedBoard struct {
	*topics.Board
	from, until time.Time
	complete    time.Time         // all questions from here on were read
	read        map[string]bool   // keys of the questions
	topic       map[string]string // by key, of those that a rule with a topic answered
}

// surges are the groups of which asks rose in the window and that no topic of rules among known
// tells already, each with the first post that may have answered it. passing leaves what is kept of the
// account as it is.
func (a *askedGroups) surges(ctx context.Context, st *store.Store, w waits.Window, passing bool, known []indices.Surge, posts []indices.Article) ([]indices.Surge, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer debug.SetGCPercent(debug.SetGCPercent(surgeGC)) // one at a time, under the lock
	key := w.AppID + " " + string(w.Channel)
	kept := a.boards[key]
	if passing {
		delete(a.boards, key)
	}
	board, err := a.board(ctx, st, w)
	if passing {
		delete(a.boards, key)
	}
	if passing && kept != nil {
		a.boards[key] = kept
	}
	if err != nil {
		return nil, err
	}
	groups := make(map[string]*topics.Group)
	var asks []indices.Asks
	list := board.Groups()
	for i := range list {
		g := &list[i]
		name := g.Name()
		if g.Broad || groups[name] != nil {
			continue
		}
		groups[name] = g
		for _, at := range g.Asked {
			asks = append(asks, indices.Asks{Topic: name, Hour: at.Truncate(time.Hour).Unix(), Waits: 1})
		}
	}
	bounds := indices.DefaultThresholds()
	from := board.complete.AddDate(0, 0, models.SurgeLead) // before it there is nothing to hold asks against
	found := since(indices.Surges(asks, from.Unix(), &bounds), from)
	found = board.distinct(found, groups, known)
	for i := range found {
		words := groups[found[i].Topic].Keywords
		found[i].Answered = firstPost(posts, found[i].At, func(p *indices.Article) bool {
			return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(p.Title, word) || p.Topic == word })
		})
	}
	return found, nil
}

// board is the one kept for the account, brought up to the window's end, or a new one.
func (a *askedGroups) board(ctx context.Context, st *store.Store, w waits.Window) (*askedBoard, error) {
	from, until := w.From.AddDate(0, 0, -models.SurgeLead), w.To
	if w.AsOf.Before(until) {
		until = w.AsOf
	}
	if a.boards == nil {
		a.boards, a.dictionary = map[string]*askedBoard{}, topics.LoadDictionary()
	}
	key := w.AppID + " " + string(w.Channel)
	board := a.boards[key]
	delete(a.boards, key) // it is half filled when reading fails
	filter := store.Filter{AppIDs: []string{w.AppID}, Channel: w.Channel, Dir: models.DirIn, NoProbes: true, Newest: true}
	if w.Channel == models.ChannelChat {
		filter.Kind = models.MsgTypeText
	}
	if board == nil || !board.from.Equal(from) || until.Before(board.until) {
		board = &askedBoard{
			Board: topics.NewBoard(a.dictionary, topics.Options{MaxGroups: surgeGroups}), from: from, until: from, complete: until,
			read: map[string]bool{}, topic: map[string]string{},
		}
		filter.To, filter.Limit = from, 1 // is there anything older?
		err := st.Interactions(ctx, filter, func(models.Interaction) error { board.complete = from; return nil })
		if err != nil {
			return nil, err
		}
	}
	filter.From, filter.To, filter.Limit = board.until.Add(-lateRows), until, mostAsked
	if err := board.fill(ctx, st, filter); err != nil {
		return nil, err
	}
	board.until = until
	a.boards[key] = board
	return board, nil
}

// fill adds the rows that are not there yet.
func (b *askedBoard) fill(ctx context.Context, st *store.Store, filter store.Filter) error {
	rows := 0
	return st.Interactions(ctx, filter, func(row models.Interaction) error {
		if rows++; rows == mostAsked || row.At.Before(b.complete) && !row.At.Before(b.from) {
			b.complete = row.At
		}
		if row.MenuClick || row.Step || b.read[row.MsgKey] || row.At.Before(b.from) {
			return nil
		}
		b.Add(topics.Question{Key: row.MsgKey, Text: row.Content, At: row.At})
		b.read[row.MsgKey] = true
		if row.Topic != "" {
			b.topic[row.MsgKey] = row.Topic
		}
		return nil
	})
}

// distinct leaves out the surges half of whose questions are in a larger one or one of known.
func (b *askedBoard) distinct(list []indices.Surge, groups map[string]*topics.Group, known []indices.Surge) []indices.Surge {
	slices.SortStableFunc(list, func(x, y indices.Surge) int { return int(y.Asks - x.Asks) })
	told := make(map[string]bool)
	for key, topic := range b.topic {
		if slices.ContainsFunc(known, func(s indices.Surge) bool { return s.Topic == topic }) {
			told[key] = true
		}
	}
	return slices.DeleteFunc(list, func(s indices.Surge) bool {
		again, members := 0, groups[s.Topic].Members
		for _, key := range members {
			if told[key] {
				again++
			}
			told[key] = true
		}
		return 2*again >= len(members)
	})
}
