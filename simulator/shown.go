package simulator

import (
	"errors"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

// Shown is what the citizen sees of an event; an error for people where that is no reply.
func (t *Trace) Shown() (string, error) {
	last := t.Attempts[len(t.Attempts)-1]
	if t.Outcome() == Refused {
		return "", errors.New("没有送达：" + Refused.Explain())
	}
	if !t.Answered {
		status := ""
		if last.Status != 0 {
			status = fmt.Sprintf("（状态 %d）", last.Status)
		}
		return "", errors.New("没有送达：" + t.Outcome().Explain() + status + "。请看服务的日志与 /readyz")
	}
	text := t.Reply.Summary()
	switch {
	case t.Outcome() == BadReply:
		return "", errors.New(BadReply.Explain())
	case t.Reply.Silent():
		text = "（不回复）"
	case t.Reply.Kind != models.ReplyText:
		text = fmt.Sprintf("[%s] %s", t.Reply.Kind, text)
	}
	return text, nil
}

// Text is the sum of a load in one line.
func (s *Summary) Text() string {
	return fmt.Sprintf("sent %d, answered %d, refused %d, retries %d, mismatches %d; p50 %.1f ms, p99 %.1f ms, max %.1f ms; %.0f/s\n",
		s.Sent, s.Answered, s.Refused, s.Retries, s.Mismatches, s.P50MS, s.P99MS, s.MaxMS, s.PerSecond)
}
