package worker

import (
	"context"
	"maps"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// takePins sets the emergency answers when one was set or taken away since they were last
// read to the end.
func (r *reloader) takePins(ctx context.Context, states map[string]store.RulesState) {
	marks := make(map[string]string, len(states))
	for appID, state := range states {
		marks[appID] = state.Pins
	}
	r.mu.Lock()
	known := r.pinMarks
	r.mu.Unlock()
	if known != nil && maps.Equal(known, marks) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	pins, err := r.o.Store.Pins(ctx)
	if err != nil {
		r.failed(ctx, "pins", models.Say("pins_unread", "没有读到应急置顶，仍用原来的，正在重试：{cause}", cause(err)...), err)
		return
	}
	r.mended("pins")
	r.pin(pins)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pins, r.pinMarks, r.unsaved = pins, marks, true
}

func (r *reloader) pin(pins map[string][]models.Pin) {
	for _, account := range r.all() {
		r.o.Brain.Pin(account.AppID, pins[account.AppID]...)
	}
}

// takeDialogues hears what other instances, or this one before its restart, remember.
func (r *reloader) takeDialogues(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	dialogues, last, err := r.o.Store.Dialogues(ctx, r.heard)
	if err != nil {
		r.failed(ctx, "dialogues", models.Say("dialogues_unread", "没有读到其他实例的对话进度：{cause}", cause(err)...), err)
		return
	}
	r.mended("dialogues")
	for _, d := range dialogues {
		r.o.Brain.Restore(d)
	}
	r.heard = last
}
