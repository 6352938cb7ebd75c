package rulebook

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// ReplayRequest compares the published rules with a selection.
type ReplayRequest struct {
	Account models.Account
	Rules   Selection
	From    time.Time // the questions from then on; zero: all
}

// Replay asks the published rules and those of the selection everything that citizens asked, and
// says which answers would be others.
func (b *Book) Replay(ctx context.Context, q ReplayRequest) (Replayed, error) {
	published, err := b.compile(ctx, q.Account, Selection{})
	if err != nil {
		return Replayed{}, err
	}
	selected, err := b.compile(ctx, q.Account, q.Rules)
	if err != nil {
		return Replayed{}, err
	}
	asked := b.asked(ctx, q.Account.AppID, q.From, 0)
	c := newComparison(published, selected)
	for row := range asked.all {
		c.ask(&row)
	}
	return c.finish(), asked.err
}

// questions are the logged questions of an account, read as they are used; err is set when
// reading ended early.
type questions struct {
	all iter.Seq[models.Interaction]
	err error
}

var errEnough = errors.New("no more questions are wanted")

// asked are the questions from a time on, of more than limit the newest, which come first then; 0 is
// no limit. What answers a menu is no question.
func (b *Book) asked(ctx context.Context, appID string, from time.Time, limit int) *questions {
	filter := questionFilter(appID, from)
	filter.Newest = limit > 0
	q := &questions{}
	q.all = func(yield func(models.Interaction) bool) {
		n := 0
		q.err = b.store.Interactions(ctx, filter, func(row models.Interaction) error {
			if row.MenuClick || row.Step {
				return nil
			}
			if n++; !yield(row) || n == limit {
				return errEnough
			}
			return nil
		})
		if errors.Is(q.err, errEnough) {
			q.err = nil
		}
	}
	return q
}
