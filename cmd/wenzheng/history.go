package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store"
)

type simulateHistoryCmd struct {
	Days      int    `help:"写多少天，到此刻为止" default:"90"`
	Seed      uint64 `help:"随机种子；同一账号的同一种子只写一次" default:"1"`
	Character string `help:"单位的样子：fast 答得快，slow 答得慢，posts 只发文章不答复" enum:"fast,slow,posts" default:"fast"`
	JSON      bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (simulateHistoryCmd) Help() string {
	return "例：wenzheng --config demo-data/wenzheng.yaml simulate --account wx00000000000d0001 history --days 90 --seed 1\n" +
		"消息以模拟的时钟走真实的回调、规则和日志，坐席答复按时写入；不写 --account 则写全部账号。\n" +
		"中断后再次运行会接着写完；已写完的不会再写。写入的都是虚构数据，审计里记为 " + historyBegun + "，请勿用于真实账号。"
}

// Run writes the months that are not there yet.
func (c *simulateHistoryCmd) Run(ctx context.Context, p *program, parent *simulateCmd) error {
	if len(parent.URL) > 0 || parent.Token != "" || parent.Journal != "" {
		return models.NewError(models.CodeInvalid, "simulate history 自己运行一个服务，不用 --url、--token 和 --journal")
	}
	if c.Days < 1 || c.Days > maxHistoryDays {
		return models.NewError(models.CodeInvalid, "--days 应为 1 至 "+strconv.Itoa(maxHistoryDays))
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	if !st.settings.Simulator.Enabled {
		return models.NewError(models.CodeForbidden, "虚构的数据写进真实台账后无法删除，因此只在 simulator.enabled 为 true 时运行："+
			"请在试用的设置里写上，或设置 WENZHENG_SIMULATOR_ENABLED=true")
	}
	tellings, err := c.tellings(ctx, st, parent.Account)
	if err != nil {
		return err
	}
	bar := p.progress("历史", c.Days)
	told, err := p.tellHistory(ctx, st, tellings, bar.set)
	bar.end()
	if err != nil {
		return err
	}
	return c.print(p, told)
}

const maxHistoryDays = 1000

func (c *simulateHistoryCmd) tellings(ctx context.Context, st *installation, appID string) ([]telling, error) {
	var accounts []models.Account
	var err error
	if appID == "" {
		accounts, err = st.Accounts(ctx)
	} else {
		accounts = make([]models.Account, 1)
		accounts[0], err = st.Account(ctx, appID)
	}
	if err != nil {
		return nil, err
	}
	if len(accounts) == 0 {
		return nil, models.NewError(models.CodeNotFound, "还没有账号，请先运行 wenzheng account add，或用 wenzheng demo 试用")
	}
	character := map[string]simulator.Character{"fast": simulator.Fast, "slow": simulator.Slow, "posts": simulator.PostsOnly}[c.Character]
	tellings := make([]telling, 0, len(accounts))
	for _, a := range accounts {
		tellings = append(tellings, telling{account: a, character: character, days: c.Days, seed: c.Seed})
	}
	return tellings, nil
}

func (c *simulateHistoryCmd) print(p *program, told []chapter) error {
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(told)
	}
	for i := range told {
		if err := told[i].print(p.stdout); err != nil {
			return err
		}
	}
	return nil
}

// telling is one account's months as they are asked for.
type telling struct {
	account   models.Account
	character simulator.Character
	days      int
	seed      uint64
}

// plan is what was asked for when the months were begun. It stands in the audit log, so
// that an interrupted run goes on with the same events and a finished one is known.
type plan struct {
	From      time.Time           `json:"from"`
	Until     time.Time           `json:"until"`
	Days      int                 `json:"days"`
	Seed      uint64              `json:"seed,string"`
	Character simulator.Character `json:"character"`
}

// Audit actions around the months of one account; the object is the seed.
const (
	historyBegun = "history.begin"
	historyDone  = "history.end"
)

// chapter is what was written for one account.
type chapter struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	plan
	Existed  bool    `json:"existed"`  // finished by an earlier run: nothing was added
	Kept     int     `json:"kept"`     // events an interrupted run had written
	Events   int     `json:"events"`   // messages and events of citizens delivered
	Answers  int     `json:"answers"`  // by hand
	Repeats  int     `json:"repeats"`  // deliveries on top
	Seconds  float64 `json:"seconds"`  // of the whole run
	Verified int     `json:"verified"` // events found in the log exactly once
}

