package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
)

const (
	sendEvery   = 250 * time.Millisecond // between two looks at an empty queue
	upkeepEvery = time.Second            // held texts are known everywhere within three seconds
)

// sender sends what people wrote to citizens, in every instance: a message is claimed by one of them.
// It tells the brain what waits for citizens' next messages.
type sender struct {
	outbox  *outbox.Outbox
	brain   *bot.Bot
	backlog func() time.Duration
	now     func() time.Time
	report  func(what string, reason models.Said) // "" = it is mended
	began   time.Time

	sending Periodic
	upkeep  Periodic
	told    prometheus.Gauge

	// Of upkeep alone.
	caughtUp bool // all that the spool held when the program started is stored
	mark     outbox.HeldMark
	held     []models.HeldText
	read     time.Time // since when answers that reached citizens are to be read
}

func newSender(o Options, report func(what string, reason models.Said)) *sender {
	s := &sender{outbox: o.Outbox, brain: o.Brain, backlog: o.Backlog, now: o.Now, report: report}
	s.told = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "wenzheng_outbox_held_texts", Help: "Texts of people that this instance gives to citizens' next messages, and lately gave.",
	})
	o.Registerer.MustRegister(s.told)
	s.sending = Periodic{Name: "send", Interval: sendEvery, Logger: o.Logger, Run: func(ctx context.Context) error {
		_, err := s.outbox.Send(ctx)
		return err
	}}
	s.upkeep = Periodic{Name: "outbox", Interval: upkeepEvery, Within: time.Minute, Logger: o.Logger, Run: s.keep}
	return s
}

func (s *sender) start(ctx context.Context) {
	if s.outbox == nil {
		return
	}
	s.began = s.now()
	s.sending.Start(ctx)
	s.upkeep.Start(ctx)
}

func (s *sender) quit() {
	s.sending.Quit()
	s.upkeep.Quit()
}

func (s *sender) stop() {
	s.sending.Stop()
	s.upkeep.Stop()
}

func (s *sender) keep(ctx context.Context) error {
	if err := s.outbox.Upkeep(ctx); err != nil {
		return err
	}
	s.reportLocked()
	// A text may have been given before the program stopped, and its row be in the spool still.
	if s.backlog != nil && !s.caughtUp && s.backlog() >= s.now().Sub(s.began) {
		return nil
	}
	s.caughtUp = true
	mark, err := s.outbox.HeldMark(ctx)
	if err != nil {
		return err
	}
	if mark != s.mark || s.held == nil {
		held, err := s.outbox.Held(ctx)
		if err != nil {
			return err
		}
		s.held, s.mark = append([]models.HeldText{}, held...), mark
	}
	s.brain.Hold(s.held)
	s.told.Set(float64(len(s.held)))
	return s.review(ctx)
}

func (s *sender) reportLocked() {
	var reason models.Said
	if n := s.outbox.Locked(); n > 0 {
		reason = models.Say("messages_locked", "有 {n} 条待发的消息是用别的密钥加密的，本实例发不了：请把原来的密钥写进 previous_secret_key 并重启，消息会自己发出", "n", fmt.Sprint(n))
	}
	s.report("outbox", reason)
}

// review tells the brain what people answered since it last looked, by any clock of an instance.
func (s *sender) review(ctx context.Context) error {
	now := s.now()
	list, err := s.outbox.Answers(ctx, s.read)
	if err != nil {
		return err
	}
	s.brain.Answered(list)
	s.read = now.Add(-time.Minute)
	return nil
}
