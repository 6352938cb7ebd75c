package main

import (
	"context"
	"strconv"

	"github.com/wenzheng/wenzheng"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/indices"
)

// api wires the JSON interface to the store: questions, and the live stream.
func (v *service) api(ctx context.Context) *handler.API {
	hub := handler.NewHub(handler.HubOptions{Epoch: strconv.FormatInt(v.now().UnixMilli(), 36)})
	m := &measurer{store: v.store, waits: v.waits, now: v.now, targets: targetsOf(v.settings)}
	v.feed = newFeed(m, hub, v.logger)
	v.store.OnStored(v.feed.stored)
	v.feed.Start(ctx)
	return &handler.API{
		Token: string(v.settings.API.Token), Measure: m, Live: hub, Metrics: seriesMetrics(),
		Spec: wenzheng.OpenAPI(), Zone: indices.Shanghai(),
	}
}
