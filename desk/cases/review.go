package cases

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
)

// approve releases what waits: the reply, the rejection, or the extension.
func (b *Cases) approve(ctx context.Context, t *store.Tx, a *acting) error {
	if a.reviewsExtension() {
		return b.approveExtension(ctx, t, a)
	}
	kind, state, said, what := "reply_submitted", Closed, "已办结。\n", "答复"
	if a.Pending == PendingReject {
		kind, state, said, what = "rejected_proposed", Rejected, "不予受理。\n", "原因"
	}
	text, err := a.said(ctx, t, kind)
	if err == nil {
		err = a.words.Refuse("text", text) // a word may be newer than the text
	}
	if err != nil {
		return err
	}
	author := a.Author
	a.closes(state, a.now)
	a.Pending, a.Author, a.Extension, a.draft = "", "", nil, nil
	a.events = append(a.events, Event{Kind: string(state), Text: text})
	if err := b.released(ctx, t, a, author, text); err != nil {
		return err
	}
	if err := b.notice(ctx, t, a.Case, string(state), said+text, beginning(StateTitle(state), what)); err != nil || state != Closed || a.UID == "" {
		return err
	}
	return b.asksRating(ctx, t, outbox.Request{
		AppID: a.AppID, UID: a.UID, SendKey: fmt.Sprintf(ratingKey+"%s-%d", a.Number, len(a.spells)), Case: a.Number, Staff: author,
	}, "您的诉求（编号 "+models.ShownNumber(a.Number)+"）已办结，请评价：")
}

func (b *Cases) approveExtension(ctx context.Context, t *store.Tx, a *acting) error {
	if a.now.After(a.DueAt) {
		return models.NewError(CodeNotAllowed, "已过办理期限，不能再延期")
	}
	a.ExtendedTo = a.limits.office.Deadline(a.DueAt, a.Extension.Days)
	a.events = append(a.events, Event{Kind: "extended", Days: a.Extension.Days})
	a.Extension = nil
	return b.notice(ctx, t, a.Case, "extended", "情况较复杂，办理延长到 "+dayText(a.ExtendedTo)+"。", brief("延长办理", "延长到 "+dayText(a.ExtendedTo)))
}

// refuse sends back what waits to whoever wrote it.
func (b *Cases) refuse(_ context.Context, _ *store.Tx, a *acting) error {
	switch {
	case a.reviewsExtension():
		a.Extension = nil
		a.events = append(a.events, Event{Kind: "extension_refused", Text: a.q.Text})
		return nil
	case a.Pending == PendingReject:
		a.State = Submitted
	default:
		a.State = Handling
	}
	a.Pending, a.Author = "", ""
	a.events = append(a.events, Event{Kind: "refused", Text: a.q.Text})
	return nil
}

// reopen has a closed case handled again. Its rating is of before.
func (b *Cases) reopen(ctx context.Context, t *store.Tx, a *acting) error {
	a.State = Handling
	a.opens(a.now)
	a.limits.set(a.Case)
	a.events = append(a.events, Event{Kind: "reopened", Text: a.q.Text})
	return b.notice(ctx, t, a.Case, "reopened", "重新办理。", brief("重新办理", ""))
}

func (b *Cases) urge(_ context.Context, _ *store.Tx, a *acting) error {
	a.Urges++
	a.events = append(a.events, Event{Kind: "urged", Text: a.q.Text})
	return nil
}
