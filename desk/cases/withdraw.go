package cases

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// withdraw takes a case back that its citizen withdrew in the chat. They were told so from what was known
// then: one that came to an end meanwhile stays as it is, and they are told that. The citizen is locked.
func (b *Cases) withdraw(ctx context.Context, t *store.Tx, m *models.Interaction) error {
	found, err := list(ctx, t, "app_id = ? AND id = ? AND uid = ? AND state <> ''"+t.Dialect().ForUpdate, m.AppID, m.Case.Number, m.UID)
	if err != nil || len(found) == 0 || found[0].State == Withdrawn {
		return err
	}
	c, at := found[0], m.Case.At
	if !c.State.Open() {
		return b.notice(ctx, t, c, "not_withdrawn", "没有撤回：在您撤回之前已经"+StateTitle(c.State)+"。", brief(StateTitle(c.State), "没有撤回"))
	}
	if opened := c.spells[len(c.spells)-1].From; at.Before(opened) {
		at = opened // two clocks
	}
	answered := len(c.spells) > 1 // before it was opened again: that answer stays one
	c.closes(Withdrawn, at)
	c.Pending, c.Author, c.Extension, c.draft = "", "", nil, nil
	if err := b.save(ctx, t, c); err != nil {
		return err
	}
	if err := c.happens(ctx, t, Event{At: at, Kind: "withdrawn"}); err != nil || answered {
		return err
	}
	return b.waits.WithdrawIn(ctx, t, store.RowKey{AppID: c.AppID, MsgKey: store.NormalKey(c.AppID, c.submissionKey())})
}
