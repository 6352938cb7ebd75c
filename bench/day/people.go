package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
)

// answerMark begins what agents write, so that the platform's own record tells it from receipts and notices.
const answerMark = "答复："

// citizen asks once, and again as often as more says after each answer.
type citizen struct {
	openID  string
	uid     string
	more    int
	becomes bool // a case
	wrote   []time.Time
	heard   int // answers of people
}

// come has a citizen ask for a person.
func (f *office) come(ctx context.Context, i int) {
	each := max(1, f.o.conversations/max(1, f.o.cases)) // of so many citizens one has a case
	c := &citizen{openID: fmt.Sprintf("oDay%022d", i), more: int(hash("more", fmt.Sprint(f.o.seed, i)) % 3), becomes: i%each == 0 && i/each < f.o.cases}
	c.uid = f.sealer.UID(f.account.AppID, c.openID)
	f.mu.Lock()
	f.citizens[c.openID], f.byUID[c.uid] = c, c
	f.mu.Unlock()
	f.fail(f.write(ctx, c, "人工"))
}

// write is a message of a citizen with what the program says to it: their rows go to the drain.
func (f *office) write(ctx context.Context, c *citizen, text string) error {
	f.mu.Lock()
	f.events++
	id, now := f.events, f.clock.now()
	c.wrote = append(c.wrote, now)
	f.mu.Unlock()
	ev, err := simulator.ReadEvent(f.account.AppID, simulator.Post{To: f.account.OriginalID, From: c.openID, At: now, MsgID: fmt.Sprint(7_000_000 + id)}.Text(text))
	if err != nil {
		return fmt.Errorf("day: %w", err)
	}
	f.platform.Begin(f.account.AppID, &ev)
	m := ev.Message
	m.AppID, m.Key, m.Raw, m.ParseStatus, m.Delivery.ReceivedAt = f.account.AppID, ev.Key, ev.Body, models.ParseOK, now
	a := models.Answer{At: now, Latency: 5 * time.Millisecond, Outcome: models.OutcomeSilent}
	f.brain.Handle(ctx, &m, &a)
	if !a.Reply.Silent() {
		a.Outcome = models.OutcomeAnswered
	}
	in := models.Inbound(&m)
	in.Settle(&a)
	rows := []models.Interaction{in}
	if out, ok := models.Outbound(&in, &a); ok {
		rows = append(rows, out)
	}
	f.rows <- rows
	return nil
}

// hears is a message that the platform shows a citizen, who may have something to add.
func (f *office) hears(_, openID string, b platform.Bubble) {
	if !strings.HasPrefix(b.Text, answerMark) {
		return
	}
	f.mu.Lock()
	c := f.citizens[openID]
	again := false
	if c != nil {
		c.heard++
		again = c.heard <= c.more
	}
	f.mu.Unlock()
	if !again {
		return
	}
	// Half a minute to four minutes later, by the office's clock.
	wait := time.Duration(float64(30*time.Second+time.Duration(hash(openID, fmt.Sprint(c.heard))%210)*time.Second) / f.o.speed)
	time.AfterFunc(wait, func() { f.fail(f.write(context.Background(), c, fmt.Sprintf("还想问第 %d 件事", c.heard))) })
}

func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // never fails
	}
	return h.Sum64()
}

// drain stores rows as the spool's drain does: what waits, in one transaction.
func (f *office) drain(ctx context.Context) {
	for {
		var batch []models.Interaction
		select {
		case <-ctx.Done():
			return
		case batch = <-f.rows:
		}
		for more := true; more && len(batch) < 200; {
			select {
			case rows := <-f.rows:
				batch = append(batch, rows...)
			default:
				more = false
			}
		}
		for {
			err := f.waits.Record(context.WithoutCancel(ctx), slices.Clone(batch))
			if err == nil {
				break
			}
			f.trouble(ctx, err)
			time.Sleep(50 * time.Millisecond)
		}
		now := time.Now()
		f.mu.Lock()
		for i := range batch {
			if h := batch[i].Handover; h != nil {
				f.handed[f.sealer.UID(f.account.AppID, batch[i].OpenID)] = now
			}
		}
		f.mu.Unlock()
	}
}

// noteTaken notes who came to somebody since the last look, by a connection that nobody else wants meanwhile: what it would
// wait for one is no time that a citizen waits.
func (f *office) noteTaken(ctx context.Context) error {
	var taken []string
	waiting := 0
	err := f.store.Query(ctx, store.Reports, func(rows *sql.Rows) error {
		var uid, state string
		err := rows.Scan(&uid, &state)
		if state == string(desk.Queued) {
			waiting++
		} else {
			taken = append(taken, uid)
		}
		return err
	}, "SELECT uid, state FROM conversations WHERE state = 'queued' OR assignee <> '' AND changed_at >= ?", store.Micros(f.looked))
	now := time.Now()
	f.looked = f.clock.now().Add(-time.Duration(float64(30*time.Second) * f.o.speed)) // what is written late is seen, too
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = max(f.waiting, waiting)
	for _, uid := range taken {
		if _, known := f.taken[uid]; !known {
			f.taken[uid] = now
		}
	}
	return err
}

