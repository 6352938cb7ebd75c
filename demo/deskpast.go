package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// ActionDesk is the audit action of the desk's past of an account: it is there.
const ActionDesk = "history.desk"

// Who does what in the past of the desk; both are people of the city.
var (
	pastAgent   = models.Who{ID: "history", Name: "xiaoli", Role: "case_handler"}
	pastManager = models.Who{ID: "history", Name: "laozhou", Role: "account_manager"}
)

// deskPast is the desk of an account at work in the past, by a clock of its own. What it does goes through the
// same rooms as at any desk; the service beside it has the same database and today's clock, so each
// conversation is over before the next begins.
type deskPast struct {
	*recordGenerator
	at     time.Time
	store  *store.Store
	waits  *waits.Waits
	outbox *outbox.Outbox
	desk   *desk.Desk
	cases  *cases.Cases
	api    *pastAPI
	n      int // citizens so far
}

// writeDesk writes what people did at the desk of the city's first account, once: the others have none.
func (c *City) writeDesk(ctx context.Context, who models.Who, requests []accountRequest) error {
	for k := range requests {
		r := &requests[k]
		if r.account.AppID != Accounts()[0].AppID {
			continue
		}
		pl, _, done, err := c.findPlan(ctx, r)
		if err != nil {
			return err
		}
		there := false
		err = c.store.AuditEntries(ctx, store.AuditFilter{AppID: r.account.AppID, Action: ActionDesk}, func(models.AuditEntry) error {
			there = true
			return nil
		})
		if err != nil {
			return err
		}
		if there || !done {
			continue
		}
		// Before it begins: what was cut short is not begun again.
		if err := c.audit(ctx, who, ActionDesk, r.account.AppID, r.seed, pl); err != nil {
			return err
		}
		if err := c.writeDeskOf(ctx, r, &pl); err != nil {
			return fmt.Errorf("demo desk of %s: %w", r.account.Name, err)
		}
	}
	return nil
}

func (c *City) writeDeskOf(ctx context.Context, r *accountRequest, pl *Plan) (err error) {
	api, err := newPastAPI(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, api.close()) }()
	p := &deskPast{
		recordGenerator: &recordGenerator{Account: accountOf(r.account.AppID), Plan: *pl, workday: c.options.Calendar.Workday},
		at:              pl.Until, store: c.store, waits: waits.New(c.store, nil), api: api,
	}
	now := func() time.Time { return p.at }
	client := api.client(&r.account, now)
	defer client.CloseIdle()
	accounts := func() []models.Account { return []models.Account{r.account} }
	p.outbox = outbox.New(c.store, p.waits, outbox.Options{
		Now: now, Accounts: accounts, Client: func(context.Context, models.Account) *wechat.Client { return client },
	})
	if p.desk, err = desk.New(c.store, p.waits, p.outbox, desk.Options{Now: now, Accounts: accounts, Undo: -1}); err != nil {
		return err
	}
	if p.cases, err = cases.New(c.store, p.waits, p.outbox, p.desk, cases.Options{Now: now, Accounts: accounts}); err != nil {
		return err
	}
	return p.write(ctx)
}

// write lets the past happen, the oldest first, and then what is left open today.
func (p *deskPast) write(ctx context.Context) error {
	d := p.dice("desk")
	var days []time.Time
	p.days(func(_ int, day time.Time) {
		if p.workday(day) && day.AddDate(0, 0, 30).Before(p.Until) {
			days = append(days, day)
		}
	})
	for k, day := range days {
		p.at = atHour(day, 9).Add(time.Duration(d.IntN(5*60)) * time.Minute)
		if k%2 == 0 {
			if err := settled(p.conversation(ctx, k/2)); err != nil {
				return err
			}
		}
		if k%3 == 0 {
			if err := settled(p.closedCase(ctx, k/3)); err != nil {
				return err
			}
		}
	}
	if err := p.writeTemplates(ctx); err != nil {
		return err
	}
	return p.writeToday(ctx)
}

// settled forgives that the service beside was quicker with something: it looks after the same desk.
func settled(err error) error {
	if slices.Contains([]string{models.CodeConflict, models.CodeNotFound, desk.CodeFinal, desk.CodeNotYours, desk.CodeNewer, cases.CodeNotAllowed}, models.ErrorCode(err)) {
		return nil
	}
	return err
}

