package main

import (
	"context"
	"maps"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// takePins sets the emergency answers when one was set or taken away since they were last
// read to the end.
func (a *accounts) takePins(ctx context.Context, states map[string]store.RulesState) {
	marks := make(map[string]string, len(states))
	for appID, state := range states {
		marks[appID] = state.Pins
	}
	a.mu.Lock()
	known := a.pinMarks
	a.mu.Unlock()
	if known != nil && maps.Equal(known, marks) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	pins, err := a.v.store.Pins(ctx)
	if err != nil {
		a.failed(ctx, "pins", "没有读到应急置顶，仍用原来的，正在重试："+store.Explain(err).Message, err)
		return
	}
	a.mended("pins")
	a.pin(pins)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pins, a.pinMarks, a.unsaved = pins, marks, true
}

func (a *accounts) pin(pins map[string][]models.Pin) {
	for _, account := range a.all() {
		a.v.brain.Pin(account.AppID, pins[account.AppID]...)
	}
}

// takeDialogues hears what other instances, or this one before its restart, remember.
func (a *accounts) takeDialogues(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	dialogues, last, err := a.v.store.Dialogues(ctx, a.heard)
	if err != nil {
		a.failed(ctx, "dialogues", "没有读到其他实例的对话进度："+store.Explain(err).Message, err)
		return
	}
	a.mended("dialogues")
	for _, d := range dialogues {
		a.v.brain.Restore(d)
	}
	a.heard = last
}
