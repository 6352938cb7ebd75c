package bot

import (
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// menus follows every menu item to its rule and looks for circles.
func (c *checker) menus() {
	leads := make([][]int, len(c.rules))
	for i, r := range c.rules {
		if r.Menu == nil {
			continue
		}
		for _, name := range targets(r.Menu, nil) {
			j, ok := c.byName[name]
			switch {
			case !ok:
				c.report(r, CheckMenuTarget, models.SeverityError, name, "菜单里的“"+name+"”没有对应的规则，请改名称或新建这条规则")
			case c.rules[j].Menu != nil:
				leads[i] = append(leads[i], j)
			case len(c.rules[j].Replies) == 0:
				c.report(r, CheckMenuTarget, models.SeverityError, name, "菜单指向的“"+name+"”没有回复，请为它写回复")
			}
		}
	}
	c.circles(leads)
}

func targets(m *models.Menu, out []string) []string {
	for i := range m.Items {
		item := &m.Items[i]
		if item.Rule != "" {
			out = append(out, item.Rule)
		}
		if item.Menu != nil {
			out = targets(item.Menu, out)
		}
	}
	return out
}

// circles walks the menus depth first with a stack of its own; an edge to a menu that is
// still open closes a circle. Every circle is reported at one of its rules.
func (c *checker) circles(leads [][]int) {
	const (
		unseen = iota
		open
		done
	)
	mark := make([]uint8, len(leads))
	next := make([]int, len(leads))
	for root := range leads {
		if mark[root] != unseen || len(leads[root]) == 0 {
			continue
		}
		stack := []int{root}
		mark[root] = open
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			if next[at] == len(leads[at]) {
				mark[at] = done
				stack = stack[:len(stack)-1]
				continue
			}
			to := leads[at][next[at]]
			next[at]++
			switch mark[to] {
			case unseen:
				mark[to] = open
				stack = append(stack, to)
			case open:
				c.circle(stack, to)
			}
		}
	}
}

func (c *checker) circle(stack []int, to int) {
	var names []string
	for _, i := range stack[slices.Index(stack, to):] {
		names = append(names, c.rules[i].Name)
	}
	way := strings.Join(append(names, c.rules[to].Name), " → ")
	c.report(c.rules[to], CheckMenuCircle, models.SeverityError, way, "菜单绕成了一圈："+way+"。回复 0 已能返回上一级，请删去绕回来的那一项")
}
