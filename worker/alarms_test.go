package worker

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
)

// group is a receiver of alarms; answer 0 is 200.
type group struct {
	url string

	mu     sync.Mutex
	got    []robot.Message
	answer int
	hold   chan struct{} // when not nil, a request waits for it
}

func newGroup(t *testing.T) *group {
	t.Helper()
	g := &group{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m robot.Message
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(body, &m)
		}
		if err != nil {
			t.Error(err)
		}
		g.mu.Lock()
		g.got = append(g.got, m)
		answer, hold := g.answer, g.hold
		g.mu.Unlock()
		if hold != nil {
			<-hold
		}
		if answer != 0 {
			w.WriteHeader(answer)
		}
	}))
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

func (g *group) answers(status int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer = status
}

// told are the states of the messages so far, and forgets them.
func (g *group) told() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []string
	for i := range g.got {
		out = append(out, g.got[i].Condition+" "+g.got[i].State)
	}
	g.got = nil
	return strings.Join(out, ", ")
}

// watch is an alarmer whose clock, backlog and refusals a test sets.
type watch struct {
	*alarmer
	t       *testing.T
	now     *time.Time
	backlog Backlog
	refused []Refused
	log     *strings.Builder
}

// newWatch is an instance on a database; its data folder is folder, "" = a new one.
func newWatch(t *testing.T, database, folder string, now *time.Time, change ...func(*robot.Options)) *watch {
	t.Helper()
	clock := func() time.Time { return *now }
	st := openStore(t, database, clock)
	return watchOver(t, st, folder, now, change...)
}

func watchOver(t *testing.T, st *store.Store, folder string, now *time.Time, change ...func(*robot.Options)) *watch {
	t.Helper()
	clock := func() time.Time { return *now }
	if folder == "" {
		folder = t.TempDir()
	}
	calendar, err := indices.NewLiveCalendar()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		t.Fatal(err)
	}
	w := &watch{t: t, now: now, log: &strings.Builder{}}
	logger := slog.New(slog.NewTextHandler(w.log, nil))
	robots := robot.Options{Hosts: []string{"127.0.0.1"}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Now: clock}
	for _, f := range change {
		f(&robots)
	}
	o := Options{
		Store: st, Waits: waits.New(st, logger), Calendar: calendar, Sealer: sealer, Now: clock, Logger: logger, Registerer: prometheus.NewRegistry(),
		Accounts: accounts.New(st, accounts.Options{Now: clock, Robots: robot.New(robots), Console: "https://wz.example.gov.cn"}),
		Alarms: AlarmOptions{
			File: filepath.Join(folder, "alarms"), Machine: "甲机", Backlog: func() Backlog { return w.backlog }, Refused: func() []Refused { return w.refused },
		},
	}
	w.alarmer = newAlarmer(o, func() []models.Account {
		list, err := st.Accounts(t.Context())
		if err != nil {
			return []models.Account{testAccount()}
		}
		return list
	})
	w.begin()
	return w
}

// begin reads the file, as start does, without the goroutine.
func (w *watch) begin() {
	w.file = openAlarmFile(w.o.Alarms.File, w.o.Sealer)
	w.targets, w.own = w.file.content.Targets, w.file.book()
}

// channel adds one for the account.
func (w *watch) channel(name, url string) {
	w.t.Helper()
	q := accounts.ChannelRequest{Name: name, Kind: robot.JSON, Address: url + "/" + strings.Repeat("k", 32), Secret: "geheimegeheime16"}
	if _, err := w.o.Accounts.AddChannel(w.t.Context(), admin, testAccount().AppID, q); err != nil {
		w.t.Fatal(err)
	}
}

