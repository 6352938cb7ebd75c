package main

import (
	"context"
	"strconv"

	"github.com/wenzheng/wenzheng"
	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/worker"
)

// api wires the JSON interface to the log: questions, and the live stream.
func (v *service) api(ctx context.Context) *handler.API {
	hub := handler.NewHub(handler.HubOptions{Epoch: strconv.FormatInt(v.now().UnixMilli(), 36)})
	a := analytics.New(v.store, v.waits, analytics.Options{Now: v.now, Targets: targetsOf(v.settings)})
	feed := analytics.NewFeed(a, hub)
	v.store.OnStored(feed.Stored)
	v.feed = worker.Periodic{Name: "live figures", Interval: analytics.FeedInterval, Logger: v.logger, Run: feed.Tell}
	v.feed.Start(ctx)
	return &handler.API{
		Token: string(v.settings.API.Token), Measure: answers{a}, Live: hub, Metrics: analytics.SeriesMetrics(),
		Spec: wenzheng.OpenAPI(), Zone: indices.Shanghai(),
	}
}

// answers puts the questions of the interface to the room that answers them.
type answers struct{ *analytics.Analytics }

// Indices implements handler.Measure.
func (a answers) Indices(ctx context.Context, q handler.IndicesQuery) (any, error) {
	return a.Analytics.Indices(ctx, analytics.IndicesQuery(q), nil)
}

// Series implements handler.Measure.
func (a answers) Series(ctx context.Context, q handler.SeriesQuery) (any, error) {
	return a.Analytics.Series(ctx, analytics.SeriesQuery(q))
}

// Waits implements handler.Measure.
func (a answers) Waits(ctx context.Context, q handler.WaitsQuery) (any, error) {
	return a.OpenWaits(ctx, analytics.OpenWaitsQuery(q))
}
