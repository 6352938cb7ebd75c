package sheet

import (
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// judge says what is wrong with a rule apart from its form, by field.
type judge func(r *models.Rule) []models.FieldError

// collector gathers the rules of a file, sees to their names and has them judged.
type collector struct {
	faults *faults
	judge  judge
	rules  []models.Rule
	lines  map[string]int
}

func newCollector(f *faults, judge judge) *collector {
	return &collector{faults: f, judge: judge, rules: []models.Rule{}, lines: map[string]int{}}
}

// add takes a rule. before is how many faults there were in front of it, and place where
// one of its fields stands in the file ("" = the rule itself).
func (c *collector) add(r models.Rule, before int, place func(field string) (line, column int)) {
	r.Name = models.CleanName(r.Name)
	cleanTargets(r.Menu)
	line, column := place("")
	first, twice := c.lines[r.Name]
	switch {
	case strings.TrimSpace(r.Name) == "":
		c.faults.add(line, column, "规则缺少 name（名称）")
	case twice:
		c.faults.addf(line, column, "规则名称 %s 重复，第 %d 行已有", quote(r.Name), first)
	case len(c.rules) == maxRules:
		c.faults.addf(line, column, "一个文件最多 %d 条规则", maxRules)
	}
	if !twice {
		c.lines[r.Name] = line
	}
	if c.faults.total > before {
		return
	}
	for _, e := range c.judge(&r) {
		line, column := place(e.Field)
		c.faults.addf(line, column, "规则 %s 的 %s：%s", quote(r.Name), e.Field, e.Message)
	}
	c.rules = append(c.rules, r)
}

// cleanTargets gives the names to which a menu leads the form of names.
func cleanTargets(m *models.Menu) {
	if m == nil {
		return
	}
	for i := range m.Items {
		m.Items[i].Rule = models.CleanName(m.Items[i].Rule)
		cleanTargets(m.Items[i].Menu)
	}
}

func (c *collector) done() ([]models.Rule, error) {
	if err := c.faults.err(); err != nil {
		return nil, err
	}
	return c.rules, nil
}
