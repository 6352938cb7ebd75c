package bot

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// Bounds of what is offered beside an answer.
const (
	maxMentions    = 3
	maxParts       = 40  // of one message that are asked
	maxClauseText  = 200 // bytes: in a longer text only sentences are parts
	maxMentionText = 400 // bytes of the lines that are added
)

// partEnd reports whether a matter may end at the character in a message of any length.
func partEnd(r rune) bool { return page.SentenceEnd(r) || r == '\n' || r == '\r' }

// clauseEnd are the ends that count in short messages only, like conjunctions.
func clauseEnd(r rune) bool {
	switch r {
	case '，', ',', '、', '/', ' ', '\u3000':
		return true
	}
	return false
}

// conjunctions join two matters in one sentence.
const conjunctions = "还有 以及 另外 顺便 同时 或者 和 跟 与"

// mayEnd reports whether a matter may end before, at or behind this character: it ends a sentence
// or a clause, or a conjunction begins with it.
func mayEnd(r rune) bool {
	switch r {
	case '还', '以', '另', '顺', '同', '或', '和', '跟', '与':
		return true
	}
	return partEnd(r) || clauseEnd(r)
}

// partsOf cuts a message where one matter may end and another begin; nil where nothing can
// be cut, which takes no memory.
func partsOf(text string) []string {
	if !strings.ContainsFunc(text, mayEnd) {
		return nil
	}
	end := partEnd
	if len(text) <= maxClauseText {
		for w := range strings.FieldsSeq(conjunctions) {
			text = strings.ReplaceAll(text, w, "\n")
		}
		end = func(r rune) bool { return partEnd(r) || clauseEnd(r) }
	}
	parts := strings.FieldsFunc(text, end)
	return parts[:min(len(parts), maxParts)]
}

// mentioned finds the rules that other parts of the message hit, in the order of the text; none where
// people answer it.
func (x *exchange) mentioned(text string, winner Hit) []int32 {
	parts := partsOf(text)
	if len(parts) < 2 || x.delegates(winner.Rule) {
		return nil
	}
	sc := x.rs.scratch()
	defer x.rs.release(sc)
	var found []int32
	for _, part := range parts {
		sc.Read(part)
		hit := x.rs.match(sc, &x.asked)
		if !hit.Found() || hit.place == winner.place || slices.Contains(found, hit.place) || x.rs.rules[hit.place].denied(x.sc) || !x.another(hit, winner, sc) {
			continue
		}
		if found = append(found, hit.place); len(found) == maxMentions {
			break
		}
	}
	return found
}

// another reports whether a hit in a part of the text is a matter of its own: no greeting or
// command, which are whole messages, no text that the winner gives too, and not only words
// that the winner asks for.
func (x *exchange) another(hit, winner Hit, part *scratch) bool {
	whole := hit.Kind == models.MatchExact || hit.Kind == models.MatchPrefix ||
		hit.Kind == models.MatchRegexp && strings.HasPrefix(hit.Keyword, "^")
	if whole || x.pinForTopic(hit.Rule.Topic) != nil || sameText(hit.Rule, winner.Rule) {
		return false
	}
	if hit.Kind == models.MatchRegexp {
		return true
	}
	known := x.rs.rules[winner.place].asks()
	return slices.ContainsFunc(x.rs.rules[hit.place].asks(), func(t reading.Word) bool {
		word := t.Key
		return part.Has(&t) && !slices.ContainsFunc(known, func(k reading.Word) bool { return reading.Index(k.Key, word) >= 0 || reading.Index(word, k.Key) >= 0 })
	})
}

// sameText reports whether two rules give the same text: an office that needs two rules for
// one matter.
func sameText(a, b *models.Rule) bool {
	return len(a.Replies) > 0 && len(b.Replies) > 0 && a.Replies[0].Text != "" && a.Replies[0].Text == b.Replies[0].Text
}

// asks are the keywords of the rule and the words of its groups in the matched form.
func (r *rule) asks() []reading.Word {
	var words []reading.Word
	if r.kind != kindRegexp {
		words = reading.Words(r.src.Keywords)
	}
	if r.more != nil {
		words = append(words, slices.Concat(r.more.groups...)...)
	}
	return words
}

// beside is what is shown before and after an answer.
type beside struct {
	lead    string
	tail    string
	offered []int32 // by number in the tail
}

// size is how many bytes it adds at most.
func (b *beside) size() int { return len(b.lead) + len(b.tail) + len("\n\n\n") }

// offering writes the titles of rules as numbered lines between two sentences; titles that
// do not fit are left out.
func (x *exchange) offering(before string, rules []int32, after string) beside {
	if len(rules) == 0 {
		return beside{}
	}
	b := beside{tail: before}
	for i, place := range rules {
		line := "\n" + strconv.Itoa(i+1) + ". " + x.rs.rules[place].title()
		if len(b.tail)+len(line) > maxMentionText {
			break
		}
		b.tail += line
		b.offered = append(b.offered, place)
	}
	b.tail += after
	if len(b.offered) == 0 {
		return beside{}
	}
	return b
}

// giveBeside gives the answer of a rule with lines before and after it. An answer that is no
// text, or that leaves no room, is given alone. Where the answer is a numbered menu the
// numbers are the menu's, so what is offered is named without.
func (x *exchange) giveBeside(r *rule, b beside) *models.Reply {
	if _, opens := x.opensCase(r.src); (r.menu != nil || opens) && len(b.offered) > 0 {
		b.tail, b.offered = "", nil
	}
	x.extra = b.size()
	reply := x.give(r)
	if reply == nil || reply.Kind != models.ReplyText || b.size() == len("\n\n\n") {
		return reply
	}
	text := reply.Text
	if b.lead != "" {
		text = b.lead + "\n" + text
	}
	if b.tail != "" {
		text += "\n\n" + b.tail
	}
	if len(text) > x.rs.limits.TextBytes || !utf8.ValidString(text) {
		return reply
	}
	if len(b.offered) > 0 {
		x.offer(b.offered)
	}
	if len(x.pages) > 0 {
		x.pages[0] = text
	}
	return withText(reply, text)
}

// offer lets the citizen pick one of the rules by number or title.
func (x *exchange) offer(rules []int32) {
	offered := make([]uint64, len(rules))
	for i, place := range rules {
		offered[i] = refOf(x.rs.rules[place].src.Name)
	}
	x.next.frames, x.next.offered = nil, offered
	x.hold()
}
