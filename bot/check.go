package bot

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// Codes of findings; stable, for programs.
const (
	CheckInvalid        = "invalid"          // a field is wrong
	CheckDuplicateName  = "duplicate_name"   // two rules of one name
	CheckPattern        = "pattern"          // a regular expression is wrong, slow or one too many
	CheckShortKeyword   = "short_keyword"    // so short that it hits by chance
	CheckSeparator      = "separator"        // a keyword that looks like several
	CheckLength         = "length"           // a keyword that no text within the lengths can hold
	CheckExample        = "example"          // an example is not answered by its rule
	CheckCounterExample = "counter_example"  // a counter-example is
	CheckConflict       = "conflict"         // two rules hit each other's examples
	CheckUnreachable    = "unreachable"      // another rule always answers first
	CheckSecondDefault  = "second_default"   // a default that another one goes before
	CheckSelfExcluded   = "self_excluded"    // its own exclude words rule it out
	CheckExpired        = "expired"          // the source is no longer valid
	CheckExpiring       = "expiring"         // it will not be within 30 days
	CheckOver           = "over"             // the window lies in the past
	CheckFar            = "far"              // it opens years from now
	CheckMenuTarget     = "menu_target"      // a menu item leads to a rule that is not there
	CheckMenuCircle     = "menu_circle"      // menus lead back to themselves
	CheckSay            = "say"              // no rule answers what an event says
	CheckVariable       = "unknown_variable" // a reply names a variable that does not exist
	CheckLineEnd        = "line_end"         // a reply holds the characters \n in the place of a line end
	CheckPages          = "pages"            // an answer needs several messages
	CheckTooLong        = "too_long"         // it needs more than a citizen can be given
	CheckCrisis         = "crisis"           // an example is a call for help, which goes first
	CheckNoDefault      = "no_default"       // nothing answers when nothing fits
)

// expiringDays is how long before its end a source is reported.
const expiringDays = 30

// farDays is how far ahead a window that opens later is taken for a slip of the year.
const farDays = 2 * 366

// CheckOptions say when and for whom rules are checked.
type CheckOptions struct {
	Now      time.Time // required: expiry is measured from it
	Calendar Calendar
	Limits   Limits
}

// Check looks at all rules of an account together and reports what is wrong or doubtful,
// errors first, then by rule. Drafts are taken as if they were published; archived rules
// are left out. It takes seconds for 100,000 rules.
func Check(a models.Account, rules []models.Rule, o CheckOptions) []models.Finding {
	c := checker{account: a, o: o, byName: make(map[string]int, len(rules))}
	for i := range rules {
		if rules[i].State != models.RuleArchived {
			c.rules = append(c.rules, &rules[i])
		}
	}
	c.each()
	c.menus()
	c.together()
	return c.sorted()
}

func (c *checker) sorted() []models.Finding {
	slices.SortStableFunc(c.found, func(x, y models.Finding) int {
		return cmp.Or(cmp.Compare(severityOrder(x.Severity), severityOrder(y.Severity)), cmp.Compare(x.Rule, y.Rule))
	})
	return c.found
}

func severityOrder(s models.Severity) int {
	if s == models.SeverityError {
		return 0
	}
	return 1
}

// Refused reports whether findings hold an error, so that the rules may not be published.
func Refused(findings []models.Finding) bool {
	return slices.ContainsFunc(findings, func(f models.Finding) bool { return f.Severity == models.SeverityError })
}

type checker struct {
	account  models.Account
	o        CheckOptions
	rules    []*models.Rule
	byName   map[string]int
	sound    []models.Rule // those that can be compiled, for the checks of all together
	patterns int
	rs       *Ruleset
	found    []models.Finding
}

// report notes a finding. The text it is about stands in the message, for whoever sees
// nothing but that.
func (c *checker) report(r *models.Rule, code string, s models.Severity, example, message string) {
	said := strings.Contains(message, "“"+example+"”") || utf8.RuneCountInString(example) > 2 && strings.Contains(message, example)
	if example != "" && !said {
		message = "“" + example + "”：" + message
	}
	f := models.Finding{Code: code, Severity: s, Message: message, Example: example}
	if r != nil {
		f.RuleID, f.Rule = r.ID, r.Name
	}
	c.found = append(c.found, f)
}

// each checks every rule for itself.
func (c *checker) each() {
	hasDefault := false
	for i, r := range c.rules {
		c.alone(i, r)
		hasDefault = hasDefault || r.Match == models.MatchDefault
	}
	if !hasDefault && len(c.rules) > 0 {
		c.report(nil, CheckNoDefault, models.SeverityWarning, "", "还没有默认回复：没有规则命中时市民得不到任何回答，请加一条 match 为 default 的规则")
	}
}

