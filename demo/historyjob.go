package demo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// chronicle is the months of one account while they are written.
type chronicle struct {
	*HistoryResult
	account models.Account
	holiday func(day time.Time) bool
	client  *simulator.Client

	known   map[string]bool // events of an interrupted run
	matched map[string]bool // questions a rule answered
	fresh   []string        // keys since the last verification
	waiting []simulator.Moment
	staff   map[string]string
}

func newChronicle(account models.Account, c *HistoryResult, calendar *indices.Calendar) *chronicle {
	return &chronicle{
		HistoryResult: c, account: account, known: map[string]bool{}, matched: map[string]bool{}, staff: map[string]string{},
		holiday: func(day time.Time) bool { return !calendar.Workday(day) },
	}
}

func (c *chronicle) connect(address string, clock *simulatedClock) (err error) {
	c.client, err = simulator.NewClient(simulator.ClientOptions{URLs: []string{address}, Account: c.account, Now: clock.now})
	return err
}

func (c *chronicle) disconnect() {
	if c.client != nil {
		c.client.Close()
	}
}

// live lets one moment happen.
func (c *chronicle) live(ctx context.Context, m *simulator.Moment, clock *simulatedClock) error {
	if m.Kind == simulator.MomentHuman {
		c.waiting = append(c.waiting, *m)
		return nil
	}
	c.fresh = append(c.fresh, m.Key)
	if c.known[m.Key] {
		c.Kept++
		return nil
	}
	first, err := c.deliver(ctx, m)
	if err != nil {
		return err
	}
	c.Events++
	for range repeats(m.Key) {
		clock.forward(clock.now().Add(5 * time.Second))
		again, err := c.deliver(ctx, m)
		if err != nil {
			return err
		}
		if !bytes.Equal(again.Plain, first.Plain) {
			return fmt.Errorf("history: event %s was answered in two ways", m.Key)
		}
		c.Repeats++
	}
	return nil
}

func (c *chronicle) deliver(ctx context.Context, m *simulator.Moment) (*simulator.Trace, error) {
	t, err := c.client.Deliver(ctx, m.Body)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("history: deliver: %w", err)
	}
	if o := t.Outcome(); o != simulator.Replied && o != simulator.Silent {
		return nil, models.NewError(models.CodeUnavailable, "演示数据没有写完："+o.Explain())
	}
	return t, nil
}

// repeats is how often an event is delivered again: one in fifty, as when an answer is lost.
func repeats(key string) int {
	if key[:2] >= "05" {
		return 0
	}
	return 1 + int(key[2]&1)
}

// verify holds the log against what was delivered.
func (c *chronicle) verify(seen map[string]int) error {
	for _, key := range c.fresh {
		if n := seen[key]; n != 1 {
			return fmt.Errorf("history: event %s is %d times in the log, not once", key, n)
		}
	}
	c.Verified += len(c.fresh)
	c.fresh = c.fresh[:0]
	return nil
}

// answers are the rows of what the staff wrote since the last time: nobody answers by hand
// what a rule has answered, unless he insists.
func (c *chronicle) answers() []models.Interaction {
	rows := make([]models.Interaction, 0, len(c.waiting))
	for _, m := range c.waiting {
		if c.matched[m.Key] && !m.Insists {
			continue
		}
		rows = append(rows, models.Interaction{
			AppID: c.Account, OpenID: m.OpenID, Channel: models.ChannelChat, Dir: models.DirOut, Actor: models.ActorHuman,
			Kind: models.MsgTypeText, Content: m.Text, At: m.At, ReceivedAt: m.At, OK: true, Topic: m.Topic, Staff: c.seat(m.Staff),
			MsgKey: models.DerivedKey("history", c.Account, m.Key), ReplyTo: m.Key, ParseStatus: models.ParseOK,
		})
	}
	c.waiting = c.waiting[:0]
	return rows
}

// seat names the desks in the order in which they first answer, the same in every run.
func (c *chronicle) seat(name string) string {
	const stems = "甲乙丙丁戊己庚辛壬癸"
	if c.staff[name] == "" {
		c.staff[name] = "坐席" + string([]rune(stems)[len(c.staff)%10])
	}
	return c.staff[name]
}
