package demo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// historyJob is the months of one account while they are written.
type historyJob struct {
	*HistoryResult
	account models.Account
	holiday func(day time.Time) bool
	perDay  float64
	client  *simulator.Client

	stored     map[string]bool // events of an interrupted run
	matched    map[string]bool // questions a rule answered
	unverified []string        // keys since the last verification
	byHand     []simulator.Moment
	staff      map[string]string
}

func newHistoryJob(account models.Account, r *HistoryResult, o *Options) *historyJob {
	return &historyJob{
		HistoryResult: r, account: account, stored: map[string]bool{}, matched: map[string]bool{}, staff: map[string]string{},
		holiday: func(day time.Time) bool { return !o.Calendar.Workday(day) },
		perDay:  o.PerDay,
	}
}

func (j *historyJob) connect(address string, clock *simulatedClock) (err error) {
	j.client, err = simulator.NewClient(simulator.ClientOptions{URLs: []string{address}, Account: j.account, Now: clock.now})
	return err
}

func (j *historyJob) disconnect() {
	if j.client != nil {
		j.client.Close()
	}
}

// deliverMoment lets one moment happen.
func (j *historyJob) deliverMoment(ctx context.Context, m *simulator.Moment, clock *simulatedClock) error {
	if m.Kind == simulator.MomentHuman {
		j.byHand = append(j.byHand, *m)
		return nil
	}
	j.unverified = append(j.unverified, m.Key)
	if j.stored[m.Key] {
		j.Kept++
		return nil
	}
	first, err := j.deliverOnce(ctx, m)
	if err != nil {
		return err
	}
	j.Events++
	for range redeliveries(m.Key) {
		clock.advance(clock.now().Add(5 * time.Second))
		again, err := j.deliverOnce(ctx, m)
		if err != nil {
			return err
		}
		if !bytes.Equal(again.Plain, first.Plain) {
			return fmt.Errorf("history: event %s was answered in two ways", m.Key)
		}
		j.Repeats++
	}
	return nil
}

func (j *historyJob) deliverOnce(ctx context.Context, m *simulator.Moment) (*simulator.Trace, error) {
	t, err := j.client.Deliver(ctx, m.Body)
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

// redeliveries is how often an event is delivered again: one in fifty, as when an answer is lost.
func redeliveries(key string) int {
	if key[:2] >= "05" {
		return 0
	}
	return 1 + int(key[2]&1)
}

// verify holds the log against what was delivered.
func (j *historyJob) verify(seen map[string]int) error {
	for _, key := range j.unverified {
		if n := seen[key]; n != 1 {
			return fmt.Errorf("history: event %s is %d times in the log, not once", key, n)
		}
	}
	j.Verified += len(j.unverified)
	j.unverified = j.unverified[:0]
	return nil
}

// answersByHand are the rows of what the staff wrote since the last time: nobody answers by hand
// what a rule has answered, unless he insists.
func (j *historyJob) answersByHand() []models.Interaction {
	rows := make([]models.Interaction, 0, len(j.byHand))
	for _, m := range j.byHand {
		if j.matched[m.Key] && !m.Insists {
			continue
		}
		rows = append(rows, models.Interaction{
			AppID: j.Account, OpenID: m.OpenID, Channel: models.ChannelChat, Dir: models.DirOut, Actor: models.ActorHuman,
			Kind: models.MsgTypeText, Content: m.Text, At: m.At, ReceivedAt: m.At, OK: true, Topic: m.Topic, Staff: j.staffName(m.Staff),
			MsgKey: models.DerivedKey("history", j.Account, m.Key), ReplyTo: m.Key, ParseStatus: models.ParseOK,
		})
	}
	j.byHand = j.byHand[:0]
	return rows
}

// staffName names the desks in the order in which they first answer, the same in every run.
func (j *historyJob) staffName(name string) string {
	const stems = "甲乙丙丁戊己庚辛壬癸"
	if j.staff[name] == "" {
		j.staff[name] = "坐席" + string([]rune(stems)[len(j.staff)%10])
	}
	return j.staff[name]
}
