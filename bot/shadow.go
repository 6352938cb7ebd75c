package bot

import (
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// shadows knows for every keyword the best rule that answers it without any condition.
type shadows struct {
	rs    *Ruleset
	today int32
	words []posting // by keyword of rs.words
	heads []headShadow
}

// headShadow are the best unconditional exact and prefix rules of a keyword.
type headShadow struct{ exact, prefix posting }

func newShadows(rs *Ruleset, today int32) *shadows {
	s := &shadows{rs: rs, today: today}
	s.words = make([]posting, max(len(rs.words.start)-1, 0))
	for v := range s.words {
		s.words[v] = s.first(rs.words.of(int32(v)), kindContains)
	}
	s.heads = make([]headShadow, max(len(rs.heads.start)-1, 0))
	for v := range s.heads {
		list := rs.heads.of(int32(v))
		s.heads[v] = headShadow{s.first(list, kindExact), s.first(list, kindPrefix)}
	}
	return s
}

// always reports whether a rule asks nothing more than what it is found by, and holds at any time.
func (s *shadows) always(r *rule) bool { return r.more == nil && !r.expired(s.today) }

// first returns the best posting of a kind whose rule asks nothing more and holds always.
func (s *shadows) first(list []posting, kind uint8) posting {
	for _, p := range list {
		if p.rank.kind() == kind && s.always(&s.rs.rules[p.rule()]) {
			return p
		}
	}
	return posting{rank: noRank}
}

// hides reports whether every text that rule place can hit is answered by another rule
// first, and which one. What can not be decided counts as reachable.
func (s *shadows) hides(place int32) (int32, bool) {
	r := &s.rs.rules[place]
	if r.kind == kindDefault {
		return 0, false // an account may have several, see defaultBefore
	}
	if !r.text {
		return s.event(place)
	}
	if len(r.src.On) > 1 || r.kind == kindRegexp {
		return 0, false // also an event rule, or a pattern
	}
	return s.keywords(r, place)
}

// defaultBefore returns the default that answers in place of another one for every kind of
// message that both stand for.
func (s *shadows) defaultBefore(place int32) (int32, bool) {
	r := &s.rs.rules[place]
	by := int32(-1)
	first := func(list []posting) bool {
		for _, p := range list {
			if p.rule() == place {
				return false
			}
			o := &s.rs.rules[p.rule()]
			if len(o.src.Keys) == 0 && s.always(o) {
				by = p.rule()
				return true
			}
		}
		return false
	}
	if r.text && !first(s.rs.defaults) {
		return 0, false
	}
	for _, on := range r.src.On {
		if on != models.OnText && !first(s.rs.events[on].defaults) {
			return 0, false
		}
	}
	return by, by >= 0
}

// keywords: a contains, prefix or exact rule is hidden when each of its words is, an all
// rule when any of its words is.
func (s *shadows) keywords(r *rule, place int32) (int32, bool) {
	by, alike := int32(-1), int32(-1) // alike: a rule of the same class
	all := s.isAll(r)
	best := newRank(r.rank.priority(), r.kind, s.longest(r), int(place))
	for _, w := range r.src.Keywords {
		key := reading.Key(w)
		mine := best
		if !all && r.kind == kindContains && (r.more == nil || len(r.more.groups) == 0) {
			mine = newRank(r.rank.priority(), r.kind, len(key), int(place))
		}
		got, hidden := s.word(key, r.kind, mine, place)
		switch {
		case hidden && all:
			return got, true
		case !hidden && !all:
			return 0, false
		case hidden:
			by = got
			if r.kind != kindContains || s.rs.rules[by].rank.class() != r.rank.class() {
				continue
			}
			if alike >= 0 && alike != by {
				return 0, false // a text that holds both words says this rule more often
			}
			alike = by
		}
	}
	return by, by >= 0
}

func (s *shadows) isAll(r *rule) bool {
	return r.kind == kindContains && r.src.Match == models.MatchAll
}

// longest is the greatest length an all rule or one with groups can reach.
func (s *shadows) longest(r *rule) int {
	sum, most := 0, 0
	for _, w := range r.src.Keywords {
		n := len(reading.Key(w))
		sum += n
		most = max(most, n)
	}
	if !s.isAll(r) {
		sum = most
	}
	if r.more != nil {
		for _, g := range r.more.groups {
			sum += longest(g)
		}
	}
	return sum
}

// word looks for an unconditional rule that outranks mine on every text with this word.
func (s *shadows) word(key []rune, kind uint8, mine rank, place int32) (int32, bool) {
	if len(key) == 0 {
		return 0, false
	}
	better := func(p posting) bool { return p.rank < mine && p.rule() != place }
	for _, h := range s.rs.words.trie.CollectAll(key, nil) {
		// Inside the key it may be a part of a longer number, and of another script.
		if reading.Edged(key[h.At:h.At+h.Length]) && (int(h.Length) < len(key) || s.words[h.Value].spell != 0) {
			continue
		}
		if reading.BehindDenial(key, h) {
			continue
		}
		if p := s.words[h.Value]; better(p) {
			return p.rule(), true
		}
	}
	if kind != kindExact && kind != kindPrefix {
		return 0, false
	}
	for _, h := range s.rs.heads.trie.Collect(key, 0, nil) {
		if p := s.heads[h.Value].prefix; better(p) && (!reading.Edged(key[:h.Length]) || int(h.Length) == len(key) && p.spell == 0) {
			return p.rule(), true
		}
		if p := s.heads[h.Value].exact; kind == kindExact && int(h.Length) == len(key) && better(p) {
			return p.rule(), true
		}
	}
	return 0, false
}

// event: an event rule is hidden when for every entry and key an unconditional rule with
// the same key, or for any key, goes before.
func (s *shadows) event(place int32) (int32, bool) {
	r := &s.rs.rules[place]
	by := int32(-1)
	for _, on := range r.src.On {
		t := s.rs.events[on]
		lists := [][]posting{t.anyKey}
		if len(r.src.Keys) > 0 {
			lists = nil
			for _, key := range r.src.Keys {
				lists = append(lists, t.byKey[strings.TrimSpace(key)])
			}
		}
		for _, list := range lists {
			i := slices.IndexFunc(list, func(p posting) bool {
				return p.rule() == place || s.always(&s.rs.rules[p.rule()])
			})
			if i < 0 || list[i].rule() == place {
				return 0, false
			}
			by = list[i].rule()
		}
	}
	return by, by >= 0
}
