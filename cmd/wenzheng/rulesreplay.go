package main

import (
	"context"
	"encoding/json"
	"io"

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
	_, err = io.WriteString(p.screen(), rulebook.ReplayText(&r))
	return err
}
