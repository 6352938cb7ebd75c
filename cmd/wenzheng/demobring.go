package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// recordsDone in the audit log says that the records beside the messages are there; the
// object is the seed.
const recordsDone = "history.records"

// bringRecords brings to every demo account what an office imports beside its messages:
// followers, articles, ratings, cases, service items, self-tests and the platform's own
// counts. The months must be there; what was brought before is left alone.
func (i *installation) bringRecords(ctx context.Context, tellings []telling) error {
	for k := range tellings {
		t := &tellings[k]
		pl, _, done, err := i.planned(ctx, t)
		if err != nil {
			return err
		}
		brought := false
		err = i.AuditEntries(ctx, store.AuditFilter{AppID: t.account.AppID, Action: recordsDone}, func(models.AuditEntry) error {
			brought = true
			return nil
		})
		if err != nil {
			return err
		}
		if brought || !done {
			continue
		}
		p := &past{demoAccount: demoAccountOf(t.account.AppID), plan: pl, workday: i.calendar.Workday}
		if err := i.bring(ctx, p); err != nil {
			return fmt.Errorf("demo records of %s: %w", t.account.Name, err)
		}
		if err := i.enter(ctx, recordsDone, t.account.AppID, t.seed, pl); err != nil {
			return err
		}
	}
	return nil
}

func demoAccountOf(appID string) *demoAccount {
	for _, a := range demoAccounts() {
		if a.AppID == appID {
			return &a
		}
	}
	panic("no demo account " + appID) // tellings are made of demoAccounts
}

func (i *installation) bring(ctx context.Context, p *past) error {
	surges, err := i.surges(ctx, p)
	if err != nil {
		return err
	}
	if _, err := i.ImportFollowers(ctx, p.crowd()); err != nil {
		return err
	}
	if _, err := i.ImportArticles(ctx, p.articles(surges)); err != nil {
		return err
	}
	if err := saveAll(ctx, p.cases(), i.SaveCase); err != nil {
		return err
	}
	if err := saveAll(ctx, p.items(), i.SaveServiceItem); err != nil {
		return err
	}
	if err := saveAll(ctx, p.probes(), i.SaveProbe); err != nil {
		return err
	}
	if err := i.bringPlatform(ctx, p); err != nil {
		return err
	}
	return i.bringRatings(ctx, p)
}

func saveAll[T any](ctx context.Context, list []T, save func(context.Context, T) error) error {
	for _, v := range list {
		if err := save(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// surges are all rises of questions on a topic within the months, day by day.
func (i *installation) surges(ctx context.Context, p *past) ([]indices.Surge, error) {
	counted, err := i.Measured(ctx, store.Window{AppID: p.AppID, From: p.From, To: p.Until, AsOf: p.Until})
	if err != nil {
		return nil, err
	}
	asks := asksOf(&counted)
	bounds := indices.DefaultThresholds()
	known := map[string]bool{}
	var list []indices.Surge
	var until []indices.Asks
	p.days(func(_ int, day time.Time) {
		for end := day.AddDate(0, 0, 1).Unix(); len(until) < len(asks) && asks[len(until)].Hour < end; {
			until = append(until, asks[len(until)])
		}
		for _, s := range indices.Surges(until, counted.AsksFrom, &bounds) {
			if id := s.Topic + s.At.Format(time.DateTime); !known[id] {
				known[id] = true
				list = append(list, s)
			}
		}
	})
	return list, nil
}

// bringPlatform brings the platform's counts of messages, which are those of the log, and
// its counts of callbacks.
func (i *installation) bringPlatform(ctx context.Context, p *past) error {
	kinds, err := i.Kinds(ctx, store.Filter{AppIDs: []string{p.AppID}, From: p.From, To: p.Until, Dir: models.DirIn, Channel: models.ChannelChat})
	if err != nil {
		return err
	}
	d := p.dice("callbacks")
	callbacks, messages := map[string]int64{}, map[string]map[string]int64{}
	for k, n := range kinds {
		day, err := time.Parse("20060102", strconv.Itoa(k.Day))
		if err != nil {
			return fmt.Errorf("day %d: %w", k.Day, err)
		}
		name := day.Format(time.DateOnly)
		callbacks[name] += n
		if k.Kind == models.MsgTypeText || k.Kind == models.MsgTypeImage {
			if messages[name] == nil {
				messages[name] = map[string]int64{}
			}
			messages[name][k.Kind] += n
		}
	}
	for n := range p.Days {
		day := p.From.AddDate(0, 0, n)
		name := day.Format(time.DateOnly)
		if day.AddDate(0, 0, 1).After(p.Until) || callbacks[name] == 0 { // the platform counts days that are over
			continue
		}
		failed := d.about(float64(callbacks[name]) * d.between(p.habits.failures, .9))
		calls := callbacks[name] + failed
		if err := i.SaveInterfaceDay(ctx, store.InterfaceDay{
			AppID: p.AppID, Day: name, Callbacks: calls, Failures: failed, TotalMS: calls * (6 + d.Int64N(6)), MaxMS: 40 + d.Int64N(200),
		}); err != nil {
			return err
		}
		for kind, sent := range messages[name] {
			if err := i.SaveLogDay(ctx, store.UpstreamDay{AppID: p.AppID, Day: name, Type: kind, Messages: sent, Users: sent - sent/3}); err != nil {
				return err
			}
		}
	}
	return nil
}

// bringRatings lets some of the citizens who were answered say how they liked it, minutes
// after the answer.
func (i *installation) bringRatings(ctx context.Context, p *past) error {
	waits, err := i.Waits(ctx, store.Window{AppID: p.AppID, From: p.From, To: p.Until, AsOf: p.Until})
	if err != nil {
		return err
	}
	d := p.dice("ratings")
	var list []store.Rating
	for k := range waits {
		w := &waits[k]
		rates, pleased, after := d.falls(p.habits.rates), d.falls(p.habits.pleased), time.Duration(60+d.IntN(900))*time.Second
		at := time.Unix(max(w.AnswerAt, w.BotAt), 0).Add(after)
		if !rates || w.AnswerAt == 0 && w.BotAt == 0 || w.LeftAt != 0 || !at.Before(p.Until) {
			continue
		}
		list = append(list, store.Rating{AppID: p.AppID, UID: w.UID, At: at, Satisfied: pleased, Solved: pleased})
	}
	_, _, err = i.ImportRatings(ctx, list)
	return err
}
