package bot

import (
	"strings"

	"github.com/wenzheng/wenzheng/bot/people"
	"github.com/wenzheng/wenzheng/models"
)

// pickUp answers with what a person wrote and could not send, false when nothing waits.
func (x *exchange) pickUp() (*models.Reply, bool) {
	m := x.msg
	if m.OpenID == "" || m.MenuID != "" {
		return nil, false
	}
	key := m.Key
	if key == "" {
		key = m.MsgID
	}
	longest := x.rs.limits.TextBytes
	texts, more := x.b.held.Take(x.who(), key, longest, x.dry)
	if len(texts) == 0 {
		return nil, false
	}
	parts := make([]string, len(texts))
	for i, t := range texts {
		parts[i] = t.Text
		x.match.PickUp = append(x.match.PickUp, t.ID)
	}
	x.match.Staff, x.match.Outcome = texts[0].Staff, OutcomePickUp
	x.match.Matched, x.match.RuleName = true, "人工答复"
	text := strings.Join(parts, people.Between)
	if more > 0 && len(text)+len(people.MoreText(more)) <= longest {
		text += people.MoreText(more)
	}
	return saying(text), true
}
