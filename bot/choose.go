package bot

import (
	"fmt"
	"slices"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// took says what an open menu made of a text.
type took int

const (
	tookNothing took = iota // not an answer to the menu
	tookAnswer
	tookWrong // a choice that what was shown does not have
)

// choose takes the text as an answer to the suggestion or the menu shown last.
func (x *exchange) choose() (*models.Reply, took) {
	text := x.text()
	if len(x.start.offered) > 0 {
		return x.chooseOffered(text)
	}
	m := x.current()
	if m == nil {
		x.next.closeMenus()
		return nil, tookNothing
	}
	switch c := chooseItem(text, m.title, len(m.items)); c {
	case chosenNone:
		return nil, tookNothing
	case chosenWrong:
		return nil, tookWrong
	case chosenBack:
		x.back()
		return x.show(OutcomeMenu, true), tookAnswer
	case chosenTop:
		x.next.frames = []frame{{rule: x.next.frames[0].rule}}
		return x.show(OutcomeMenu, true), tookAnswer
	default:
		return x.item(m, int(c)), tookAnswer
	}
}

func (m *menu) title(i int) []rune { return m.items[i].title }

// current is the level shown last, nil when a newer version of the rules lacks it or
// shows it differently: then a number no longer means what the citizen saw.
func (x *exchange) current() *menu {
	f := x.next.frames[len(x.next.frames)-1]
	place, ok := x.rs.byRef[f.rule]
	if !ok || x.rs.rules[place].menu == nil {
		return nil
	}
	m := x.rs.rules[place].menu.at(f.path)
	if m == nil || m.mark != f.mark || !x.asked.active(place) {
		return nil
	}
	return m
}

// chooseOffered reads the answer to a suggestion.
func (x *exchange) chooseOffered(text []rune) (*models.Reply, took) {
	offered := x.start.offered
	title := func(i int) []rune {
		place, ok := x.rs.byRef[offered[i]]
		if !ok {
			return nil
		}
		return reading.Key(x.rs.rules[place].title())
	}
	c := chooseItem(text, title, len(offered))
	switch c {
	case chosenNone:
		return nil, tookNothing
	case chosenWrong, chosenBack, chosenTop:
		return nil, tookWrong
	}
	place, ok := x.rs.byRef[offered[c]]
	if !ok {
		return nil, tookNothing
	}
	x.hold()
	x.why = fmt.Sprintf("市民从列出的几项中选了第 %d 项。", c+1)
	return x.follow(place, ""), tookAnswer
}

// item gives what a menu item leads to. The menu stays open for the next number.
func (x *exchange) item(m *menu, i int) *models.Reply {
	it := &m.items[i]
	title := string(it.title)
	x.hold()
	x.why = fmt.Sprintf("市民选了菜单的第 %d 项“%s”。", i+1, it.shown)
	switch {
	case it.reply != nil:
		x.owner(title)
		f := &x.next.frames[len(x.next.frames)-1]
		return x.tell(it.reply, pagesOfItem, f.rule, append(slices.Clone(f.path), uint8(i))...) //nolint:gosec // menus are short
	case it.menu != nil:
		frames := slices.Clone(x.next.frames)
		top := &frames[len(frames)-1]
		top.path = append(slices.Clone(top.path), uint8(i)) //nolint:gosec // menus are short
		top.mark = it.menu.mark
		x.next.frames = frames
		x.owner(title)
		return x.tell(&it.menu.text, pagesOfMenu, top.rule, top.path...)
	}
	if place, ok := x.rs.byRef[it.rule]; ok {
		return x.follow(place, title)
	}
	x.owner(title)
	return notNow()
}

// follow gives the answer of a rule that was chosen by number or title.
func (x *exchange) follow(place int32, title string) *models.Reply {
	r := x.chose(place, x.rs.rules[place].matchKind(), title, OutcomeMenu, true)
	if !x.asked.active(place) {
		return notNow()
	}
	if p := x.pinForTopic(r.src.Topic); p != nil {
		return x.emergency(p)
	}
	return x.give(r)
}

func notNow() *models.Reply {
	return saying("这项内容现在不能查看，请选择其他项，或直接写下您的问题。")
}

// owner records the rule whose menu is open.
func (x *exchange) owner(title string) {
	f := x.next.frames[len(x.next.frames)-1]
	if place, ok := x.rs.byRef[f.rule]; ok {
		x.chose(place, x.rs.rules[place].matchKind(), title, OutcomeMenu, true)
	}
}

// back goes up one level, or to the menu before, or shows the only one again.
func (x *exchange) back() {
	frames := slices.Clone(x.next.frames)
	top := &frames[len(frames)-1]
	switch {
	case len(top.path) > 0:
		top.path = top.path[:len(top.path)-1]
	case len(frames) > 1:
		frames = frames[:len(frames)-1]
	}
	x.next.frames = frames
}

// show gives the menu on top again.
func (x *exchange) show(outcome string, matched bool) *models.Reply {
	frames := slices.Clone(x.next.frames)
	top := &frames[len(frames)-1]
	place, ok := x.rs.byRef[top.rule]
	if !ok || x.rs.rules[place].menu == nil {
		x.next.closeMenus()
		return notNow()
	}
	r := &x.rs.rules[place]
	m := r.menu.at(top.path)
	if m == nil {
		top.path, m = nil, r.menu
	}
	x.why = "按市民的话再次显示菜单“" + r.title() + "”。"
	top.mark = m.mark
	x.next.frames = frames
	x.hold()
	x.chose(place, r.matchKind(), "", outcome, matched)
	return x.tell(&m.text, pagesOfMenu, top.rule, top.path...)
}

// chooseLoosely is the last try with what is open, when no rule fits: part of a title, or
// a choice that is not there, which shows again what there is.
func (x *exchange) chooseLoosely(wrong bool) (*models.Reply, bool) {
	if wrong {
		return x.wrongChoice(), true
	}
	if len(x.next.frames) == 0 {
		return nil, false
	}
	m := x.current()
	if m == nil {
		return nil, false
	}
	text := x.text()
	if c := nearTitle(text, m.title, len(m.items)); c >= 0 {
		return x.item(m, int(c)), true
	}
	return nil, false
}

// wrongChoice says that the number is not there and shows the menu or the list again.
func (x *exchange) wrongChoice() *models.Reply {
	if len(x.start.offered) > 0 {
		var still []int32
		for _, ref := range x.start.offered {
			if place, ok := x.rs.byRef[ref]; ok {
				still = append(still, place)
			}
		}
		b := x.offering(x.noSuch(len(still)), still, "")
		if len(b.offered) == 0 {
			return notNow()
		}
		x.offer(b.offered)
		x.match.Outcome = OutcomeMenu
		x.why = "市民选的序号不在列出的几项之中，再列一次。"
		return saying(page.Shorten(b.tail, x.rs.limits.TextBytes))
	}
	lead := x.noSuch(len(x.current().items))
	x.extra = len(lead) + 1
	reply := x.show(OutcomeMenu, false)
	x.why = "市民选的序号不在菜单里，再显示一次菜单。"
	if reply.Kind != models.ReplyText || x.extra+len(reply.Text) > x.rs.limits.TextBytes {
		return reply
	}
	return withText(reply, lead+"\n"+reply.Text)
}

// noSuch tells which choices of n there are.
func (x *exchange) noSuch(n int) string {
	what := "这里没有上一级"
	if number, _, ok := reading.Choice(x.text()); ok {
		what = fmt.Sprintf("没有第 %d 项", number)
	}
	if n == 1 {
		return what + "，请回复 1。"
	}
	return fmt.Sprintf("%s，请回复 1 至 %d 的数字。", what, n)
}
