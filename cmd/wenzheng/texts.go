package main

import (
	"context"
	"io"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/rulebook/texts"
)

type textsCmd struct {
	accountFlag
	List    textsListCmd    `cmd:"" help:"列出规则以外的话和词表：现在是什么，草稿到了哪一步"`
	Set     textsSetCmd     `cmd:"" help:"写一段话的草稿"`
	Words   textsWordsCmd   `cmd:"" help:"看一张词表，或写它的草稿"`
	Submit  textsSubmitCmd  `cmd:"" help:"把草稿送审"`
	Approve textsApproveCmd `cmd:"" help:"审核通过并生效（须不是作者本人）"`
	Reject  textsRejectCmd  `cmd:"" help:"退回修改"`
	Discard textsDiscardCmd `cmd:"" help:"丢弃草稿"`
}

type textsListCmd struct{ jsonFlag }

// Run tells what there is.
func (c *textsListCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	list, err := st.texts.List(ctx, account)
	if err != nil {
		return err
	}
	return c.print(p, list, texts.ListText(list))
}

// textKey names a text.
type textKey struct {
	Key texts.Key `arg:"" help:"哪一段，见 texts list"`
}

type textsSetCmd struct {
	textKey
	Text string `arg:"" help:"内容；空的则恢复内置的"`
	as
}

// Run writes a draft, in place of one that is being written.
func (c *textsSetCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	saved, err := st.texts.Save(ctx, c.who(), texts.SaveRequest{Account: account, Key: c.Key, Force: true, Text: c.Text})
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.screen(), "已存为草稿，送审后由另一人审核生效\n"+saved.String())
	return err
}

type textsWordsCmd struct {
	textKey
	Add    []string `help:"加进草稿，逗号分开" sep:"," placeholder:"词"`
	Remove []string `help:"从草稿去掉，逗号分开" sep:"," placeholder:"词"`
	as
	jsonFlag
}

// Run shows a list of words, or changes its draft.
func (c *textsWordsCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	shown, err := st.texts.Show(ctx, account, c.Key)
	if err == nil && len(c.Add)+len(c.Remove) > 0 {
		var q texts.SaveRequest
		if q, err = shown.ChangeWords(account, c.Add, c.Remove); err == nil {
			shown, err = st.texts.Save(ctx, c.who(), q)
		}
	}
	if err != nil {
		return err
	}
	return c.print(p, shown, shown.String())
}

// textStep is what the commands share that take a text one step on.
type textStep struct {
	textKey
	as
}

func (c *textStep) run(ctx context.Context, p *program, st *installation, account models.Account, said string, q review.Request) error {
	shown, err := st.texts.Step(ctx, c.who(), texts.StepRequest{Account: account, Key: c.Key, Request: q})
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.screen(), said+"\n"+shown.String())
	return err
}

type textsSubmitCmd struct{ textStep }

// Run hands the draft to a reviewer.
func (c *textsSubmitCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "已送审", review.Request{Step: review.Submit})
}

type textsApproveCmd struct{ textStep }

// Run approves what another person wrote: it is in effect.
func (c *textsApproveCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "审核通过，三秒内生效", review.Request{Step: review.Approve})
}

type textsRejectCmd struct {
	textStep
	Reason string `help:"退回的理由" required:""`
}

// Run sends the draft back to its author.
func (c *textsRejectCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "已退回", review.Request{Step: review.Return, Reason: c.Reason})
}

type textsDiscardCmd struct{ textStep }

// Run gives the draft up; what holds stays.
func (c *textsDiscardCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "已丢弃草稿", review.Request{Step: review.Discard})
}
