package bot

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// Limits bound what an account may ask of the brain. A zero field means its default.
type Limits struct {
	TextBytes int // longest text of one message in bytes, longer ones are paged; default models.MaxTextBytes
	// DialogueBytes is the memory for the dialogues of all citizens, default 64 MiB; those not used for
	// longest are forgotten first.
	DialogueBytes int64
}

func (l Limits) withDefaults() Limits {
	l.TextBytes = cmp.Or(l.TextBytes, models.MaxTextBytes)
	l.DialogueBytes = cmp.Or(l.DialogueBytes, 64<<20)
	return l
}

// CompileOptions say where and for whom rules are compiled. The zero value is right for
// a check: time zone of China, Monday to Friday, published rules only.
type CompileOptions struct {
	Calendar Calendar // nil = Monday to Friday
	Limits   Limits
	// Drafts also compiles rules in draft and review; archived ones never answer.
	Drafts bool
}

// Compile makes the rules of one account ready to match. Rules whose state is neither
// empty nor published are left out unless o.Drafts. The error is a *models.Error that
// names every rule that can not be compiled. The set keeps references into rules: they
// must not be changed afterwards.
func Compile(a models.Account, version int64, rules []models.Rule, o CompileOptions) (*Ruleset, error) {
	c := compiler{
		rs: &Ruleset{
			account: a, version: version, limits: o.Limits.withDefaults(),
			office: newOffice(a.Settings, o.Calendar), calls: reading.NewCalls(models.SettingWords(a.Settings, models.SettingWordsCrisis)),
			events: make(map[models.Trigger]*eventTable), numbered: make([]reading.Word, 1),
		},
		drafts: o.Drafts,
	}
	c.choose(rules)
	if len(c.chosen) >= maxRules {
		return nil, models.NewError(models.CodeInvalid, "规则太多，一个账号最多 400 万条")
	}
	c.place()
	for i := range c.rs.rules {
		c.rule(int32(i))
	}
	if len(c.faults) > 0 {
		return nil, &models.Error{Code: models.CodeInvalid, Message: "规则有误，原来的规则继续使用", Fields: c.faults}
	}
	c.finish()
	return c.rs, nil
}

type compiler struct {
	rs       *Ruleset
	drafts   bool
	chosen   []*models.Rule
	levels   map[int]int // priority -> place, 0 = highest
	heads    []entry
	words    []entry
	uses     map[string]int // how many all rules need a keyword
	slab     slab
	replies  []reply
	patterns int
	faults   []models.FieldError
}

func (c *compiler) fault(r *models.Rule, field, message string) {
	c.faults = append(c.faults, models.FieldError{Field: r.Name + "." + field, Message: message})
}

func (c *compiler) choose(rules []models.Rule) {
	n, words := 0, 0
	c.chosen = make([]*models.Rule, 0, len(rules))
	for i := range rules {
		r := &rules[i]
		draft := r.State == models.RuleDraft || r.State == models.RuleReview
		if r.State == models.RuleArchived || draft && !c.drafts {
			continue
		}
		c.chosen = append(c.chosen, r)
		n += len(r.Replies)
		words += len(r.Keywords)
	}
	c.replies = make([]reply, 0, n)
	c.words = make([]entry, 0, words)
}

// place sorts by id and name and numbers the priorities.
func (c *compiler) place() {
	slices.SortFunc(c.chosen, func(a, b *models.Rule) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), strings.Compare(a.Name, b.Name))
	})
	c.levels = make(map[int]int)
	c.uses = make(map[string]int)
	var distinct []int
	for _, r := range c.chosen {
		if _, ok := c.levels[r.Priority]; !ok {
			c.levels[r.Priority] = 0
			distinct = append(distinct, r.Priority)
		}
		if r.Match == models.MatchAll {
			for _, w := range r.Keywords {
				c.uses[string(reading.Key(w))]++
			}
		}
	}
	slices.SortFunc(distinct, func(a, b int) int { return cmp.Compare(b, a) })
	for i, p := range distinct {
		c.levels[p] = i
	}
	c.rs.rules = make([]rule, len(c.chosen))
	c.rs.byRef = make(map[uint64]int32, len(c.chosen))
	for i, r := range c.chosen {
		c.rs.rules[i].src = r
		ref := refOf(r.Name)
		if at, ok := c.rs.byRef[ref]; ok && c.rs.rules[at].src.Name == r.Name {
			c.fault(r, "name", "规则名重复，请改成不同的名称")
		}
		c.rs.byRef[ref] = int32(i)
	}
}

