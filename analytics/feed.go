package analytics

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

const (
	// FeedInterval is how often Tell is to be called.
	FeedInterval = 100 * time.Millisecond
	// feedPause lies between two tellings, however many listen and however much arrives: with the
	// drain's own delay well inside the promised two seconds. Where telling takes long, so does the
	// pause: no more than one part in feedShare of a processor is spent on it.
	feedPause = 900 * time.Millisecond
	feedShare = 5
	// recountEvery is how often all accounts are looked at for what the clock alone changes,
	// and for rows stored by other instances.
	recountEvery = 5 * time.Second
	// feedWithin bounds one round of questions to the database.
	feedWithin = 10 * time.Second
)

// Hub hands events to those who listen.
type Hub interface {
	Listeners() int
	// Publish sends an event about an account to everybody who listens to it. It never waits.
	Publish(account, name string, event any) error
}

// Feed tells the listeners of the live stream what the log adds up to, as it changes. It asks
// the database only while somebody listens.
type Feed struct {
	analytics *Analytics
	hub       Hub

	mu    sync.Mutex
	dirty map[string]bool

	// Of Tell alone:
	said          map[string]any // by account and event
	heard         bool           // somebody listened in the run before
	counted, next time.Time      // when all accounts were looked at, and the end of the pause
}

// NewFeed returns a feed that has told nothing yet.
func NewFeed(a *Analytics, hub Hub) *Feed {
	return &Feed{analytics: a, hub: hub, dirty: map[string]bool{}, said: map[string]any{}}
}

// Stored notes that rows of these accounts were committed. It never waits.
func (f *Feed) Stored(appIDs []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range appIDs {
		f.dirty[id] = true
	}
}

// Tell tells what there is to tell, unless the pause after the last telling is not over. One call
// ends before the next begins.
func (f *Feed) Tell(ctx context.Context) error {
	now := time.Now()
	if now.Before(f.next) {
		return nil
	}
	all := now.Sub(f.counted) >= recountEvery
	told, heard, err := f.round(ctx, all)
	if heard && all {
		f.counted = now
	}
	if told {
		f.next = time.Now().Add(pauseAfter(time.Since(now)))
	}
	return err
}

// pauseAfter is how long to wait after a telling that took so long.
func pauseAfter(took time.Duration) time.Duration {
	return max(feedPause, (feedShare-1)*took)
}

// round tells what changed in the accounts that had new rows, or in all of them. It reports
// whether it asked the database, and whether anybody listened.
func (f *Feed) round(ctx context.Context, all bool) (told, heard bool, err error) {
	if f.hub.Listeners() == 0 {
		f.heard = false
		return false, false, nil
	}
	all = all || !f.heard
	f.heard = true
	f.mu.Lock()
	dirty := f.dirty
	f.dirty = map[string]bool{}
	f.mu.Unlock()
	if !all && len(dirty) == 0 {
		return false, true, nil
	}
	ctx, cancel := context.WithTimeout(ctx, feedWithin)
	defer cancel()
	err = f.tellAccounts(ctx, dirty, all)
	if err != nil && ctx.Err() == nil {
		f.Stored(slices.Collect(maps.Keys(dirty))) // once more in the next round
		return true, true, err
	}
	return true, true, nil
}

func (f *Feed) tellAccounts(ctx context.Context, dirty map[string]bool, all bool) error {
	accounts, err := f.analytics.accounts(ctx, nil)
	if err != nil {
		return err
	}
	calendar, err := f.analytics.calendar(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if !all && !dirty[a.AppID] {
			continue
		}
		if err := f.account(ctx, a, calendar); err != nil {
			return err
		}
	}
	return nil
}

// liveCounters are today's counts of an account and its backlog.
type liveCounters struct {
	Account string             `json:"account"`
	AsOf    time.Time          `json:"as_of"`
	Day     string             `json:"day"`
	Inbound int64              `json:"inbound"`
	Active  int64              `json:"active_citizens"`
	Waits   indices.WaitCounts `json:"waits"`
	Backlog indices.Backlog    `json:"backlog"`
}

// liveIndices are the indices of an account over the last 30 days, today among them, that move
// with the log.
type liveIndices struct {
	Account     string           `json:"account"`
	AsOf        time.Time        `json:"as_of"`
	From        time.Time        `json:"from"`
	To          time.Time        `json:"to"`
	Provisional bool             `json:"provisional"`
	RTI         *float64         `json:"rti"`
	RTIOffice   *float64         `json:"rti_office"`
	Rate48h     *float64         `json:"rate_48h"`
	P50         indices.Quantile `json:"p50_s"`
	P90         indices.Quantile `json:"p90_s"`
	Interaction *float64         `json:"interaction_index"`
	SelfServed  *float64         `json:"self_served"`
	TwoWay      *float64         `json:"two_way"`
}

func (f *Feed) account(ctx context.Context, a models.Account, calendar *indices.Calendar) error {
	asOf, zone := f.analytics.now(), indices.Shanghai()
	day := indices.StartOfDay(asOf)
	to := day.AddDate(0, 0, 1)
	from := to.AddDate(0, 0, -usualWindow)
	windows := []waits.Window{{AppID: a.AppID, From: day, To: to, AsOf: asOf}, {AppID: a.AppID, From: from, To: to, AsOf: asOf}}
	read, err := f.analytics.waits.MeasuredNow(ctx, windows...)
	if err != nil {
		return err
	}
	today, err := f.analytics.inputsOf(a, windows[0], calendar, &read[0])
	if err != nil {
		return err
	}
	r := indices.Compute(&today)
	counters := liveCounters{
		Account: a.AppID, Day: day.Format(time.DateOnly), Inbound: r.Counts.Inbound,
		Active: r.Counts.ActiveCitizens, Waits: r.Counts.Waits, Backlog: r.Backlog,
	}
	still := counters
	still.Backlog.Oldest = nil // grows every second by itself
	counters.AsOf = asOf.In(zone)
	if err := f.say(a.AppID, "counters", &counters, &still); err != nil {
		return err
	}
	month, err := f.analytics.inputsOf(a, windows[1], calendar, &read[1])
	if err != nil {
		return err
	}
	r = indices.Compute(&month)
	changed := liveIndices{
		Account: a.AppID, From: from, Provisional: r.Provisional,
		RTI: r.RTI.Value, RTIOffice: r.RTI.Office, Rate48h: r.Limits[models.ChatLimits-1].Rate,
		P50: r.Response.P50, P90: r.Response.P90, Interaction: r.Interaction.Value, SelfServed: r.SelfServed, TwoWay: r.TwoWay,
	}
	unstamped := changed
	changed.AsOf, changed.To = asOf.In(zone), asOf.In(zone)
	return f.say(a.AppID, "indices", &changed, &unstamped)
}

// say publishes an event when still, what it holds beside the passing of time, differs from
// that of the last of its kind.
func (f *Feed) say(account, name string, event, still any) error {
	key := account + " " + name
	if reflect.DeepEqual(f.said[key], still) {
		return nil
	}
	if err := f.hub.Publish(account, name, event); err != nil {
		return err
	}
	f.said[key] = still
	return nil
}