// answer is the day of an agent: looks at the list, answers what has been owed for a while, closes what is answered or
// makes a case of it.
func (f *office) answer(ctx context.Context, who models.Who) {
	said := map[int64]string{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(400*time.Millisecond + time.Duration(hash(who.Name)%200)*time.Millisecond):
		}
		page, err := f.desk.List(ctx, desk.Query{Box: desk.BoxMine, Mine: who.Name})
		f.trouble(ctx, err)
		for i := range page.Rows {
			f.trouble(ctx, f.see(ctx, who, &page.Rows[i].Conversation, said))
		}
	}
}

// beat shows that an agent is there. Who is not heard of for 180 seconds is away, which is soon by a fast clock.
func (f *office) beat(ctx context.Context, who models.Who) {
	for {
		_, err := f.desk.SetPresence(ctx, who, "")
		f.trouble(ctx, err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(float64(45*time.Second) / f.o.speed)):
		}
	}
}

func (f *office) see(ctx context.Context, who models.Who, c *desk.Conversation, said map[int64]string) error {
	now := f.clock.now()
	think := time.Minute + time.Duration(hash(c.LastInKey)%240)*time.Second
	switch {
	case c.Owes() && said[c.ID] != c.LastInKey && now.Sub(c.OwedAt) >= think:
		_, err := f.desk.Say(ctx, who, desk.Say{
			Act: desk.Act{ID: c.ID}, SendKey: "k-" + c.LastInKey[:32], Seen: c.LastInKey, Content: outbox.Content{Reply: models.TextReply(answerMark + "已经记下，马上去办。")},
		})
		if err == nil {
			said[c.ID] = c.LastInKey
		}
		return refusals(err)
	case c.State == desk.Answered && now.Sub(c.AnsweredAt) >= 12*time.Minute:
		if f.becomesCase(c.UID) {
			return refusals(f.openCase(ctx, who, c))
		}
		_, err := f.desk.Close(ctx, who, desk.Close{Act: desk.Act{ID: c.ID, Version: c.Version}, Code: desk.CloseDone})
		return refusals(err)
	}
	return nil
}

// refusals are no faults: somebody else was first, or the citizen wrote again. The agent looks again.
func refusals(err error) error {
	if _, told := errors.AsType[models.PublicError](err); told {
		err = nil
	}
	return err
}

func (f *office) becomesCase(uid string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byUID[uid].becomes
}

func (f *office) openCase(ctx context.Context, who models.Who, c *desk.Conversation) error {
	d, err := f.cases.Submit(ctx, who, cases.Submission{
		AppID: f.account.AppID, Key: fmt.Sprintf("day-%d", c.ID), Kind: cases.Help, Text: "路灯坏了，请派人维修。", Conversation: c.ID, ConversationVersion: c.Version,
		Rights: cases.Rights{Write: true},
	})
	if err == nil {
		f.mu.Lock()
		f.opened = append(f.opened, d.Number)
		f.mu.Unlock()
	}
	return err
}

// handleCases has each case accepted, handed to a unit, answered by one person and released by another.
func (f *office) handleCases(ctx context.Context) {
	handler, reviewer := models.Who{ID: "op-h", Name: "handler", Role: "case_handler"}, models.Who{ID: "op-r", Name: "reviewer", Role: "account_manager"}
	for next := 0; ctx.Err() == nil; {
		f.mu.Lock()
		var number string
		if next < len(f.opened) {
			number = f.opened[next]
		}
		f.mu.Unlock()
		if number == "" {
			select {
			case <-ctx.Done():
				return
			case <-time.After(200 * time.Millisecond):
			}
			continue
		}
		if err := f.settle(ctx, number, handler, reviewer); err != nil {
			f.trouble(ctx, err)
			continue
		}
		next++
	}
}

func (f *office) settle(ctx context.Context, number string, handler, reviewer models.Who) error {
	var d cases.Detail
	for _, s := range []cases.Act{{Step: cases.Accept}, {Step: cases.Assign, Unit: "城管局"}, {Step: cases.Submit, Text: "路灯已修好。"}, {Step: cases.Approve}} {
		who := handler
		if s.Step == cases.Approve {
			who = reviewer
		}
		var err error
		if d, err = f.cases.Case(ctx, who, cases.EveryRight(), f.account.AppID, number); err != nil {
			return err
		}
		if !slices.Contains(d.Allowed, s.Step) {
			continue // it was taken before
		}
		s.AppID, s.Number, s.Version, s.Rights = f.account.AppID, number, d.Version, cases.EveryRight()
		if d, err = f.cases.Act(ctx, who, s); err != nil {
			return err
		}
	}
	if d.State == cases.Closed {
		f.mu.Lock()
		f.closed++
		f.mu.Unlock()
	}
	return nil
}