// refOf is how dialogues name a rule: names are unique within an account and outlive
// ids, which rule files do not have.
func refOf(name string) uint64 { return keyHash(name) }

// rule compiles one rule and files its keywords and events.
func (c *compiler) rule(i int32) {
	r := &c.rs.rules[i]
	src := r.src
	r.kind = kindOf(src.Match)
	r.rank = newRank(c.levels[src.Priority], r.kind, 0, int(i))
	r.text = len(src.On) == 0 || slices.Contains(src.On, models.OnText)
	c.conditions(r)
	start := len(c.replies)
	for j := range src.Replies {
		c.replies = append(c.replies, newReply(&src.Replies[j]))
	}
	r.replies = c.replies[start:len(c.replies):len(c.replies)]
	if src.Menu != nil {
		r.menu = newMenu(src)
	}
	c.events(i)
	if !r.text {
		return
	}
	switch r.kind {
	case kindDefault:
		c.rs.defaults = append(c.rs.defaults, posting{rank: r.rank, word: -1})
	case kindRegexp:
		c.regexps(i)
	default:
		c.keywords(i)
	}
}

func (c *compiler) conditions(r *rule) {
	src := r.src
	if src.Source != nil {
		day, err := parseDay(src.Source.ValidUntil)
		if err != nil {
			c.fault(src, "source.valid_until", err.Error())
		}
		r.expires = day
	}
	m := conditions{min: src.MinLength, max: src.MaxLength, exclude: reading.Words(src.Exclude)}
	for _, g := range src.Groups {
		words := reading.Words(g)
		if len(words) == 0 {
			c.fault(src, "groups", "每一组至少要有一个关键词")
			continue
		}
		m.groups = append(m.groups, words)
	}
	if src.When != nil {
		when, err := newWindow(src.When)
		if err != nil {
			c.fault(src, "when", err.Error())
		}
		m.when = &when
	}
	all := src.Match == models.MatchAll && len(src.Keywords) > 1
	if m.min > 0 || m.max > 0 || m.exclude != nil || m.groups != nil || m.when != nil || all {
		more := m // most rules have none: it need not be allocated for them
		r.more = &more
	}
}

func (c *compiler) events(i int32) {
	r := &c.rs.rules[i]
	for _, on := range r.src.On {
		if on == models.OnText {
			continue
		}
		t := c.rs.events[on]
		if t == nil {
			t = &eventTable{byKey: make(map[string][]posting)}
			c.rs.events[on] = t
		}
		// A rule for this very key goes before one for any key of the same priority.
		p := posting{rank: r.rank, word: -1}
		if r.kind == kindDefault {
			t.defaults = append(t.defaults, p)
			continue
		}
		if len(r.src.Keys) == 0 {
			p.rank = newRank(r.rank.priority(), kindDefault, 0, int(i))
			t.anyKey = append(t.anyKey, p)
			continue
		}
		p.rank = newRank(r.rank.priority(), kindExact, 0, int(i))
		for _, key := range r.src.Keys {
			key = strings.TrimSpace(key)
			t.byKey[key] = append(t.byKey[key], p)
		}
	}
}

// finish sorts what was filed and builds the tries.
func (c *compiler) finish() {
	rs := c.rs
	byRank := func(a, b posting) int { return cmp.Compare(a.rank, b.rank) }
	slices.SortFunc(rs.defaults, byRank)
	slices.SortFunc(rs.patterns, func(a, b pattern) int { return byRank(a.posting, b.posting) })
	for _, t := range rs.events {
		slices.SortFunc(t.anyKey, byRank)
		slices.SortFunc(t.defaults, byRank)
		for _, list := range t.byKey {
			slices.SortFunc(list, byRank)
		}
	}
	rs.heads = newTable(c.heads)
	rs.words = newTable(c.words)
	rs.words.findJoint(rs.rules)
	rs.slips = sync.OnceValue(func() *reading.Slips { return newSlips(rs) })
	rs.closest = sync.OnceValue(func() *closeness { return newCloseness(rs) })
}
