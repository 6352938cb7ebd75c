package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// office is an account with its people, its program and the platform it talks to.
type office struct {
	o        dayOptions
	clock    *fastClock
	morning  time.Time // when the office opens
	account  models.Account
	store    *store.Store
	waits    *waits.Waits
	outbox   *outbox.Outbox
	desk     *desk.Desk
	cases    *cases.Cases
	brain    *bot.Bot
	sealer   *seal.Sealer
	platform *platform.Platform
	server   *httptest.Server
	client   *wechat.Client
	agents   []models.Who

	rows   chan []models.Interaction
	broken chan struct{}

	mu       sync.Mutex
	fault    error
	events   int
	citizens map[string]*citizen // by OpenID
	byUID    map[string]*citizen
	handed   map[string]time.Time // by pseudonym: when the hand-over was stored
	taken    map[string]time.Time // when somebody had it
	looked   time.Time            // by the office's clock: what changed before was noted
	slowLook time.Duration        // of the desk's looks at what is due, the longest
	waiting  int                  // the most that waited at one time
	troubles int                  // what did not work at first
	refused  map[int]int          // sends that the platform refused, by code
	opened   []string             // cases, by number
	closed   int                  // of them
}

func newOffice(ctx context.Context, o dayOptions, database string) (*office, error) {
	f := &office{
		o: o, morning: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC), rows: make(chan []models.Interaction, 4096), broken: make(chan struct{}),
		citizens: map[string]*citizen{}, byUID: map[string]*citizen{}, handed: map[string]time.Time{}, taken: map[string]time.Time{}, refused: map[int]int{},
		account: models.Account{
			AppID: "wx0123456789abcdef", Name: "某某市政府", Kind: models.KindService, Verified: true, OriginalID: "gh_0123456789ab",
			Mode: models.ModePlain, Token: "token", Secret: strings.Repeat("5ec2e7c0", 4),
			Settings: []models.Setting{{Name: models.SettingHuman, Value: models.HumanDesk}},
		},
	}
	f.clock = &fastClock{at: f.morning, since: time.Now(), speed: o.speed}
	f.platform = platform.New(platform.Options{Accounts: []models.Account{f.account}, Now: f.clock.now, Push: f.hears})
	f.server = httptest.NewServer(f.platform)
	kek := make([]byte, 32)
	_, _ = rand.Read(kek) // never fails
	var err error
	if f.sealer, err = seal.NewSealer(kek); err != nil {
		return nil, fmt.Errorf("day: %w", err)
	}
	if f.store, err = store.Open(store.Options{Database: database, Sealer: f.sealer, AuditMAC: f.sealer.AuditMAC, Now: f.clock.now}); err != nil {
		return nil, fmt.Errorf("day: %w", err)
	}
	if err := f.store.Migrate(ctx); err != nil {
		return nil, fmt.Errorf("day: %w", err)
	}
	if err := f.wire(); err != nil {
		return nil, fmt.Errorf("day: %w", err)
	}
	if err := f.store.CreateAccount(ctx, f.account, models.CommandLine("day")); err != nil {
		return nil, fmt.Errorf("day: %w", err)
	}
	err = f.hire(ctx)
	return f, err
}