// alone checks what shows without looking at other rules, and their names.
func (c *checker) alone(i int, r *models.Rule) {
	before := len(c.found)
	for _, f := range r.Validate() {
		if r.Match == models.MatchRegexp && strings.HasPrefix(f.Field, "keywords[") {
			continue // a pattern: regexps says it, and more
		}
		c.report(r, CheckInvalid, models.SeverityError, "", f.Field+"："+f.Message)
	}
	if _, ok := c.byName[r.Name]; ok {
		c.report(r, CheckDuplicateName, models.SeverityError, r.Name, "有两条规则叫这个名字，请改成不同的名称")
	} else {
		c.byName[r.Name] = i
	}
	c.keywords(r)
	if !slices.ContainsFunc(c.found[before:], func(f models.Finding) bool { return f.Severity == models.SeverityError }) {
		c.sound = append(c.sound, *r)
	}
	c.dates(r, dayNumber(c.o.Now.In(models.Shanghai())))
	c.texts(r)
}

func (c *checker) keywords(r *models.Rule) {
	if r.Match == models.MatchRegexp {
		c.regexps(r)
		return
	}
	c.separated(r)
	c.lengths(r)
	anywhere := r.Match == "" || r.Match == models.MatchContains
	for _, w := range r.Keywords {
		key := reading.Key(w)
		switch {
		case len(key) == 0:
			c.report(r, CheckInvalid, models.SeverityError, w, "这个关键词只有空白，请删去")
		case anywhere && len(r.Groups) == 0 && (len(key) == 1 || len(key) == 2 && key[0] < utf8.RuneSelf && key[1] < utf8.RuneSelf):
			c.report(r, CheckShortKeyword, models.SeverityWarning, w, "关键词太短，许多不相干的话里也有它，请写长一些，或改为 exact")
		}
	}
	for _, g := range r.Groups {
		for _, w := range g {
			if len(reading.Key(w)) == 0 {
				c.report(r, CheckInvalid, models.SeverityError, w, "词组里有只含空白的词，请删去")
			}
		}
	}
	c.selfExcluded(r)
}

func (c *checker) selfExcluded(r *models.Rule) {
	if len(r.Exclude) == 0 || len(r.Keywords) == 0 {
		return
	}
	dead := 0
	unwanted := reading.Words(r.Exclude)
	var text reading.Text
	for _, w := range r.Keywords {
		text.Read(w)
		if slices.ContainsFunc(unwanted, func(w reading.Word) bool { return text.Has(&w) }) {
			dead++
		}
	}
	if dead == len(r.Keywords) || dead > 0 && r.Match == models.MatchAll {
		c.report(r, CheckSelfExcluded, models.SeverityError, "", "排除词就在自己的关键词里，这条规则永远不会命中，请改排除词")
	}
}

func (c *checker) regexps(r *models.Rule) {
	for _, p := range r.Keywords {
		if c.patterns++; c.patterns > maxPatterns {
			c.report(r, CheckPattern, models.SeverityError, p, "正则表达式最多 100 个，请改用关键词")
			return
		}
		if _, err := reading.CompilePattern(p); err != nil {
			c.report(r, CheckPattern, models.SeverityError, p, err.Error())
		} else if why := reading.DeadPattern(p); why != "" {
			c.report(r, CheckPattern, models.SeverityError, p, "“"+p+"”："+why)
		} else if mark := reading.NeededMark(p); mark != "" {
			c.report(r, CheckPattern, models.SeverityWarning, p, "“"+p+"”：市民没有写"+mark+"就不会命中；可写可不写的标点、空格请删去，或在后面加 ?")
		}
	}
}

func (c *checker) dates(r *models.Rule, today int32) {
	if r.Source != nil {
		if day, err := parseDay(r.Source.ValidUntil); err == nil && day != 0 {
			switch left := day - today; {
			case left < 0:
				c.report(r, CheckExpired, models.SeverityError, r.Source.ValidUntil, "依据已于 "+r.Source.ValidUntil+" 到期，这条规则已停止回答，请核对后改有效期，或归档")
			case left <= expiringDays:
				c.report(r, CheckExpiring, models.SeverityWarning, r.Source.ValidUntil, fmt.Sprintf("依据还有 %d 天到期，到期后不再回答，请及时核对", left))
			}
		}
	}
	if r.When == nil {
		return
	}
	switch w, err := newWindow(r.When); {
	case err != nil: // reported as a field that is wrong
	case w.last() != 0 && w.last() < today:
		c.report(r, CheckOver, models.SeverityWarning, r.When.Until, "生效时间已经过去，这条规则不会再回答，请归档或改日期")
	case w.from > today+farDays:
		c.report(r, CheckFar, models.SeverityWarning, r.When.From, "两年以后才生效，请核对年份")
	}
}

// probe asks the rules without a clock: a rule that answers only at times is taken as
// answering when it is the one looked at, or keeps the same times; others do not count.
type probe struct {
	rs    *Ruleset
	today int32
	self  int32 // the rule looked at, -1 = all alike
	skip  int32 // a rule left out, -1 = none
}

func (p *probe) active(r *rule, place int32) bool {
	if place == p.skip || r.expired(p.today) {
		return false
	}
	if place == p.self || p.self < 0 || r.more == nil || r.more.when == nil {
		return true
	}
	own := p.rs.rules[p.self].src.When
	return own != nil && reflect.DeepEqual(own, r.src.When)
}