// asks is a citizen's message that is handed to people, and the conversation it becomes.
func (p *deskPast) asks(ctx context.Context, text string) (c desk.Conversation, err error) {
	p.n++
	in := models.Interaction{
		AppID: p.AppID, OpenID: fmt.Sprintf("oLanjiangDesk_%s_%04d", p.AppID[len(p.AppID)-4:], p.n), Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen,
		Kind: models.MsgTypeText, Content: text, At: p.at.Truncate(time.Second), ReceivedAt: p.at, OK: true, ParseStatus: models.ParseOK,
	}
	in.MsgKey = models.DerivedKey("history", in.AppID, in.OpenID, in.At.Format(time.RFC3339))
	receipt := in
	receipt.Dir, receipt.Actor, receipt.Content, receipt.Handover = models.DirOut, models.ActorBot, "已转人工，请稍候。", &models.Handover{Reason: models.HandoverAsked}
	receipt.MsgKey, receipt.ReplyTo = models.ReplyKey(in.MsgKey), in.MsgKey
	if err := p.waits.Record(ctx, []models.Interaction{in, receipt}); err != nil {
		return c, err
	}
	page, err := p.desk.List(ctx, desk.Query{Box: desk.BoxQueue, Accounts: []string{p.AppID}, Limit: 200})
	if err != nil {
		return c, err
	}
	for i := range page.Rows {
		if page.Rows[i].LastInKey == in.MsgKey {
			return page.Rows[i].Conversation, nil
		}
	}
	return c, models.NewError(models.CodeNotFound, "没有这个接待")
}

// says has the agent answer; what becomes of it is the platform's to say.
func (p *deskPast) says(ctx context.Context, c *desk.Conversation, text string) error {
	_, err := p.desk.Say(ctx, pastAgent, desk.Say{
		Act: desk.Act{ID: c.ID}, SendKey: fmt.Sprintf("history-%d-%d", c.ID, p.at.Unix()), Seen: c.LastInKey, Content: outbox.Content{Reply: models.TextReply(text)},
	})
	return errors.Join(err, p.sends(ctx))
}

func (p *deskPast) sends(ctx context.Context) error {
	_, err := p.outbox.Send(ctx)
	return err
}

func (p *deskPast) takes(ctx context.Context, c *desk.Conversation) (err error) {
	*c, err = p.desk.Take(ctx, pastAgent, desk.Act{ID: c.ID, Version: c.Version})
	return err
}

// conversation is one from its question to its rating.
func (p *deskPast) conversation(ctx context.Context, k int) error {
	talk := talks()[k%len(talks())]
	c, err := p.asks(ctx, talk.asked)
	if err != nil {
		return err
	}
	p.later(time.Duration(1+k%7) * time.Minute)
	if err := p.takes(ctx, &c); err != nil {
		return err
	}
	p.later(time.Duration(1+k%4) * time.Minute)
	if err := p.says(ctx, &c, talk.answered); err != nil {
		return err
	}
	p.later(5 * time.Minute)
	after, err := p.desk.Conversation(ctx, c.ID, nil, pastAgent.Name)
	if err != nil {
		return err
	}
	if _, err := p.desk.Close(ctx, pastAgent, desk.Close{Act: desk.Act{ID: c.ID, Version: after.Version}, Code: desk.CloseDone}); err != nil {
		return err
	}
	if err := p.sends(ctx); err != nil || k%3 == 2 { // who does not rate
		return err
	}
	return p.rates(ctx, after.UID, k%5 == 4)
}

// rates is a citizen's rating of what they were asked about.
func (p *deskPast) rates(ctx context.Context, uid string, ill bool) error {
	p.later(2 * time.Minute)
	choice := 0
	if ill {
		choice = 1
	}
	return p.exchange(ctx, uid, fmt.Sprint(choice+1), "谢谢您的评价。", func(in, out *models.Interaction) {
		in.Step, out.RuleName = true, models.RatingRule+models.RatingChoices()[choice]
	})
}

// inquires is a citizen who asks how far a case is.
func (p *deskPast) inquires(ctx context.Context, uid, number string) error {
	return p.exchange(ctx, uid, "查询", "您的诉求："+number+"，办理中。", func(_, out *models.Interaction) { out.Matched = true })
}

// exchange is a message of a known citizen and what the program says to it.
func (p *deskPast) exchange(ctx context.Context, uid, text, said string, change func(in, out *models.Interaction)) error {
	in := models.Interaction{
		AppID: p.AppID, UID: uid, Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen, Kind: models.MsgTypeText, Content: text,
		At: p.at.Truncate(time.Second), ReceivedAt: p.at, OK: true, ParseStatus: models.ParseOK,
	}
	in.MsgKey = models.DerivedKey("history", in.AppID, uid, text, in.At.Format(time.RFC3339))
	out := in
	out.Dir, out.Actor, out.Content, out.MsgKey, out.ReplyTo = models.DirOut, models.ActorBot, said, models.ReplyKey(in.MsgKey), in.MsgKey
	change(&in, &out)
	return p.waits.Record(ctx, []models.Interaction{in, out})
}

func (p *deskPast) later(d time.Duration) { p.at = p.at.Add(d) }

// workdaysLater moves the clock to the morning of the n-th working day from now, -n before.
func (p *deskPast) workdaysLater(n int) {
	step := 1
	if n < 0 {
		n, step = -n, -1
	}
	day := p.at.In(indices.Shanghai())
	for n > 0 {
		if day = day.AddDate(0, 0, step); p.workday(day) {
			n--
		}
	}
	p.at = atHour(day, 10)
}
