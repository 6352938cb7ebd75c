package bot

import (
	"strings"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// separated warns of words that are probably several.
func (c *checker) separated(r *models.Rule) {
	for _, list := range append([][]string{r.Keywords, r.Exclude}, r.Groups...) {
		for _, w := range list {
			if reading.Several(w) {
				c.report(r, CheckSeparator, models.SeverityWarning, w,
					"“"+strings.ReplaceAll(w, "\n", "⏎")+"”看来是几个词，现在算一个词，要连在一起出现才会命中；请分成几项（YAML 里写成列表）")
			}
		}
	}
}

// lengths reports keywords that no text within the lengths of the rule can hold.
func (c *checker) lengths(r *models.Rule) {
	if len(r.Keywords) == 0 || r.MaxLength <= 0 && (r.Match != models.MatchExact || r.MinLength <= 0) {
		return
	}
	var dead []string
	for _, w := range r.Keywords {
		n := len(reading.Key(w))
		if r.MaxLength > 0 && n > r.MaxLength || r.Match == models.MatchExact && n < r.MinLength {
			dead = append(dead, w)
		}
	}
	switch {
	case len(dead) == 0:
	case len(dead) == len(r.Keywords) || r.Match == models.MatchAll:
		c.report(r, CheckLength, models.SeverityError, dead[0], "关键词“"+dead[0]+"”的字数不在 min_length 与 max_length 之间，这条规则永远不会命中，请改字数")
	default:
		c.report(r, CheckLength, models.SeverityWarning, dead[0], "关键词“"+strings.Join(dead, "”“")+"”的字数不在 min_length 与 max_length 之间，永远不会命中，请改字数或删去")
	}
}
