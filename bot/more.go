package bot

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/models"
)

// paging is a long answer of which a citizen has seen some pages. It names the answer and
// the moment it was made at, so that the same text is made again for the next page. The
// zero paging is none.
type paging struct {
	next uint8 // number of the page that follows, from 1; 0 = none
	of   uint8
	rule uint64
	path []uint8 // the reply, the menu or the item, by of
	at   int64   // Unix seconds
	mark uint32  // changes when the text changes
}

// What a long answer is.
const (
	pagesOfReply uint8 = iota // path: the number of the rule's reply
	pagesOfMenu               // path: to the level
	pagesOfItem               // path: to the level and the item
)

func equalPagings(a, b *paging) bool {
	return a.next == b.next && a.of == b.of && a.rule == b.rule && a.at == b.at && a.mark == b.mark && slices.Equal(a.path, b.path)
}

// tell renders an answer. Of a text that does not fit into one message it gives the first
// page and remembers the place.
func (x *exchange) tell(r *reply, of uint8, rule uint64, path ...uint8) *models.Reply {
	return x.page(r, paging{of: of, rule: rule, at: x.asked.at.Unix(), path: path}, &x.asked)
}

// page gives the page p.next of an answer made at the time of a. When the rule has
// changed since, its answer begins anew.
func (x *exchange) page(r *reply, p paging, a *asked) *models.Reply {
	out := r.render(x.rs, a)
	if p.next > 0 && p.mark != markOf(out.Text) {
		p.next, p.at, a = 0, x.asked.at.Unix(), &x.asked
		out = r.render(x.rs, a)
	}
	x.next.more = paging{}
	if out.Kind != models.ReplyText || p.next == 0 && len(out.Text)+x.extra <= x.rs.limits.TextBytes {
		return out
	}
	mark := markOf(out.Text)
	x.pages = page.Cut(out.Text, r.kept(x.rs, a), x.rs.limits.TextBytes)
	at := min(int(p.next), len(x.pages)-1)
	out = withText(out, x.pages[at])
	if at+1 == len(x.pages) {
		return out
	}
	x.next.more = paging{
		next: uint8(at + 1), mark: mark, //nolint:gosec // at most models.MaxPages
		of: p.of, rule: p.rule, at: p.at, path: slices.Clone(p.path),
	}
	x.hold()
	return out
}

func markOf(text string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum32()
}

// asksForMore reports whether a text in the matched form asks for the next page.
func asksForMore(text []rune) bool {
	switch string(text) {
	case "更多", "回复更多", "看更多", "查看更多", "更多内容", "还有更多", "继续", "继续看", "下1页", "下页", "下1条", "下文", "看下文":
		return true
	}
	return false
}

// more gives the next page of the long answer the citizen is reading, false when there is
// none or something else was said.
func (x *exchange) more() (*models.Reply, bool) {
	p := &x.start.more
	if p.next == 0 {
		return nil, false
	}
	text := x.text()
	if !asksForMore(text) {
		return nil, false
	}
	place, ok := x.rs.byRef[p.rule]
	if !ok {
		return nil, false
	}
	r := &x.rs.rules[place]
	answer := r.paged(p)
	if answer == nil {
		return nil, false
	}
	x.chose(place, r.matchKind(), string(text), OutcomeMenu, true)
	if !x.asked.active(place) {
		return notNow(), true
	}
	if p := x.pinForTopic(r.src.Topic); p != nil {
		return x.emergency(p), true
	}
	x.why = fmt.Sprintf("市民要看上一条长回复的下文（第 %d 页）。", p.next+1)
	then := asked{rs: x.rs, at: time.Unix(p.at, 0)}
	return x.page(answer, *p, &then), true
}

// noMore answers 更多 where nothing is left to read, after the last page or out of nowhere,
// and no rule has the word.
func (x *exchange) noMore() (*models.Reply, bool) {
	if !asksForMore(x.text()) {
		return nil, false
	}
	x.match.Outcome, x.match.Matched = OutcomeMenu, true
	x.why = "没有还没看完的长回复，“更多”没有下文。"
	return saying(fmt.Sprintf("没有下文了：长回复已经发完，或已超过 %s。请直接写下要问的事。", plainMinutes(x.b.o.DialogueTTL))), true
}

// paged finds the answer that a paging names, nil when the rule no longer has it.
func (r *rule) paged(p *paging) *reply {
	path := p.path
	switch p.of {
	case pagesOfReply:
		if len(path) == 1 && int(path[0]) < len(r.replies) {
			return &r.replies[path[0]]
		}
	case pagesOfMenu:
		if m := r.menu.at(path); m != nil {
			return &m.text
		}
	case pagesOfItem:
		if len(path) == 0 {
			return nil
		}
		m, i := r.menu.at(path[:len(path)-1]), int(path[len(path)-1])
		if m != nil && i < len(m.items) {
			return m.items[i].reply
		}
	}
	return nil
}
