package bot

import (
	"regexp"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// Ruleset is the compiled rules of one account at one version. It is immutable and safe
// for concurrent use. The rules it was made of must not be changed afterwards.
type Ruleset struct {
	account  models.Account
	version  int64
	calls    *reading.Calls // for help, beside those that are built in
	office   office
	limits   Limits
	rules    []rule // by id, then name: the index is the last word of the order
	byRef    map[uint64]int32
	heads    table          // exact and prefix keywords
	words    table          // keywords that may stand anywhere
	numbered []reading.Word // keywords in which two digits stand side by side, see posting
	patterns []pattern
	events   map[models.Trigger]*eventTable
	defaults []posting
	closest  func() *closeness
	slips    func() *reading.Slips
	pool     sync.Pool // of *scratch
}

// rule is one compiled rule.
type rule struct {
	src     *models.Rule
	shown   []string // keywords as they were written
	replies []reply
	menu    *menu
	more    *conditions // nil when nothing but a keyword is asked
	rank    rank
	expires int32 // last day it answers, 0 = none
	kind    uint8
	text    bool
}

// conditions are what a rule asks beside its keyword.
type conditions struct {
	words    []reading.Word // of an all rule
	groups   [][]reading.Word
	exclude  []reading.Word
	min, max int
	when     *window
}

type pattern struct {
	re *regexp.Regexp
	posting
}

// eventTable finds the rules of one kind of event, best first.
type eventTable struct {
	anyKey   []posting
	byKey    map[string][]posting
	defaults []posting // default rules, which answer when none of the others does
}

// Query is one question to a Ruleset.
type Query struct {
	Text string
	At   time.Time // when it is asked; windows and expiry depend on it
}

// Hit is the rule that fits a text best. The zero Hit means that none does.
type Hit struct {
	Rule    *models.Rule     // shared: do not change
	Kind    models.MatchKind // how it was hit
	Keyword string           // the keyword that decided as it was written, or the pattern
	// Corrected is the slip of the pen in the place of Keyword, "" = the text was read as written.
	Corrected string
	place     int32
}

// Found reports whether a rule was hit.
func (h *Hit) Found() bool { return h.Rule != nil }

// Len is the number of rules in the set.
func (rs *Ruleset) Len() int { return len(rs.rules) }

// Match returns the best rule for a text, default rules aside. It allocates nothing,
// reads no clock and is safe for concurrent use.
func (rs *Ruleset) Match(q Query) Hit {
	sc := rs.scratch()
	sc.Read(q.Text)
	m := asked{rs: rs, at: q.At}
	h := rs.match(sc, &m)
	rs.release(sc)
	return h
}

// Answer is Match that puts a slip of the pen right where no rule fits the text as written.
func (rs *Ruleset) Answer(q Query) Hit {
	sc := rs.scratch()
	defer rs.release(sc)
	sc.Read(q.Text)
	m := asked{rs: rs, at: q.At}
	h := rs.match(sc, &m)
	if h.Found() {
		return h
	}
	if c, ok := rs.correct(sc, &m); ok {
		h = c.hit
		h.Keyword, h.Corrected = c.meant, c.written
	}
	return h
}

func (rs *Ruleset) match(sc *scratch, m *asked) Hit {
	best := rs.best(sc, m)
	if best.rank == noRank {
		return Hit{}
	}
	return rs.hit(best)
}

func (rs *Ruleset) hit(p posting) Hit {
	r := &rs.rules[p.rule()]
	return Hit{Rule: r.src, Kind: r.matchKind(), Keyword: r.keyword(p.word), place: p.rule()}
}

func (r *rule) matchKind() models.MatchKind {
	if r.src.Match == "" {
		return models.MatchContains
	}
	return r.src.Match
}

func (r *rule) keyword(word int32) string {
	if word < 0 || int(word) >= len(r.shown) {
		return ""
	}
	return r.shown[word]
}

// best ranks everything that fits: the smallest rank wins.
func (rs *Ruleset) best(sc *scratch, m *asked) posting {
	best := posting{rank: noRank}
	take := func(p posting) {
		if p.rank < best.rank {
			rs.improve(p, sc, m, &best)
		}
	}
	for form, text := range sc.Forms() {
		rs.eachHead(form, text, sc, take)
		sc.hits = rs.words.trie.CollectAll(text, sc.hits[:0])
		for _, h := range sc.hits {
			rs.improveBy(rs.words.of(h.Value), form, h, sc, m, &best)
		}
		if best.rank != noRank && best.rank.kind() == kindContains && rs.repeated(sc, best.rank.class()) {
			rs.tally(form, sc, m, best.rank.class())
			for _, s := range sc.said {
				if s.rank < best.rank {
					best = s.posting
				}
			}
		}
	}
	for i := range rs.patterns {
		p := &rs.patterns[i]
		if p.rank >= best.rank {
			break
		}
		if sc.Matches(p.re) && rs.improve(p.posting, sc, m, &best) {
			break
		}
	}
	return best
}

// eachHead calls take with the exact and prefix rules whose keyword fits the text, where it is
// written several times (在吗在吗) the exact ones too.
func (rs *Ruleset) eachHead(form int, text []rune, sc *scratch, take func(posting)) {
	if len(rs.heads.list) == 0 {
		return
	}
	sc.hits = rs.heads.trie.Collect(text, 0, sc.hits[:0])
	for _, h := range sc.hits {
		for _, p := range rs.heads.of(h.Value) {
			if rs.headFits(p, form, h, sc) {
				take(p)
			}
		}
	}
	value := rs.heads.trie.Lookup(repeated(text))
	if value < 0 {
		return
	}
	for _, p := range rs.heads.of(value) {
		if p.rank.kind() == kindExact {
			take(p)
		}
	}
}

// headFits reports whether the text begins with the keyword, as a word of its own, or for an
// exact rule is the keyword.
func (rs *Ruleset) headFits(p posting, form int, h reading.Hit, sc *scratch) bool {
	if p.rank.kind() == kindExact {
		return int(h.Length) == len(sc.Forms()[form])
	}
	return sc.Whole(form, h) && rs.spelled(p, form, h, sc)
}

// improveBy takes the first posting that fits; the list is sorted. Most hits are no better than
// the best so far, which is asked first because it is the cheapest to tell.
func (rs *Ruleset) improveBy(list []posting, form int, h reading.Hit, sc *scratch, m *asked, best *posting) {
	if list[0].rank >= best.rank || !sc.Counts(form, h) {
		return
	}
	for _, p := range list {
		if p.rank >= best.rank {
			return
		}
		if rs.spelled(p, form, h, sc) {
			rs.improve(p, sc, m, best)
		}
	}
}

// spelled reports whether the digits of a keyword stand in the text as the keyword has them.
func (rs *Ruleset) spelled(p posting, form int, h reading.Hit, sc *scratch) bool {
	return p.spell == 0 || sc.Spelled(form, h, &rs.numbered[p.spell])
}

// improve takes a posting in the place of the best when its rule fits and goes before it.
func (rs *Ruleset) improve(p posting, sc *scratch, m *asked, best *posting) bool {
	got, ok := rs.fits(p, sc, m)
	if !ok || got >= best.rank {
		return false
	}
	p.rank = got
	*best = p
	return true
}

// fits checks all that a rule asks beside the keyword. The rank in a posting of a rule
// with groups is the best it can reach; the true one is returned.
func (rs *Ruleset) fits(p posting, sc *scratch, m *asked) (rank, bool) {
	r := &rs.rules[p.rule()]
	if !m.active(p.rule()) {
		return 0, false
	}
	c := r.more
	if c == nil {
		return p.rank, true
	}
	if n := len(sc.Runes()); n < c.min || c.max > 0 && n > c.max {
		return 0, false
	}
	for i := range c.words {
		if !sc.Has(&c.words[i]) {
			return 0, false
		}
	}
	length, ok := sc.groups(c.groups)
	if !ok {
		return 0, false
	}
	for i := range c.exclude {
		if sc.Has(&c.exclude[i]) {
			return 0, false
		}
	}
	if len(c.groups) == 0 || r.kind != kindContains {
		return p.rank, true
	}
	if p.word >= 0 {
		length += r.own(p)
	}
	return p.rank.withLength(length), true
}

// own is what the keywords of the rule themselves add to its length. The posting's rank
// was made with the longest word of every group on top.
func (r *rule) own(p posting) int {
	n := p.rank.length()
	for _, g := range r.more.groups {
		n -= longest(g)
	}
	return n
}

func longest(words []reading.Word) int {
	n := 0
	for i := range words {
		n = max(n, len(words[i].Key))
	}
	return n
}
