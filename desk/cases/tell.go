package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
)

// submissionKey names the row of the log with which a case began.
func (c *Case) submissionKey() string {
	return models.DerivedKey("case", c.AppID, c.Number, "submitted")
}

// releaseKey names the row of the log with which its last stretch of time ended.
func (c *Case) releaseKey() string {
	return models.DerivedKey("case", c.AppID, c.Number, fmt.Sprintf("released %d", len(c.spells)))
}

// row is a row of the log in the thread of the case.
func (c *Case) row(at time.Time, text string) models.Interaction {
	return models.Interaction{
		AppID: c.AppID, UID: c.UID, Thread: c.Number, Channel: models.ChannelForm, Kind: string(models.ChannelForm), Content: text,
		At: at, ReceivedAt: at, OK: true, Topic: c.Topic, ParseStatus: models.ParseOK,
	}
}

// begins puts the submission into the log: the citizen waits from then on.
func (b *Cases) begins(ctx context.Context, t *store.Tx, c *Case, text string) error {
	r := c.row(c.SubmittedAt, text)
	r.Dir, r.Actor, r.MsgKey = models.DirIn, models.ActorCitizen, c.submissionKey()
	return b.waits.RecordIn(ctx, t, []models.Interaction{r})
}

// released puts the reply of a person into the log at its release: the citizen waits no longer.
func (b *Cases) released(ctx context.Context, t *store.Tx, a *acting, author, text string) error {
	r := a.row(a.now, text)
	r.Dir, r.Actor, r.Staff, r.ReplyTo = models.DirOut, models.ActorHuman, author, a.submissionKey()
	r.MsgKey = a.releaseKey()
	return b.waits.RecordIn(ctx, t, []models.Interaction{r})
}

// notice tells the citizen of a change, where the account knows them. It ends no wait. brief is what of the
// text fits into a template.
func (b *Cases) notice(ctx context.Context, t *store.Tx, c *Case, what, text string, brief models.CaseNotice) error {
	if c.UID == "" {
		return nil
	}
	brief.Number, brief.Matter, brief.At = c.Number, c.matter(), b.o.Now()
	_, err := b.outbox.EnqueueIn(ctx, t, models.Who{}, outbox.Request{
		AppID: c.AppID, UID: c.UID, SendKey: fmt.Sprintf("case-%s-%d-%s", c.Number, c.Version, what), Case: c.Number, Purpose: outbox.Notice,
		Content: outbox.Content{Reply: models.TextReply("您的诉求（编号 " + models.ShownNumber(c.Number) + "）" + text), Card: &brief},
	})
	return err
}

// brief says of a change all that its text does.
func brief(state, remark string) models.CaseNotice {
	return models.CaseNotice{State: state, Remark: remark}
}

// beginning says of a change that there is a text, which the citizen gets when they write.
func beginning(state, text string) models.CaseNotice {
	return models.CaseNotice{State: state, Remark: "回复任意字可看" + text, More: true}
}

// matter is what the case is about, without a word of the citizen.
func (c *Case) matter() string {
	if c.Topic == "" {
		return c.Kind.Title()
	}
	return c.Kind.Title() + "：" + c.Topic
}
