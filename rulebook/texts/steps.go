package texts

import (
	"context"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
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
		next := Version{Key: q.Key, Version: 1, State: Drafted, Body: body, Author: by.Name}
		before, base := "", ""
		if last != nil {
			next.Version, next.ChangedAt, before = last.Version+1, last.ChangedAt, last.Body
			if last.open() {
				next.Version, next.Reason, base = last.Version, last.Reason, last.edition()
			}
		}
		switch {
		case last != nil && last.State == Review:
			return models.NewError(models.CodeConflict, k.title+"正在审核，请先收回再修改")
		case base != q.Base && !q.Force:
			return errChanged(&k)
		}
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

// Step is what is done with a text on its way.
type Step string

// The steps. What is approved is in effect at once. Return is a reviewer's and takes a reason; whoever
// writes may take the text back.
const (
	Submit   Step = "submit"
	TakeBack Step = "take_back"
	Discard  Step = "discard"
	Approve  Step = "approve"
	Return   Step = "return"
)

// StepRequest takes a text of an account one step on.
type StepRequest struct {
	Account models.Account
	Key     Key
	Allowed []Step // those that who asks may take; nil = all
	Step    Step
	Edition string // that was looked at: a conflict when it was changed since; "" = whatever there is
	Reason  string
}

// Step takes the text on its way one step on.
func (b *Book) Step(ctx context.Context, by models.Who, q StepRequest) (Text, error) {
	k, err := ownKind(q.Key)
	if err != nil {
		return Text{}, err
	}
	if q.Allowed != nil && !slices.Contains(q.Allowed, q.Step) {
		return Text{}, models.FieldFault("没有这一步，见 /openapi.yaml", "step", "没有这一步，见 /openapi.yaml")
	}
	q.Reason = strings.TrimSpace(q.Reason)
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		v, err := latest(ctx, t, q.Account.AppID, q.Key)
		switch {
		case err != nil:
			return err
		case v == nil || !v.open():
			return models.NewError(models.CodeConflict, k.title+"没有在改的草稿")
		case q.Edition != "" && q.Edition != v.edition():
			return errChanged(&k)
		}
		if err := v.take(&k, &q, by); err != nil {
			return err
		}
		after := ""
		if v.State == Published {
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

// take changes the state of a version by a step, or says why it may not be taken.
func (v *Version) take(k *kind, q *StepRequest, by models.Who) error {
	switch q.Step {
	case Submit:
		if v.State != Drafted {
			return models.NewError(models.CodeConflict, k.title+"已经送审")
		}
		v.State, v.Reason = Review, ""
	case Discard:
		v.State = Discarded
	case Approve, Return, TakeBack:
		return v.review(k, q, by)
	default:
		return models.FieldFault("应为 submit、take_back、discard、approve、return 之一", "step", "应为 submit、take_back、discard、approve、return 之一")
	}
	return nil
}

func (v *Version) review(k *kind, q *StepRequest, by models.Who) error {
	switch {
	case v.State != Review:
		return models.NewError(models.CodeConflict, k.title+"不在审核中")
	case q.Step == Return && q.Reason == "":
		return models.FieldFault("请写退回的理由，作者会看到", "reason", "请写退回的理由，作者会看到")
	case q.Step != Approve:
		v.State, v.Reason = Drafted, q.Reason
		return nil
	case by.Name == "" || v.Author == by.Name:
		return models.NewError(models.CodeSamePerson, k.title+"是自己写的，不能自己审核，请由另一人审核")
	}
	if err := k.faults(v.Body, models.SensitiveOf(q.Account.Settings)); err != nil {
		return err
	}
	v.State, v.Reviewer = Published, by.Name
	return nil
}

func errChanged(k *kind) error {
	return models.NewError(models.CodeConflict, k.title+"刚被别人改过，请看过再操作")
}

func audit(ctx context.Context, t *store.Tx, by models.Who, action, appID string, v *Version, before, after, reason string) error {
	return t.Audit(ctx, models.AuditEntry{
		Who: by, Action: action, ObjectType: "text", ObjectID: string(v.Key), AppID: appID, Before: before, After: after, Reason: reason,
	})
}
