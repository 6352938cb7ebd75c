package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

type rulesReplayCmd struct {
	Since string `help:"重放这一天起市民问过的话，例 2026-10-01" required:"" placeholder:"日期"`
	File  string `arg:"" optional:"" help:"与已发布的规则换上这个文件之后的样子比较"`
	ruleChoice
	JSON bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesReplayCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef replay --since 2026-10-01 --draft\n用真实问过的话比较：换成新规则后，哪些回答会变，命中率由多少变为多少。"
}

// Run asks the published and the new set everything that was asked.
func (c *rulesReplayCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	if c.Draft == (c.File != "") {
		return models.NewError(models.CodeInvalid, "请写 --draft（与草稿比较）或一个规则文件，二者取一")
	}
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	from, _, err := days(c.Since, "")
	if err != nil {
		return err
	}
	selection, err := c.selection(c.File)
	if err != nil {
		return err
	}
	r, err := st.rulebook.Replay(ctx, rulebook.ReplayRequest{Account: account, Rules: selection, From: from})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(r)
	}
	return printReplay(p, &r)
}

func printReplay(p *program, r *bot.Replayed) error {
	var b strings.Builder
	names := map[string]string{
		bot.ChangeGained: "新答上", bot.ChangeLost: "不再答", bot.ChangeRerouted: "换规则", bot.ChangeReworded: "换说法",
	}
	for i, c := range r.Changes {
		if i == 50 {
			fmt.Fprintf(&b, "……其余 %d 种变化见 --json\n", len(r.Changes)-50)
			break
		}
		fmt.Fprintf(&b, "[%s] %s（%d 次）：%s → %s\n", names[c.Kind], oneLine(c.Text, 40), c.Count, orDash(c.Before), orDash(c.After))
	}
	fmt.Fprintf(&b, "问题 %d 条，命中率 %.1f%% → %.1f%%；新答上 %d，不再答 %d，换规则 %d，换说法 %d\n",
		r.Questions, r.RateBefore, r.RateAfter, r.Gained, r.Lost, r.Rerouted, r.Reworded)
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}

func oneLine(s string, runes int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}

type rulesSuggestCmd struct {
	Since string `help:"看这一天起的问题，例 2026-10-01；不写为全部" placeholder:"日期"`
	Min   int    `help:"至少问过几次才列出" default:"2"`
	Max   int    `help:"最多列几组" default:"50"`
	JSON  bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesSuggestCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef suggest --since 2026-10-01\n列出没有规则能答的问题（相近的归为一组），并建议关键词。"
}

// Run shows what citizens ask and no rule answers.
func (c *rulesSuggestCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	from, _, err := days(c.Since, "")
	if err != nil {
		return err
	}
	gaps, err := st.rulebook.Suggest(ctx, rulebook.SuggestRequest{
		Account: account, From: from, Options: bot.GapOptions{MinCount: c.Min, MaxGaps: c.Max},
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(gaps)
	}
	if len(gaps) == 0 {
		_, err := fmt.Fprintln(p.stdout, "没有发现反复出现而无人能答的问题")
		return err
	}
	for _, g := range gaps {
		fmt.Fprintf(p.stdout, "%d 次（最近 %s）：%s\n    建议关键词：%s（覆盖 %d 次）\n", g.Count, //nolint:errcheck // standard output
			g.Last.In(indices.Shanghai()).Format(time.DateOnly), oneLine(g.Question, 60), orDash(strings.Join(g.Keywords, "、")), g.Covered)
	}
	return nil
}
