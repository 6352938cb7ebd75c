package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// importRecords brings to every account what an office imports beside its messages:
// followers, articles, ratings, cases, service items, self-tests and the platform's own
// counts. The months must be there; what was imported before is left alone.
func (c *City) importRecords(ctx context.Context, who models.Who, requests []accountRequest) error {
	for k := range requests {
		r := &requests[k]
		pl, _, done, err := c.findPlan(ctx, r)
		if err != nil {
			return err
		}
		imported := false
		err = c.store.AuditEntries(ctx, store.AuditFilter{AppID: r.account.AppID, Action: ActionRecords}, func(models.AuditEntry) error {
			imported = true
			return nil
		})
		if err != nil {
			return err
		}
		if imported || !done {
			continue
		}
		p := &recordGenerator{Account: accountOf(r.account.AppID), Plan: pl, workday: c.options.Calendar.Workday}
		if err := c.importFor(ctx, p); err != nil {
			return fmt.Errorf("demo records of %s: %w", r.account.Name, err)
		}
		if err := c.audit(ctx, who, ActionRecords, r.account.AppID, r.seed, pl); err != nil {
			return err
		}
	}
	return nil
}

func accountOf(appID string) *Account {
	for _, a := range Accounts() {
		if a.AppID == appID {
			return &a
		}
	}
	panic("no demo account " + appID) // requests are made of demoAccounts
}

func (c *City) importFor(ctx context.Context, p *recordGenerator) error {
	surges, err := c.surges(ctx, p)
	if err != nil {
		return err
	}
	if _, err := c.store.ImportFollowers(ctx, p.followers()); err != nil {
		return err
	}
	if _, err := c.store.ImportArticles(ctx, p.articles(surges)); err != nil {
		return err
	}
	if err := saveAll(ctx, p.cases(), c.store.SaveCase); err != nil {
		return err
	}
	if err := saveAll(ctx, p.items(), c.store.SaveServiceItem); err != nil {
		return err
	}
	if err := saveAll(ctx, p.probes(), c.store.SaveProbe); err != nil {
		return err
	}
	if err := c.importPlatformCounts(ctx, p); err != nil {
		return err
	}
	return c.importRatings(ctx, p)
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
func (c *City) surges(ctx context.Context, p *recordGenerator) ([]indices.Surge, error) {
	counted, err := c.waits.Measured(ctx, waits.Window{AppID: p.AppID, From: p.From, To: p.Until, AsOf: p.Until})
	if err != nil {
		return nil, err
	}
	asks := counted.AskHours
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

// importPlatformCounts brings the platform's counts of messages, which are those of the log, and
// its counts of callbacks.
func (c *City) importPlatformCounts(ctx context.Context, p *recordGenerator) error {
	kinds, err := c.store.Kinds(ctx, store.Filter{AppIDs: []string{p.AppID}, From: p.From, To: p.Until, Dir: models.DirIn, Channel: models.ChannelChat})
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
		failed := d.roundRandomly(float64(callbacks[name]) * d.vary(p.habits.failures, .9))
		calls := callbacks[name] + failed
		if err := c.store.SaveInterfaceDay(ctx, store.InterfaceDay{
			AppID: p.AppID, Day: name, Callbacks: calls, Failures: failed, TotalMS: calls * (6 + d.Int64N(6)), MaxMS: 40 + d.Int64N(200),
		}); err != nil {
			return err
		}
		for kind, sent := range messages[name] {
			if err := c.store.SaveLogDay(ctx, store.UpstreamDay{AppID: p.AppID, Day: name, Type: kind, Messages: sent, Users: sent - sent/3}); err != nil {
				return err
			}
		}
	}
	return nil
}

// importRatings lets some of the citizens who were answered say how they liked it, minutes
// after the answer.
func (c *City) importRatings(ctx context.Context, p *recordGenerator) error {
	opened, err := c.waits.Opened(ctx, waits.Window{AppID: p.AppID, From: p.From, To: p.Until, AsOf: p.Until})
	if err != nil {
		return err
	}
	d := p.dice("ratings")
	var list []models.Rating
	for k := range opened {
		w := &opened[k]
		rates, pleased, after := d.chance(p.habits.rates), d.chance(p.habits.pleased), time.Duration(60+d.IntN(900))*time.Second
		at := time.Unix(max(w.AnswerAt, w.BotAt), 0).Add(after)
		if !rates || w.AnswerAt == 0 && w.BotAt == 0 || w.LeftAt != 0 || !at.Before(p.Until) {
			continue
		}
		list = append(list, models.Rating{AppID: p.AppID, UID: w.UID, At: at, Satisfied: pleased, Solved: pleased})
	}
	_, _, err = c.waits.ImportRatings(ctx, list)
	return err
}
