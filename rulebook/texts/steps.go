package texts

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/store"
)

// SaveRequest changes the draft of a text, or begins one.
type SaveRequest struct {
	Account models.Account
	Key     Key
	// Base is the Edition of the draft that was changed, "" where there was none: when there is another by
	// now the error is a conflict. Force does not look.
	Base  string
	Force bool
	Text  string   // "" = what is built in again
	Words []string // of a list
}

// Save keeps what somebody wrote as the draft.
func (b *Book) Save(ctx context.Context, by models.Who, q SaveRequest) (Text, error) {
	k, err := ownKind(q.Key)
	if err != nil {
		return Text{}, err
	}
	if k.held == ByText && len(q.Words) > 0 {
		return Text{}, k.noList()
	}
	if k.held == ByWords && q.Text != "" {
		return Text{}, models.FieldFault(k.title+"有误", "text", k.title+"是词表，没有文字")
	}
	body := k.clean(q.Text, q.Words)
	if err := k.faults(body, models.SensitiveOf(q.Account.Settings)); err != nil {
		return Text{}, err
	}
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		last, err := latest(ctx, t, q.Account.AppID, q.Key)
		if err != nil {
			return err
		}
		before, was := "", (*review.Stage)(nil)
		if last != nil {
			before, was = last.Body, &last.Stage
		}
		edit, err := k.reviewed().Edit(was, by, q.Base, q.Force)
		if err != nil {
			return err
		}
		next := Version{Stage: edit, Key: q.Key, Body: body}
		if err := next.save(ctx, t, q.Account.AppID); err != nil {
			return err
		}
		return audit(ctx, t, by, "text.draft", q.Account.AppID, &next, before, body, "")
	})
	if err != nil {
		return Text{}, models.Wrap("texts: save", err)
	}
	return b.Show(ctx, q.Account, q.Key)
}

// ChangeWords is the request that adds words to the draft of a list, or to the list where there is none,
// and takes others away.
func (x *Text) ChangeWords(account models.Account, add, remove []string) (SaveRequest, error) {
	if x.HeldBy != ByWords {
		return SaveRequest{}, (&kind{title: x.Title}).noList()
	}
	q := SaveRequest{Account: account, Key: x.Key, Words: x.Words}
	if x.Draft != nil {
		q.Words, q.Base = x.Draft.Words, x.Draft.Edition
	}
	q.Words = append(without(q.Words, remove), add...)
	return q, nil
}

// noList refuses words of what is a text.
func (k *kind) noList() *models.Error {
	return models.FieldFault(k.title+"有误", "words", k.title+"是一段文字，没有词")
}

// reviewed is what a text is to its reviewers: what is approved is in effect at once.
func (k *kind) reviewed() review.Kind { return review.Kind{Title: k.title, AtOnce: true} }

// StepRequest takes a text of an account one step on.
type StepRequest struct {
	Account models.Account
	Key     Key
	review.Request
}

// Step takes the text on its way one step on.
func (b *Book) Step(ctx context.Context, by models.Who, q StepRequest) (Text, error) {
	k, err := ownKind(q.Key)
	if err != nil {
		return Text{}, err
	}
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		v, err := latest(ctx, t, q.Account.AppID, q.Key)
		if err != nil {
			return err
		}
		if v == nil {
			return k.reviewed().Take(nil, &q.Request, by)
		}
		if err := k.reviewed().Take(&v.Stage, &q.Request, by); err != nil {
			return err
		}
		after := ""
		if v.State == review.Published {
			if err := k.faults(v.Body, models.SensitiveOf(q.Account.Settings)); err != nil {
				return err
			}
			after = v.Body
			if err := v.takeEffect(ctx, t, q.Account.AppID, k.setting); err != nil {
				return err
			}
		}
		if err := v.save(ctx, t, q.Account.AppID); err != nil {
			return err
		}
		return audit(ctx, t, by, "text."+string(q.Step), q.Account.AppID, v, "", after, q.Reason)
	})
	if err != nil {
		return Text{}, models.Wrap("texts: step", err)
	}
	return b.Show(ctx, q.Account, q.Key)
}

func audit(ctx context.Context, t *store.Tx, by models.Who, action, appID string, v *Version, before, after, reason string) error {
	return t.Audit(ctx, models.AuditEntry{
		Who: by, Action: action, ObjectType: "text", ObjectID: string(v.Key), AppID: appID, Before: before, After: after, Reason: reason,
	})
}