// after lets time pass and looks once.
func (w *watch) after(d time.Duration) {
	w.t.Helper()
	*w.now = w.now.Add(d)
	if err := w.round(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// row stores a message of a citizen, or to one.
func (w *watch) row(citizen, what, key string) {
	w.t.Helper()
	r := storetest.LogRow(citizen, what, *w.now, key)
	if err := w.o.Waits.Record(w.t.Context(), []models.Interaction{r}); err != nil {
		w.t.Fatal(err)
	}
}

// withoutSecret: no access token is asked for.
func withoutSecret(a *models.Account) { a.Secret = "" }

func march() *time.Time {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	return &now
}

// TestAlarms_AWaitFromNearTheLimitToItsAnswer: told once, again when the limit is broken, again after
// the repeat interval, and that it is over; nothing of the citizen is in it.
func TestAlarms_AWaitFromNearTheLimitToItsAnswer(t *testing.T) {
	everyDatabase(t, func(t *testing.T, database string) {
		w, g := newWatch(t, database, "", march()), newGroup(t)
		addAccount(t, w.o.Store, withoutSecret)
		w.channel("值班群", g.url)
		const citizen, words = "oCitizenCanary0123456789", "孩子的学籍怎么转"
		r := storetest.LogRow(citizen, "in", *w.now, "k1")
		r.Content = words
		if err := w.o.Waits.Record(t.Context(), []models.Interaction{r}); err != nil {
			t.Fatal(err)
		}
		steps := []struct {
			after time.Duration
			want  string
		}{
			{89 * time.Minute, ""},
			{time.Minute, "at_risk firing"},
			{5 * time.Second, ""},
			{10 * time.Minute, ""},               // nothing is worse
			{20 * time.Minute, "at_risk repeat"}, // the limit is broken
			{3*time.Hour + 59*time.Minute, ""},
			{time.Minute, "at_risk repeat"},
		}
		for i, s := range steps {
			w.after(s.after)
			g.mu.Lock()
			said := models.JSON(g.got)
			g.mu.Unlock()
			for _, secret := range []string{citizen, words, "k1\"", testAccount().Secret} {
				if strings.Contains(said, secret) {
					t.Errorf("step %d tells %q: %s", i, secret, said)
				}
			}
			if i == 1 && (!strings.Contains(said, "快到 2 小时时限的 1 件") || !strings.Contains(said, "https://wz.example.gov.cn/figures/waits?account=wx0123456789abcdef")) {
				t.Error(said)
			}
			if got := g.told(); got != s.want {
				t.Errorf("step %d: %q, want %q", i, got, s.want)
			}
		}
		w.row(citizen, "human", "k2")
		w.after(5 * time.Second)
		w.after(5 * time.Second)
		if got := g.told(); got != "" {
			t.Errorf("at once after the answer: %q", got)
		}
		w.after(10 * time.Second)
		w.after(5 * time.Second)
		if got := g.told(); got != "at_risk resolved" {
			t.Errorf("after the answer: %q", got)
		}
		v, err := w.o.Accounts.Alarms(t.Context(), testAccount().AppID)
		if err != nil || len(v.Open) != 0 || len(v.Sends) != 4 {
			t.Errorf("%+v, %v", v, err)
		}
		if n := testutil.ToFloat64(w.total.WithLabelValues(testAccount().AppID, "at_risk", "sent")); n != 4 {
			t.Errorf("%g are counted", n)
		}
	})
}

// TestAlarms_CountersFromZero: every counter of an account exists before anything was sent.
func TestAlarms_CountersFromZero(t *testing.T) {
	w := newWatch(t, "", "", march())
	addAccount(t, w.o.Store)
	w.after(0)
	if n := testutil.CollectAndCount(w.total); n != len(models.AlarmNames())*len(models.AlarmOutcomes()) {
		t.Errorf("%d counters", n)
	}
}

// TestAlarms_RetriedUntilItArrives: later and later, not at every look; what is over before it could
// be told is dropped.
func TestAlarms_RetriedUntilItArrives(t *testing.T) {
	w, g := newWatch(t, "", "", march()), newGroup(t)
	addAccount(t, w.o.Store, withoutSecret)
	w.channel("值班群", g.url)
	g.answers(500)
	w.refused = []Refused{{testAccount().AppID, 5, "请核对 Token"}}
	tries := 0
	for range 120 {
		w.after(5 * time.Second)
		if g.told() != "" {
			tries++
		}
	}
	if tries < 5 || tries > 9 {
		t.Errorf("%d tries in ten minutes", tries)
	}
	g.answers(200)
	w.after(5 * time.Minute)
	if got := g.told(); got != "refused firing" {
		t.Errorf("%q", got)
	}
	w.refused = nil
	w.after(5 * time.Second)
	if got := g.told(); got != "refused resolved" {
		t.Errorf("%q", got)
	}
	g.answers(404)
	w.refused = []Refused{{testAccount().AppID, 5, "请核对 Token"}}
	w.after(5 * time.Second)
	w.refused = nil
	w.after(5 * time.Second)
	sends, err := w.o.Accounts.AlarmSends(t.Context(), testAccount().AppID, 99)
	if err != nil || sends[0].Outcome != models.AlarmDropped || len(w.own.alarms) != 0 {
		t.Errorf("%+v, %v, %d alarms", sends, err, len(w.own.alarms))
	}
	if logged := w.log.String(); strings.Contains(logged, strings.Repeat("k", 32)) || strings.Contains(logged, "geheime") || !strings.Contains(logged, "not delivered") {
		t.Error(logged)
	}
}

// TestAlarms_TokenThatCannotBeFetched: two minutes of failing are told, a moment is not.
func TestAlarms_TokenThatCannotBeFetched(t *testing.T) {
	b, now := newAlarmBook(""), *march()
	target := accounts.AlarmTarget{ID: "al_1", AppID: "wx1", Channel: robot.Channel{Kind: robot.JSON, Address: "https://x/1"}, Choice: models.UsualAlarms()}
	always := func(robot.Channel) bool { return true }
	look := func(after time.Duration, stands bool) (kinds []models.AlarmKind) {
		now = now.Add(after)
		b.apply([]finding{{appID: "wx1", name: models.AlarmToken, stands: stands}}, []accounts.AlarmTarget{target}, now)
		for _, d := range b.due([]accounts.AlarmTarget{target}, now, always) {
			kinds = append(kinds, d.kind)
			d.done = &models.AlarmSend{}
			d.settle(now)
		}
		b.pending([]accounts.AlarmTarget{target}, now)
		return kinds
	}
	for i, s := range []struct {
		after  time.Duration
		stands bool
		want   models.AlarmKind
	}{
		{0, true, ""},
		{time.Minute, true, ""},
		{30 * time.Second, false, ""}, // it works again: nobody hears of it
		{time.Second, true, ""},
		{2 * time.Minute, true, models.AlarmFiring},
		{time.Minute, true, ""},
		{time.Second, false, models.AlarmResolved},
		{time.Second, false, ""},
	} {
		got := look(s.after, s.stands)
		if s.want == "" && len(got) > 0 || s.want != "" && !slices.Equal(got, []models.AlarmKind{s.want}) {
			t.Errorf("step %d: %v, want %q", i, got, s.want)
		}
	}
	if len(b.alarms) != 0 {
		t.Errorf("%d alarms are left", len(b.alarms))
	}
}

// TestAlarms_RightsLost: WeChat takes a right, and gives it back.
func TestAlarms_RightsLost(t *testing.T) {
	w, g := newWatch(t, "", "", march()), newGroup(t)
	addAccount(t, w.o.Store, withoutSecret)
	w.channel("值班群", g.url)
	find := func(state models.RightState) {
		t.Helper()
		*w.now = w.now.Add(time.Second)
		found := []models.Right{{Name: "menu", State: state, CheckedAt: *w.now}, {Name: "tags", State: models.RightNo, CheckedAt: *w.now}}
		if _, err := w.o.Store.SaveRights(t.Context(), testAccount().AppID, found); err != nil {
			t.Fatal(err)
		}
	}
	find(models.RightYes)
	w.after(time.Second)
	find(models.RightNo)
	w.after(time.Second)
	w.after(12 * time.Hour) // repeated once a day at most
	if got := g.told(); got != "rights_lost firing" {
		t.Errorf("%q", got)
	}
	find(models.RightYes)
	w.after(time.Second)
	if got := g.told(); got != "rights_lost resolved" {
		t.Errorf("%q", got)
	}
	find(models.RightNo)
	w.after(time.Second)
	w.after(8 * 24 * time.Hour)
	if got := g.told(); got != "rights_lost firing, rights_lost resolved" {
		t.Errorf("after a week: %q", got)
	}
}

// TestAlarms_CalendarOfTheService: every account's channel hears of it, one robot once.
func TestAlarms_CalendarOfTheService(t *testing.T) {
	now := time.Date(2029, 3, 1, 1, 0, 0, 0, time.UTC)
	w, g, other := newWatch(t, "", "", &now), newGroup(t), newGroup(t)
	addAccount(t, w.o.Store, withoutSecret)
	w.channel("甲", g.url)
	w.channel("乙", g.url)
	w.channel("丙", other.url)
	w.after(0)
	w.after(5 * time.Second)
	if a, b := g.told(), other.told(); a != "calendar firing" || b != "calendar firing" {
		t.Errorf("%q, %q", a, b)
	}
	if _, err := w.o.Accounts.ChooseAlarms(t.Context(), admin, testAccount().AppID, models.AlarmChoice{Conditions: []models.AlarmName{models.AlarmToken}}); err != nil {
		t.Fatal(err)
	}
	w.after(25 * time.Hour)
	if a := g.told(); a != "" {
		t.Errorf("though it was switched off: %q", a)
	}
}

// TestAlarms_SlowRobotHoldsUpNobody: the other robot hears at once, and a round ends.
func TestAlarms_SlowRobotHoldsUpNobody(t *testing.T) {
	w := newWatch(t, "", "", march(), func(o *robot.Options) { o.Within = 300 * time.Millisecond })
	slow, quick := newGroup(t), newGroup(t)
	slow.hold = make(chan struct{})
	defer close(slow.hold)
	addAccount(t, w.o.Store)
	w.channel("慢", slow.url)
	w.channel("快", quick.url)
	w.refused = []Refused{{testAccount().AppID, 5, "请核对 Token"}}
	begun := time.Now()
	w.after(time.Second)
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("a round took %s", took)
	}
	if got := quick.told(); got != "refused firing" {
		t.Errorf("%q", got)
	}
	w.after(5 * time.Second)
	slow.mu.Lock()
	defer slow.mu.Unlock()
	if len(slow.got) != 2 || slow.got[0].ID != slow.got[1].ID || slow.got[0].Again || !slow.got[1].Again {
		t.Errorf("what may have arrived: %+v", slow.got)
	}
}

// TestAlarms_OneRobotTwentyAMinute: more is told later, nothing is lost.
func TestAlarms_OneRobotTwentyAMinute(t *testing.T) {
	w, g := newWatch(t, "", "", march()), newGroup(t)
	for i := range 25 {
		addAccount(t, w.o.Store, func(a *models.Account) {
			a.AppID = "wx" + strings.Repeat("0", 14) + string(rune('a'+i/16)) + string("0123456789abcdef"[i%16])
		})
	}
	list, err := w.o.Store.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		q := accounts.ChannelRequest{Name: "群", Kind: robot.JSON, Address: g.url + "/same", Secret: "geheimegeheime16"}
		if _, err := w.o.Accounts.AddChannel(t.Context(), admin, a.AppID, q); err != nil {
			t.Fatal(err)
		}
		w.refused = append(w.refused, Refused{a.AppID, 3, "请核对 Token"})
	}
	w.after(time.Second)
	w.after(5 * time.Second)
	if n := strings.Count(g.told(), "firing"); n != 20 {
		t.Errorf("%d in the first minute", n)
	}
	w.after(time.Minute)
	if n := strings.Count(g.told(), "firing"); n != 5 {
		t.Errorf("%d in the second", n)
	}
}