func (c *chapter) print(w io.Writer) (err error) {
	from, until := c.From.Format(time.DateOnly), c.Until.Format(time.DateOnly)
	if c.Existed {
		_, err = fmt.Fprintf(w, "%s：%s 至 %s 的演示数据已在，没有再写\n", c.Name, from, until)
		return err
	}
	kept := ""
	if c.Kept > 0 {
		kept = fmt.Sprintf("（另有上次已写的 %d 条）", c.Kept)
	}
	_, err = fmt.Fprintf(w, "%s：%s 至 %s，市民的消息与事件 %d 条%s，坐席答复 %d 条，重复投递 %d 次；逐条核对，每条恰在日志中一次\n",
		c.Name, from, until, c.Events, kept, c.Answers, c.Repeats)
	return err
}

// planned finds the plan of a telling in the audit log, and whether it was carried out.
func (i *installation) planned(ctx context.Context, t *telling) (pl plan, begun, done bool, err error) {
	object := strconv.FormatUint(t.seed, 10)
	err = i.AuditEntries(ctx, store.AuditFilter{AppID: t.account.AppID, Action: historyBegun}, func(e models.AuditEntry) error {
		if begun || e.ObjectID != object {
			return nil
		}
		begun = true
		return json.Unmarshal([]byte(e.After), &pl)
	})
	if err != nil || !begun {
		return pl, false, false, err
	}
	err = i.AuditEntries(ctx, store.AuditFilter{AppID: t.account.AppID, Action: historyDone}, func(e models.AuditEntry) error {
		done = done || e.ObjectID == object
		return nil
	})
	return pl, true, done, err
}

// begin finds the plan of a telling, or makes and enters a new one.
func (i *installation) begin(ctx context.Context, t *telling, now time.Time) (pl plan, done bool, err error) {
	pl, begun, done, err := i.planned(ctx, t)
	if err != nil || begun {
		return pl, done, err
	}
	until := now.In(indices.Shanghai()).Truncate(time.Second)
	y, m, d := until.AddDate(0, 0, 1-t.days).Date()
	pl = plan{
		From: time.Date(y, m, d, 0, 0, 0, 0, indices.Shanghai()), Until: until,
		Days: t.days, Seed: t.seed, Character: t.character,
	}
	return pl, false, i.enter(ctx, historyBegun, t.account.AppID, t.seed, pl)
}

// untold reports whether one of the tellings is not finished.
func (i *installation) untold(ctx context.Context, tellings []telling) (bool, error) {
	for k := range tellings {
		_, _, done, err := i.planned(ctx, &tellings[k])
		if err != nil || !done {
			return true, err
		}
	}
	return false, nil
}

// enter marks the months in the audit log.
func (i *installation) enter(ctx context.Context, action, appID string, seed uint64, what any) error {
	after, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return i.Audit(ctx, models.AuditEntry{
		Who: operator(), Action: action, ObjectType: "history", ObjectID: strconv.FormatUint(seed, 10), AppID: appID,
		Reason: "演示数据，全部虚构", After: string(after),
	})
}

// tellHistory writes what is missing of the months, and says of each account what is there.
func (p *program) tellHistory(ctx context.Context, st *installation, tellings []telling, day func(int)) ([]chapter, error) {
	begun := p.now()
	told := make([]chapter, len(tellings))
	var open []*chronicle
	for i := range tellings {
		t := &tellings[i]
		pl, done, err := st.begin(ctx, t, begun)
		if err != nil {
			return nil, err
		}
		told[i] = chapter{Account: t.account.AppID, Name: t.account.Name, plan: pl, Existed: done}
		if !done {
			open = append(open, newChronicle(t.account, &told[i], st.calendar))
		}
	}
	if len(open) == 0 {
		return told, nil
	}
	slices.SortStableFunc(open, func(a, b *chronicle) int { return cmp.Compare(a.From.Unix(), b.From.Unix()) })
	if err := p.write(ctx, st, open, day); err != nil {
		return nil, err
	}
	for _, c := range open {
		c.Seconds = p.now().Sub(begun).Seconds()
		if err := st.enter(ctx, historyDone, c.Account, c.Seed, c.chapter); err != nil {
			return nil, err
		}
	}
	return told, nil
}
