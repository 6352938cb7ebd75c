package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store"
)

// accountRequest is one account's months as they are asked for.
type accountRequest struct {
	account   models.Account
	character simulator.Character
	days      int
	seed      uint64
}

// Plan is what was asked for when the months were begun. It stands in the audit log, so
// that an interrupted run goes on with the same events and a finished one is known.
type Plan struct {
	From      time.Time           `json:"from"`
	Until     time.Time           `json:"until"`
	Days      int                 `json:"days"`
	Seed      uint64              `json:"seed,string"`
	Character simulator.Character `json:"character"`
}

// Audit actions around the months of one account; the object is the seed.
const (
	ActionHistoryBegin = "history.begin"
	ActionHistoryEnd   = "history.end"
	ActionRecords      = "history.records" // the records beside the messages are there
)

// HistoryResult is what was written for one account.
type HistoryResult struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Plan
	Existed  bool    `json:"existed"`      // finished by an earlier run: nothing was added
	Kept     int     `json:"kept"`         // events an interrupted run had written
	Events   int     `json:"events"`       // messages and events of citizens delivered
	Answers  int     `json:"answers"`      // by hand
	Repeats  int     `json:"redeliveries"` // deliveries on top
	Seconds  float64 `json:"seconds"`      // of the whole run
	Verified int     `json:"verified"`     // events found in the log exactly once
}

// findPlan finds the plan of a request in the audit log, and whether it was carried out.
func (c *City) findPlan(ctx context.Context, r *accountRequest) (pl Plan, begun, done bool, err error) {
	object := strconv.FormatUint(r.seed, 10)
	err = c.store.AuditEntries(ctx, store.AuditFilter{AppID: r.account.AppID, Action: ActionHistoryBegin}, func(e models.AuditEntry) error {
		if begun || e.ObjectID != object {
			return nil
		}
		begun = true
		return json.Unmarshal([]byte(e.After), &pl)
	})
	if err != nil || !begun {
		return pl, false, false, err
	}
	err = c.store.AuditEntries(ctx, store.AuditFilter{AppID: r.account.AppID, Action: ActionHistoryEnd}, func(e models.AuditEntry) error {
		done = done || e.ObjectID == object
		return nil
	})
	return pl, true, done, err
}

// plan finds the plan of a request, or makes and enters a new one.
func (c *City) plan(ctx context.Context, who models.Who, r *accountRequest, now time.Time) (pl Plan, done bool, err error) {
	pl, begun, done, err := c.findPlan(ctx, r)
	if err != nil || begun {
		return pl, done, err
	}
	until := now.In(indices.Shanghai()).Truncate(time.Second)
	y, m, d := until.AddDate(0, 0, 1-r.days).Date()
	pl = Plan{
		From: time.Date(y, m, d, 0, 0, 0, 0, indices.Shanghai()), Until: until,
		Days: r.days, Seed: r.seed, Character: r.character,
	}
	return pl, false, c.audit(ctx, who, ActionHistoryBegin, r.account.AppID, r.seed, pl)
}

// audit writes what is begun or done into the audit log; the object is the seed.
func (c *City) audit(ctx context.Context, who models.Who, action, appID string, seed uint64, what any) error {
	after, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return c.store.Audit(ctx, models.AuditEntry{
		Who: who, Action: action, ObjectType: "history", ObjectID: strconv.FormatUint(seed, 10), AppID: appID,
		Reason: "演示数据，全部虚构", After: string(after),
	})
}

// HistoryRequest asks for fictional months of official accounts, up to now.
type HistoryRequest struct {
	AppID     string // "" = every account
	Days      int    // 1 to MaxHistoryDays
	Seed      uint64 // an account has the months of one seed once
	Character simulator.Character
}

// MaxHistoryDays bounds what one request may ask for.
const MaxHistoryDays = 1000

// WriteHistory writes what is missing of the months and says of each account what is there. onDay
// hears which day is written, from 0 on. It may be interrupted at any time and called again.
func (c *City) WriteHistory(ctx context.Context, who models.Who, r HistoryRequest, onDay func(int)) ([]HistoryResult, error) {
	if r.Days < 1 || r.Days > MaxHistoryDays {
		return nil, models.NewError(models.CodeInvalid, "天数应为 1 至 "+strconv.Itoa(MaxHistoryDays))
	}
	var accounts []models.Account
	var err error
	if r.AppID == "" {
		accounts, err = c.store.Accounts(ctx)
	} else {
		accounts = make([]models.Account, 1)
		accounts[0], err = c.store.Account(ctx, r.AppID)
	}
	if err != nil {
		return nil, err
	}
	if len(accounts) == 0 {
		return nil, models.NewError(models.CodeNotFound, "还没有账号，请先运行 wenzheng account add，或用 wenzheng demo 试用")
	}
	requests := make([]accountRequest, len(accounts))
	for i := range accounts {
		requests[i] = accountRequest{account: accounts[i], character: r.Character, days: r.Days, seed: r.Seed}
	}
	return c.writeHistories(ctx, who, requests, onDay)
}

func (c *City) writeHistories(ctx context.Context, who models.Who, requests []accountRequest, onDay func(int)) ([]HistoryResult, error) {
	begun := c.options.Now()
	results := make([]HistoryResult, len(requests))
	var jobs []*historyJob
	for i := range requests {
		r := &requests[i]
		pl, done, err := c.plan(ctx, who, r, begun)
		if err != nil {
			return nil, err
		}
		results[i] = HistoryResult{Account: r.account.AppID, Name: r.account.Name, Plan: pl, Existed: done}
		if !done {
			jobs = append(jobs, newHistoryJob(r.account, &results[i], &c.options))
		}
	}
	if len(jobs) == 0 {
		return results, nil
	}
	slices.SortStableFunc(jobs, func(a, b *historyJob) int { return cmp.Compare(a.From.Unix(), b.From.Unix()) })
	if err := c.runJobs(ctx, jobs, onDay); err != nil {
		return nil, err
	}
	for _, job := range jobs {
		job.Seconds = c.options.Now().Sub(begun).Seconds()
		if err := c.audit(ctx, who, ActionHistoryEnd, job.Account, job.Seed, job.HistoryResult); err != nil {
			return nil, err
		}
	}
	return results, nil
}
