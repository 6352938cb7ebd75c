package bot

import (
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/models"
)

// defaultAnswer gives the account's default answer. For the quiet time after it any other
// message gets a short acknowledgement and only the same message again nothing: a citizen
// who writes something new is never met with silence.
func (x *exchange) defaultAnswer() *models.Reply {
	for _, p := range x.rs.defaults {
		if _, ok := x.rs.fits(p, x.sc, &x.asked); !ok {
			continue
		}
		r := x.chose(p.rule(), models.MatchDefault, "", OutcomeDefault, false)
		ref, now := refOf(r.src.Name), x.asked.at.Unix()
		if !x.unread && x.start.quietRef == ref && x.start.quiet > now {
			return x.acknowledge(r)
		}
		if x.b.o.DefaultQuiet > 0 {
			x.next.quietRef, x.next.quiet = ref, now+int64(x.b.o.DefaultQuiet.Seconds())
			x.next.heard = []uint32{x.mark()}
		}
		return x.give(r)
	}
	x.match.Outcome = OutcomeSilence
	return nil
}

// acknowledge answers a message that follows a default answer closely: where people answer, a text
// is handed to them; else with the second reply of the default rule, or the built-in one. A tapped button is answered every time.
func (x *exchange) acknowledge(r *rule) *models.Reply {
	if x.speaks() && x.handsOver() {
		return x.handOver(models.HandoverUnmatched, "")
	}
	mark := x.mark()
	if x.msg.MsgType != models.MsgTypeEvent && slices.Contains(x.start.heard, mark) {
		x.match.Outcome = OutcomeQuiet
		x.why = "没有规则命中；同样的话刚才已经答复过，" + plainMinutes(x.b.o.DefaultQuiet) + "内不再重复。"
		return nil
	}
	heard := slices.Clone(x.next.heard)
	if len(heard) == maxHeard {
		heard = slices.Delete(heard, 0, 1)
	}
	heard = append(heard, mark)
	x.next.heard = heard
	x.why = "没有规则命中；" + plainMinutes(x.b.o.DefaultQuiet) + "内已发过默认回复，这一条换用简短的第二次回复。"
	if len(r.replies) > 1 && r.menu == nil && (r.src.Pick == "" || r.src.Pick == models.PickFirst) {
		return x.tell(&r.replies[1], pagesOfReply, refOf(r.src.Name), 1)
	}
	return x.again()
}

// again is the acknowledgement of an account that has written none. It promises nothing:
// 12345 is the government hotline of every city.
func (x *exchange) again() *models.Reply {
	text := "这条消息也已收到。这里由程序自动回复，请换个简短的说法，只写要办的事；需要人工服务请拨打 12345，紧急情况请拨打 110、119、120。"
	if _, own := models.SettingOn(x.rs.account.Settings, models.SettingOfficeHours, x.asked.moment().at.Format(time.DateOnly)); own {
		text += "本单位办公时间：" + x.rs.office.hours(&x.asked.moment().date).String() + "。"
	}
	return saying(page.Shorten(text, x.rs.limits.TextBytes))
}

// mark tells the message from others: by its text in the matched form, else by what was sent.
func (x *exchange) mark() uint32 {
	h := fnv.New32a()
	m := x.msg
	for _, part := range [...]string{m.MsgType, string(x.sc.Key()), m.MediaID, m.LocationX, m.LocationY, m.Label, m.URL} {
		_, _ = h.Write([]byte(part)) // never fails
		_, _ = h.Write([]byte{0})
	}
	return h.Sum32()
}

// plainMinutes writes a duration as people say it.
func plainMinutes(d time.Duration) string {
	if d < time.Minute {
		return strconv.Itoa(int(d.Seconds())) + " 秒"
	}
	return strconv.Itoa(int(d.Minutes())) + " 分钟"
}
