package main

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// takePins sets the emergency answers; a change of one raises the version of the rules.
func (a *accounts) takePins(ctx context.Context) {
	pins, err := a.v.store.Pins(ctx)
	if err != nil {
		a.failed(ctx, "pins", "没有读到应急置顶，仍用原来的："+store.Explain(err).Message, err)
		return
	}
	a.mended("pins")
	a.mu.Lock()
	a.pins = pins
	a.mu.Unlock()
	a.pin(pins)
}

func (a *accounts) pin(pins map[string]models.Pin) {
	for _, account := range a.all() {
		if pin, ok := pins[account.AppID]; ok {
			a.v.brain.Pin(account.AppID, &pin)
		} else {
			a.v.brain.Pin(account.AppID, nil)
		}
	}
}

// takeDialogues hears what other instances, or this one before its restart, remember.
func (a *accounts) takeDialogues(ctx context.Context) {
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
