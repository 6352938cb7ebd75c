package analytics

import (
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Text lists the surges for people.
func (l *SurgeList) Text() string {
	if len(l.Surges) == 0 {
		return "最近 14 天没有集中咨询\n"
	}
	var b strings.Builder
	minute := func(at time.Time) string { return at.In(models.Shanghai()).Format("2006-01-02 15:04") }
	for i := range l.Surges {
		s := &l.Surges[i]
		grave := ""
		if s.Major {
			grave = "（重大）"
		}
		fmt.Fprintf(&b, "%s%s  %s 起 24 小时 %d 次，平时一天 %.1f 次  ", s.Topic, grave, minute(s.At), s.Asks, s.DailyMean)
		switch s.State {
		case SurgeDue:
			b.WriteString("须在 " + minute(s.Due) + " 前回应")
		case SurgeOverdue:
			b.WriteString("还没有回应，" + minute(s.Due) + " 已到期")
		case SurgeAnswered:
			b.WriteString(minute(*s.Answered) + " 已回应：" + s.Answer)
		case SurgeLate:
			b.WriteString(minute(*s.Answered) + " 才回应：" + s.Answer)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
