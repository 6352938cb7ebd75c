package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// together compiles the sound rules and checks each against all others. Time grows with
// the number of rules and examples, not with its square: of the rules that share a
// keyword only the best is compared.
func (c *checker) together() {
	rs, err := Compile(c.account, 0, c.sound, CompileOptions{Calendar: c.o.Calendar, Limits: c.o.Limits, Drafts: true})
	if err != nil {
		c.report(nil, CheckInvalid, models.SeverityError, "", err.Error())
		return
	}
	c.rs = rs
	n := newNeighbours(rs, c.o)
	defer rs.release(n.sc)
	for i := range rs.rules {
		c.beside(int32(i), n)
	}
	c.conflicts(n.rivals)
}

// neighbours is what a rule is held against.
type neighbours struct {
	sc     *scratch
	probe  probe
	free   *shadows
	at     time.Time
	rivals map[[2]int32]string
}

func newNeighbours(rs *Ruleset, o CheckOptions) *neighbours {
	today := rs.office.moment(o.Now).day
	return &neighbours{
		sc: rs.scratch(), probe: probe{rs: rs, today: today, skip: -1}, free: newShadows(rs, today), at: o.Now, rivals: make(map[[2]int32]string),
	}
}

// beside checks one rule against all others.
func (c *checker) beside(place int32, n *neighbours) {
	rs := c.rs
	r := &rs.rules[place]
	if r.expired(n.probe.today) {
		return
	}
	p := n.probe
	p.self = place
	if by, hidden := n.free.hides(place); hidden {
		c.report(r.src, CheckUnreachable, models.SeverityError, rs.rules[by].src.Name,
			"凡是命中这条的话，都由“"+rs.rules[by].src.Name+"”先回答，请调整优先级或关键词，或归档")
		return
	}
	if by, before := n.free.defaultBefore(place); r.kind == kindDefault && before {
		name := rs.rules[by].src.Name
		c.report(r.src, CheckSecondDefault, models.SeverityWarning, name,
			"同样的来信由默认回复“"+name+"”先答，这一条暂时用不上；要换用它，请给它更大的优先级，或停用那一条")
	}
	c.says(r.src, n.sc)
	c.pages(r)
	if r.text {
		c.examples(r, place, n.sc, p, n.rivals)
	}
}

// examples asks the rules every example of one rule.
func (c *checker) examples(r *rule, place int32, sc *scratch, p probe, rivals map[[2]int32]string) {
	for _, text := range r.src.Examples {
		sc.Read(text)
		if word, ok := sc.Crisis(c.rs.calls); ok {
			c.report(r.src, CheckCrisis, models.SeverityWarning, text, "这句话含求助的词“"+word+"”，市民会先得到求助电话，而不是这条回复")
		}
		if r.kind == kindDefault {
			continue
		}
		m := asked{rs: c.rs, at: c.o.Now, check: &p}
		best := c.rs.best(sc, &m)
		if best.rank == noRank || best.rule() != place {
			c.broken(r, best, text, sc)
			continue
		}
		without := p
		without.skip = place
		m.check = &without
		rival := c.rs.best(sc, &m)
		if rival.rank != noRank && rival.rank>>placeBits == best.rank>>placeBits {
			rivals[[2]int32{place, rival.rule()}] = text
		}
	}
	for _, text := range r.src.CounterExamples {
		sc.Read(text)
		m := asked{rs: c.rs, at: c.o.Now, check: &p}
		if best := c.rs.best(sc, &m); best.rank != noRank && best.rule() == place {
			c.report(r.src, CheckCounterExample, models.SeverityError, text,
				"这句反例被本规则回答了（因为“"+r.keyword(best.word)+"”），请加排除词或改关键词")
		}
	}
}

func (c *checker) broken(r *rule, best posting, text string, sc *scratch) {
	denied := c.rs.deniedWords(sc)
	if best.rank == noRank {
		c.report(r.src, CheckExample, models.SeverityError, text, "这句例句没有命中任何规则，请补上关键词，或改例句"+because(denied+c.rs.partOnly(sc)))
		return
	}
	winner := c.rs.hit(best)
	c.report(r.src, CheckExample, models.SeverityError, text,
		fmt.Sprintf("这句例句由“%s”回答了（因为“%s”），请调整优先级、关键词或排除词", winner.Rule.Name, winner.Keyword)+because(denied))
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return "。" + why
}

// conflicts reports pairs that hit each other's examples where only the number decides.
func (c *checker) conflicts(rivals map[[2]int32]string) {
	pairs := make([][2]int32, 0, len(rivals))
	for pair := range rivals {
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
	for _, pair := range pairs {
		a, b := c.rs.rules[pair[0]].src, c.rs.rules[pair[1]].src
		c.report(a, CheckConflict, models.SeverityWarning, rivals[pair],
			"“"+b.Name+"”也同样命中这句例句，只因编号在后才没有回答，请用优先级或更长的关键词分清")
	}
}

// says checks that what an event says is answered.
func (c *checker) says(r *models.Rule, sc *scratch) {
	if r.Say == "" {
		return
	}
	sc.Read(r.Say)
	m := asked{rs: c.rs, at: c.o.Now, check: &probe{rs: c.rs, today: c.rs.office.moment(c.o.Now).day, self: -1, skip: -1}}
	if c.rs.best(sc, &m).rank == noRank && len(r.Replies) == 0 {
		c.report(r, CheckSay, models.SeverityError, r.Say, "没有规则回答这句 say，点击后市民得不到回答，请补关键词或写 replies")
	}
}

// texts looks at everything that citizens read.
func (c *checker) texts(r *models.Rule) {
	for i := range r.Replies {
		c.text(r, r.Replies[i].Text)
	}
	c.textsOfMenu(r, r.Menu)
}

// text warns of what citizens would see as it is written: variables that do not exist, and
// the two characters \n in the place of a line end.
func (c *checker) text(r *models.Rule, text string) {
	c.variablesIn(r, text)
	if at := strings.Index(text, `\n`); at >= 0 {
		c.report(r, CheckLineEnd, models.SeverityWarning, `\n`,
			`回复里写着 \n 这两个字符，会原样显示给市民；要换行请直接换行（Excel 里按 Alt+Enter），YAML 里用双引号或 |`)
	}
}

func (c *checker) textsOfMenu(r *models.Rule, m *models.Menu) {
	if m == nil {
		return
	}
	c.text(r, m.Intro)
	c.text(r, m.Outro)
	for i := range m.Items {
		if reply := m.Items[i].Reply; reply != nil {
			c.text(r, reply.Text)
		}
		c.textsOfMenu(r, m.Items[i].Menu)
	}
}

// variablesIn finds braces that look like a variable but are none.
func (c *checker) variablesIn(r *models.Rule, rest string) {
	for {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			return
		}
		if variableOf(strings.TrimSpace(name)) == varText && plainName(name) {
			c.report(r, CheckVariable, models.SeverityWarning, "{"+name+"}",
				"没有变量 {"+name+"}，它会原样显示给市民；可用的变量：{时段问候}、{账号}、{办公时间}、{上班状态}、{日期}、{时间}、{星期}")
		}
		rest = tail
	}
}

func plainName(s string) bool {
	n := 0
	for _, r := range strings.TrimSpace(s) {
		n++
		if r == '\n' || r == '{' || r == ' ' || r == ':' || r == '"' {
			return false
		}
	}
	return n > 0 && n <= 20
}