// wire builds the rooms as the service does.
func (f *office) wire() (err error) {
	calendar, err := indices.NewLiveCalendar()
	if err != nil {
		return err
	}
	accounts := func() []models.Account { return []models.Account{f.account} }
	f.client = wechat.NewClient(f.account, wechat.ClientOptions{Base: f.server.URL, Now: f.clock.now})
	f.waits = waits.New(f.store, nil)
	f.outbox = outbox.New(f.store, f.waits, outbox.Options{
		Now: f.clock.now, Accounts: accounts, Client: func(context.Context, models.Account) *wechat.Client { return f.client },
	})
	f.outbox.OnMoved(f.moved)
	if f.desk, err = desk.New(f.store, f.waits, f.outbox, desk.Options{Now: f.clock.now, Accounts: accounts, Calendar: calendar}); err != nil {
		return err
	}
	if f.cases, err = cases.New(f.store, f.waits, f.outbox, f.desk, cases.Options{Now: f.clock.now, Accounts: accounts, Calendar: calendar}); err != nil {
		return err
	}
	f.brain = bot.New(bot.Options{Now: f.clock.now, Calendar: calendar})
	rule := models.Rule{ID: 1, AppID: f.account.AppID, Name: "默认", Match: models.MatchDefault, State: models.RulePublished, LiveVersion: 1, Replies: []models.Reply{models.TextReply("没有找到答案，请换个说法。")}}
	return f.brain.Publish(f.account, 1, []models.Rule{rule})
}

// moved counts what the platform refused.
func (f *office) moved(_ context.Context, _ *store.Tx, i *outbox.Item) error {
	if i.ErrCode != 0 {
		f.mu.Lock()
		f.refused[int(i.ErrCode)]++
		f.mu.Unlock()
	}
	return nil
}

// hire makes people who may answer, and has them at the desk.
func (f *office) hire(ctx context.Context) error {
	err := f.store.Transact(ctx, func(t *store.Tx) error {
		for i := range f.o.agents {
			who := models.Who{ID: fmt.Sprintf("op-%03d", i), Name: fmt.Sprintf("agent%03d", i), Role: "case_handler"}
			f.agents = append(f.agents, who)
			err := t.Upsert(ctx, "operators", "id, name, display_name, post, state, password, password_at, totp, totp_step, totp_pending, "+
				"link, link_until, asleep, preferences, created_at, last_sign_in_at", 16, []any{
				who.ID, who.Name, who.Name, "staff", "active", "", 0, []byte{}, 0, []byte{}, nil, 0, 0, "{}", 0, 0,
			}, "")
			if err == nil {
				err = t.Upsert(ctx, "roles", "operator_id, post, role, app_id", 4, []any{who.ID, "staff", "case_handler", f.account.AppID}, "")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	for _, who := range f.agents {
		if err == nil {
			_, err = f.desk.SetPresence(ctx, who, desk.Online)
		}
	}
	return err
}

// fail breaks the day off; a context that ended is no fault.
func (f *office) fail(err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fault == nil {
		f.fault = err
		close(f.broken)
	}
}

// trouble notes that something did not work and is tried again, as the service does: the database may be slow to answer.
func (f *office) trouble(ctx context.Context, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.troubles++
}

func (f *office) failed(err error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return errors.Join(f.fault, err)
}

func (f *office) close() {
	f.platform.Close()
	f.client.CloseIdle()
	f.server.CloseClientConnections()
	f.server.Close()
	_ = f.store.Close() // what it holds was read
}

// keepDesk gives what waits to agents as the worker does: each second, and when there is cause.
func (f *office) keepDesk(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-f.desk.Causes():
		}
		begun := time.Now()
		f.trouble(ctx, f.lookAtDesk(ctx))
		f.slowLook = max(f.slowLook, time.Since(begun))
	}
}

// lookAtDesk does what is due, within a minute as the worker does.
func (f *office) lookAtDesk(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	err := f.desk.Tick(ctx)
	holds, fault := f.desk.Holds(ctx)
	if fault == nil {
		f.brain.Desks(holds)
	}
	return errors.Join(err, fault, f.noteTaken(ctx))
}

// sendEvery is how soon the worker looks at an empty queue again.
const sendEvery = 250 * time.Millisecond

// keepSending sends as the worker does.
func (f *office) keepSending(ctx context.Context) {
	for ctx.Err() == nil {
		_, err := f.outbox.Send(ctx)
		f.trouble(ctx, err)
		select {
		case <-ctx.Done():
		case <-time.After(sendEvery):
		}
	}
}
