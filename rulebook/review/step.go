package review

import (
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// Step is what is done with a version on its way.
type Step string

// The steps. Return is a reviewer's and takes a reason; whoever writes may take it back.
const (
	Submit   Step = "submit"
	TakeBack Step = "take_back"
	Approve  Step = "approve"
	Return   Step = "return"
	Discard  Step = "discard"
	Publish  Step = "publish"
)

// Kind is what is reviewed.
type Kind struct {
	Title string // in Chinese
	// AtOnce: what is approved takes effect with it. Else it is published by a step of its own.
	AtOnce bool
}

// Request takes the version on its way one step on.
type Request struct {
	Step    Step
	Allowed []Step // those that who asks may take; nil = all
	Edition string // that was looked at: a conflict when it was changed since; "" = whatever there is
	Reason  string
}

// Edit is the version that something new is written into: the draft, or a new one. latest is the newest
// version, nil where there is none; base is the Edition of the draft that was changed, "" where there
// was none: when there is another by now the error is a conflict. force does not look.
func (k Kind) Edit(latest *Stage, by models.Who, base string, force bool) (Stage, error) {
	next, was := Stage{Version: 1, State: Draft, Author: by.Name}, ""
	if latest != nil {
		next.Version, next.ChangedAt = latest.Version+1, latest.ChangedAt // the edition goes on from it
		if latest.State.Open() {
			next.Version, next.Reason, was = latest.Version, latest.Reason, latest.Edition()
		}
	}
	switch {
	case latest != nil && latest.State == Waiting:
		return next, conflict(k.Title + "正在审核，请先收回再修改")
	case latest != nil && latest.State == Approved:
		return next, conflict(k.Title + "已审核，等待发布，请先退回再修改")
	case was != base && !force:
		return next, k.changed()
	}
	return next, nil
}

// Take changes the state of the newest version by a step, or says why it may not be taken.
func (k Kind) Take(v *Stage, q *Request, by models.Who) error {
	q.Reason = strings.TrimSpace(q.Reason)
	switch {
	case q.Allowed != nil && !slices.Contains(q.Allowed, q.Step):
		return noStep()
	case q.Step == Publish && !k.AtOnce && (v == nil || v.State != Approved):
		return conflict(k.Title + "还没有由第二人审核通过，不能发布")
	case v == nil || !v.State.Open():
		return conflict(k.Title + "没有在改的草稿，请先写一份")
	case q.Edition != "" && q.Edition != v.Edition():
		return k.changed()
	}
	switch q.Step {
	case Submit:
		if v.State != Draft {
			return conflict(k.Title + "已经送审")
		}
		v.State, v.Reason = Waiting, ""
	case Discard:
		v.State = Discarded
	case Approve, Return, TakeBack:
		return k.review(v, q, by)
	case Publish:
		if k.AtOnce {
			return noStep()
		}
		v.State = Published
	default:
		return noStep()
	}
	return nil
}

func noStep() error {
	const none = "没有这一步，见 /openapi.yaml"
	return models.FieldFault(none, "step", none)
}

func (k Kind) review(v *Stage, q *Request, by models.Who) error {
	switch {
	case v.State != Waiting && (v.State != Approved || q.Step == Approve):
		return conflict(k.Title + "不在审核中")
	case q.Step == Return && q.Reason == "":
		return models.Faulty("请写退回的理由，作者会看到", models.Fault("reason", "reason_missing", "请写退回的理由，作者会看到"))
	case q.Step != Approve:
		v.State, v.Reviewer, v.Reason = Draft, "", q.Reason
		return nil
	case by.Name == "" || v.Author == by.Name:
		return models.NewError(models.CodeSamePerson, k.Title+"是自己写的，不能自己审核，请由另一人审核")
	}
	v.State, v.Reviewer = Approved, by.Name
	if k.AtOnce {
		v.State = Published
	}
	return nil
}

func (k Kind) changed() *models.Error {
	return conflict(k.Title + "刚被别人改过，请看过再操作")
}

func conflict(text string) *models.Error { return models.NewError(models.CodeConflict, text) }
