package analytics

import (
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// contentShown is how many characters of a message a list shows.
const contentShown = 60

// WaitsText lists waits for people, and says where there are more.
func WaitsText(list []ListedWait, more bool) string {
	var b strings.Builder
	for i := range list {
		l := &list[i]
		fmt.Fprintf(&b, "%s  %s  来信 %d 条  msg_key %s", l.OpenAt.Format(time.DateTime), l.State.Title(), l.Messages, l.MsgKey)
		if l.LateAnswerAt != nil {
			fmt.Fprintf(&b, "  逾期答复于 %s", l.LateAnswerAt.Format(time.DateTime))
		}
		if l.MarkedAt != nil {
			fmt.Fprintf(&b, "  【%s，%s 标记于 %s】", l.Mark.Title(), l.MarkedBy, l.MarkedAt.Format(time.DateTime))
		}
		if l.Corrected != "" {
			fmt.Fprintf(&b, "  按笔误纠正答复：%s", l.Corrected)
		}
		fmt.Fprintf(&b, "\n    %s\n", models.OneLine(l.Content, contentShown))
	}
	switch {
	case len(list) == 0:
		b.WriteString("没有符合条件的诉求\n")
	case more:
		fmt.Fprintf(&b, "只列出最近的 %d 轮；更早的请缩短日期范围，或加大 --limit\n", len(list))
	}
	return b.String()
}

// MarkedText says how many of the waits named were marked, or had their mark taken back.
func MarkedText(mark models.WaitMark, changed, named int) string {
	said := "已标记为" + mark.Title()
	if mark == models.MarkNone {
		said = "已取消标记"
	}
	if changed < named {
		return fmt.Sprintf("%s：%d 轮，另有 %d 轮原本如此\n", said, changed, named-changed)
	}
	return fmt.Sprintf("%s：%d 轮\n", said, changed)
}
