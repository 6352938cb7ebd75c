package bot

import (
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/models"
)

// pages reports every answer of a rule that does not fit into one message, as it reads now.
func (c *checker) pages(r *rule) {
	if r.menu != nil {
		c.menuPages(r, r.menu) // the replies stand above it
		return
	}
	for i := range r.replies {
		c.long(r, &r.replies[i])
	}
}

func (c *checker) menuPages(r *rule, m *menu) {
	c.long(r, &m.text)
	for i := range m.items {
		if reply := m.items[i].reply; reply != nil {
			c.long(r, reply)
		}
		if below := m.items[i].menu; below != nil {
			c.menuPages(r, below)
		}
	}
}

func (c *checker) long(r *rule, answer *reply) {
	a := asked{rs: c.rs, at: c.o.Now}
	out := answer.render(c.rs, &a)
	limit := c.rs.limits.TextBytes
	if out.Kind != models.ReplyText || len(out.Text) <= limit {
		return
	}
	n := len(page.Bodies(strings.TrimSpace(out.Text), answer.kept(c.rs, &a), limit))
	begin := []rune(out.Text)
	begin = begin[:min(len(begin), 12)]
	if n > models.MaxPages {
		c.report(r.src, CheckTooLong, models.SeverityError, string(begin)+"…",
			fmt.Sprintf("这段文字有 %d 字节，一条消息最多 %d 字节，要分 %d 页，最多 %d 页，请缩短或分成几条规则", len(out.Text), limit, n, models.MaxPages))
		return
	}
	c.report(r.src, CheckPages, models.SeverityWarning, string(begin)+"…",
		fmt.Sprintf("这段文字有 %d 字节，一条消息最多 %d 字节，会分成 %d 页，市民回复“更多”才能看到下文，能短则短", len(out.Text), limit, n))
}
