package rulebook

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// FindingsText says to people what a check of so many rules found.
func FindingsText(rules int, findings []models.Finding) string {
	var b strings.Builder
	faults := 0
	for _, f := range findings {
		mark := "提醒"
		if f.Severity == models.SeverityError {
			mark = "错误"
			faults++
		}
		if f.Rule != "" {
			mark += "] “" + f.Rule + "”："
		} else {
			mark += "] "
		}
		fmt.Fprintf(&b, "[%s%s\n", mark, f.Message)
	}
	fmt.Fprintf(&b, "共 %d 条规则，错误 %d，提醒 %d\n", rules, faults, len(findings)-faults)
	return b.String()
}

// TrialText says to people what would be answered, and why.
func TrialText(t *bot.Trial) string {
	var b strings.Builder
	if t.Match.RuleName != "" {
		fmt.Fprintf(&b, "规则：%s\n", t.Match.RuleName)
	}
	if t.Match.Corrected != "" {
		fmt.Fprintf(&b, "纠正：%s → %s\n", t.Match.Corrected, t.Match.Keyword)
	}
	fmt.Fprintf(&b, "原因：%s\n", t.Match.Reason)
	for _, lost := range t.Match.Beaten {
		fmt.Fprintf(&b, "胜过：%s（%s）\n", lost.RuleName, lost.Reason)
	}
	for i, page := range t.Pages {
		fmt.Fprintf(&b, "回复第 %d 页，共 %d 页（%d 字节）：\n%s\n", i+1, len(t.Pages), len(page), page)
	}
	switch {
	case t.Reply.Silent():
		b.WriteString("回复：（不回复）\n")
	case t.Pages == nil:
		fmt.Fprintf(&b, "回复：%s\n", t.Reply.Summary())
	}
	return b.String()
}

// maxReplayed is how many changed answers ReplayText lists.
const maxReplayed = 50

// ReplayText says to people which answers would be others.
func ReplayText(r *Replayed) string {
	var b strings.Builder
	names := map[string]string{
		AnswerGained: "新答上", AnswerLost: "不再答", AnswerRerouted: "换规则", AnswerReworded: "换说法",
	}
	for i, c := range r.Changes {
		if i == maxReplayed {
			fmt.Fprintf(&b, "……其余 %d 种变化见 --json\n", len(r.Changes)-maxReplayed)
			break
		}
		fmt.Fprintf(&b, "[%s] %s（%d 次）：%s → %s", names[c.Kind], models.OneLine(c.Text, 40), c.Count, cmp.Or(c.Before, "—"), cmp.Or(c.After, "—"))
		if c.Corrected != "" {
			fmt.Fprintf(&b, "（纠正：%s → %s）", c.Corrected, c.Meant)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "问题 %d 条，命中率 %.1f%% → %.1f%%；新答上 %d，不再答 %d，换规则 %d，换说法 %d\n",
		r.Questions, r.RateBefore, r.RateAfter, r.Gained, r.Lost, r.Rerouted, r.Reworded)
	return b.String()
}
