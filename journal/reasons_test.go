package journal

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// locked is a database that neither stores nor refuses until it is unlocked: read-only for a
// while, its tables locked, its disk full.
type locked struct {
	*table
	waiting atomic.Bool
	unlock  chan struct{}
}

func (l *locked) Record(ctx context.Context, rows []models.Interaction) error {
	l.waiting.Store(true)
	select {
	case <-l.unlock:
	case <-ctx.Done():
		return ctx.Err()
	}
	return l.table.Record(ctx, rows)
}

// A database that takes nothing and says nothing is told of once a message has waited for a minute.
func TestReasons_DatabaseTakesNothing(t *testing.T) {
	db := &locked{table: newTable(), unlock: make(chan struct{})}
	o := options(t, db)
	start := time.Now()
	var later atomic.Int64
	o.Now = func() time.Time { return start.Add(time.Duration(later.Load())) }
	j := open(t, o)
	m := message("k1")
	m.Delivery.ReceivedAt = start
	if _, err := j.Receive(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	later.Store(int64(30 * time.Second)) // no answer is waited for any more
	eventually(t, "the database is asked", db.waiting.Load)
	reasons := func() string { s := j.Backlog(); return strings.Join(models.ReasonTexts(s.Reasons()), "\n") }
	for age, told := range map[time.Duration]bool{59 * time.Second: false, 61 * time.Second: true, time.Hour: true} {
		later.Store(int64(age))
		if got := strings.Contains(reasons(), "还没有入库"); got != told {
			t.Errorf("%v after the message: told %v, want %v (%s)", age, got, told, reasons())
		}
	}
	close(db.unlock)
	eventually(t, "nothing is left to tell", func() bool { return reasons() == "" })
}
