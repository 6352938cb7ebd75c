package rulebook

import (
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// Text says to people what an import changed or would change, a line for each field, what became
// of it, and what is doubtful about it.
func (in *Imported) Text() string { return in.changesText() + in.outcome() + doubtsText(in.Doubts) }

// maxShown is how many changed rules are printed; --json has all.
const maxShown = 100

// changesText is what an import changes, for people, a line for each field.
func (in *Imported) changesText() string {
	var b strings.Builder
	for n, c := range in.Changes {
		if n == maxShown {
			fmt.Fprintf(&b, "……其余 %d 条见 --json\n", len(in.Changes)-maxShown)
			break
		}
		if c.Kind == RuleAdded {
			fmt.Fprintf(&b, "新增  %s\n", c.Rule)
		}
		b.WriteString(sheet.FieldLines("修改  "+c.Rule+"，", c.Fields))
	}
	if in.Same > 0 {
		fmt.Fprintf(&b, "相同  %d 条，不改\n", in.Same)
	}
	return b.String()
}

func (in *Imported) outcome() string {
	n := len(in.Changes)
	switch {
	case n == 0:
		return "没有不同，什么也没有改\n"
	case in.DryRun:
		return fmt.Sprintf("试运行：会改动 %d 条规则，什么也没有写入\n", n)
	case in.Publish:
		return fmt.Sprintf("已发布：%d 条规则，规则版本 %d，运行中的服务三秒内生效\n", n, in.Version)
	}
	return fmt.Sprintf("已存为草稿：%d 条规则；审核发布后才会回答市民（wenzheng rules submit、approve、publish，或导入时加 --publish）\n", n)
}

// maxDoubts is how many doubts about imported rules are printed; check has all.
const maxDoubts = 10

// doubtsText tells what is doubtful about the rules that were published.
func doubtsText(doubts []models.Finding) string {
	var b strings.Builder
	for i, f := range doubts {
		if i == maxDoubts {
			b.WriteString("……其余提醒见 wenzheng rules check\n")
			break
		}
		fmt.Fprintf(&b, "[提醒] “%s”：%s\n", f.Rule, f.Message)
	}
	return b.String()
}
