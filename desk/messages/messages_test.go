package messages

import (
	"context"
	"database/sql"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/wechat"
)

// noon is Monday 2026-03-02 12:00 in Shanghai.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

var li = models.Who{ID: "op-1", Name: "li", Role: "case_handler"}

const zhang = "oCitizen00000000000000000001"

// log is a log with the platform behind its account.
type log struct {
	*Book
	t        *testing.T
	store    *store.Store
	platform *platform.Platform
	now      time.Time
	n        int
}

var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC})
}}

func everywhere(t *testing.T, f func(t *testing.T, l *log)) {
	t.Helper()
	current.Every(t, func(t *testing.T, database string) { f(t, newLog(t, database)) })
}

func newLog(t *testing.T, database string) *log {
	t.Helper()
	l := &log{t: t, now: noon}
	now := func() time.Time { return l.now }
	account := storetest.Account()
	l.platform = platform.New(platform.Options{Accounts: []models.Account{account}, Now: now})
	server := httptest.NewServer(l.platform)
	t.Cleanup(func() {
		l.platform.Close()
		server.CloseClientConnections()
		server.Close()
	})
	var err error
	if l.store, err = store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC, Now: now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := l.store.CreateAccount(t.Context(), account, li); err != nil {
		t.Fatal(err)
	}
	client := wechat.NewClient(account, wechat.ClientOptions{Base: server.URL, Now: now, RetryDelay: time.Millisecond})
	t.Cleanup(client.CloseIdle)
	l.Book = New(l.store, Options{
		Now: now, Accounts: func() []models.Account { return []models.Account{account} },
		Client: func(context.Context, models.Account) *wechat.Client { return client },
	})
	return l
}

// writes stores a message of a citizen as its callback delivers it, and returns its row.
func (l *log) writes(at time.Time, body func(simulator.Post) []byte) int64 {
	l.t.Helper()
	l.n++
	ev, err := simulator.ReadEvent(storetest.AppA, body(simulator.Post{To: "gh_0123456789ab", From: zhang, At: at, MsgID: fmt.Sprint(7_000_000 + l.n)}))
	if err != nil {
		l.t.Fatal(err)
	}
	m := ev.Message
	m.AppID, m.Key, m.Raw, m.ParseStatus, m.Delivery.ReceivedAt = storetest.AppA, ev.Key, ev.Body, models.ParseOK, at
	return l.records(models.Inbound(&m))
}

func (l *log) says(at time.Time, text string) int64 {
	return l.writes(at, func(p simulator.Post) []byte { return p.Text(text) })
}

func (l *log) records(i models.Interaction) (id int64) {
	l.t.Helper()
	if err := l.store.Append(l.t.Context(), []models.Interaction{i}, nil); err != nil {
		l.t.Fatal(err)
	}
	err := l.store.Query(l.t.Context(), store.Console, func(rows *sql.Rows) error { return rows.Scan(&id) },
		"SELECT id FROM interactions WHERE event_key = ? AND app_id = ?", i.MsgKey, i.AppID)
	if err != nil {
		l.t.Fatal(err)
	}
	return id
}

func (l *log) searches(q Search) Found {
	l.t.Helper()
	f, err := l.Search(l.t.Context(), q)
	if err != nil {
		l.t.Fatal(err)
	}
	return f
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if models.ErrorCode(err) != code {
		t.Errorf("%s: %v, want code %s", what, err, code)
	}
}

// A text is found where it stands in the masked words, in either case of its letters, the newest first, with the
// conversation in which it was said.
func TestSearch_FindsMaskedWords(t *testing.T) {
	everywhere(t, func(t *testing.T, l *log) {
		first := l.says(noon.Add(-30*24*time.Hour), "人民路的路灯坏了，WiFi 也断了，电话 13812345678")
		second := l.says(noon.Add(-time.Hour), strings.Repeat("前言。", 60)+"路灯又坏了"+strings.Repeat("后话。", 60))
		l.says(noon.Add(-time.Minute), `100% 满意_谢谢，在 D:\资料 里！!`)
		f := l.searches(Search{Accounts: []string{storetest.AppA}, Text: "路灯"})
		if len(f.Hits) != 2 || f.Hits[0].ID != second || f.Hits[1].ID != first || f.Next != "" || f.SearchedTo.After(noon.Add(-30*24*time.Hour)) {
			t.Fatalf("%+v", f)
		}
		if long := f.Hits[0].Text; !strings.HasPrefix(long, "……") || !strings.HasSuffix(long, "……") || !strings.Contains(long, "路灯又坏了") || len([]rune(long)) > shownOf+4 {
			t.Errorf("%q", long)
		}
		for text, n := range map[string]int{"wifi": 1, "13812345678": 0, "138****": 1, "0%": 1, "意_": 1, "满%谢": 0, `\资`: 1, `D:\\`: 0, "！!": 1, "资料\\": 0, "没有这句": 0} {
			if f := l.searches(Search{Text: text}); len(f.Hits) != n {
				t.Errorf("%q: %d hits, want %d", text, len(f.Hits), n)
			}
		}
		if f := l.searches(Search{Accounts: []string{storetest.AppB}, Text: "路灯"}); len(f.Hits) != 0 || f.Next != "" {
			t.Errorf("another account: %+v", f)
		}
		for _, q := range []Search{{Text: "路"}, {Text: " 路 "}, {Text: strings.Repeat("长", 51)}, {Text: "路灯", Before: "x"}, {Text: "路灯", Before: "9000000000000000000.1"}} {
			_, err := l.Search(t.Context(), q)
			wantCode(t, fmt.Sprintf("%+v", q), err, models.CodeInvalid)
		}
	})
}

// A search stops at fifty hits and goes on behind them without losing one of the same second.
func TestSearch_GoesOnBehindFifty(t *testing.T) {
	l := newLog(t, current.SQLite(t))
	seen := map[int64]bool{}
	for i := range 120 {
		l.says(noon.Add(-time.Duration(i/40)*8*24*time.Hour), fmt.Sprintf("路灯 %d", i))
	}
	q := Search{Text: "路灯"}
	for page := range 3 {
		f := l.searches(q)
		for _, h := range f.Hits {
			seen[h.ID] = true
		}
		if last := page == 2; last != (f.Next == "") || !last && len(f.Hits) != 50 {
			t.Fatalf("page %d: %d hits, next %q", page, len(f.Hits), f.Next)
		}
		q.Before = f.Next
	}
	if len(seen) != 120 {
		t.Errorf("%d messages, want 120", len(seen))
	}
}

// A search whose time is over says how far it came, and goes on from there.
func TestSearch_StopsWhenItsTimeIsOver(t *testing.T) {
	l := newLog(t, current.SQLite(t))
	l.searchTime = time.Nanosecond
	l.says(noon.Add(-20*24*time.Hour), "路灯坏了")
	q, weeks := Search{Text: "路灯"}, 0
	for {
		f := l.searches(q)
		weeks++
		if len(f.Hits) == 1 {
			break
		}
		if f.Next == "" || weeks > 5 {
			t.Fatalf("week %d: %+v", weeks, f)
		}
		q.Before = f.Next
	}
	if weeks != 3 {
		t.Errorf("found in week %d, want 3", weeks)
	}
}

// A week under way is broken off when the time is over: what was found before is told, and where to go on.
func TestSearch_BreaksOffASlowWeek(t *testing.T) {
	everywhere(t, func(t *testing.T, l *log) {
		l.searchTime = 30 * time.Millisecond
		wanted := strings.Repeat("a", longest-1) + "b"
		near := l.says(noon.Add(-time.Hour), wanted)
		rows := make([]models.Interaction, 100)
		for i := range rows { // wherever one looks in these it may begin
			rows[i] = models.Interaction{
				AppID: storetest.AppA, MsgKey: fmt.Sprintf("%s-slow-%d", storetest.AppA, i), OpenID: zhang, At: noon.Add(-10 * 24 * time.Hour),
				Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen, Kind: models.MsgTypeText, Content: strings.Repeat("a", 60_000),
			}
		}
		if err := l.store.Append(t.Context(), rows, nil); err != nil {
			t.Fatal(err)
		}
		f := l.searches(Search{Text: wanted})
		if week := noon.Add(time.Second - slice); len(f.Hits) != 1 || f.Hits[0].ID != near || !f.SearchedTo.Equal(week) || f.Next != (place{at: week}).String() {
			t.Errorf("%d hits, searched to %s, next %q", len(f.Hits), f.SearchedTo, f.Next)
		}
	})
}

// A message is shown as it was written, for a reason that the audit log keeps, and not at all once its original is gone.
func TestReveal_WithReasonOnly(t *testing.T) {
	l := newLog(t, current.SQLite(t))
	const text = "我的电话 13812345678 <b>]]></b>"
	id := l.says(noon, text)
	_, err := l.Reveal(t.Context(), li, Message{ID: id}, "  ")
	wantCode(t, "no reason", err, models.CodeInvalid)
	_, err = l.Reveal(t.Context(), li, Message{ID: id, Accounts: []string{storetest.AppB}}, "回电")
	wantCode(t, "foreign account", err, models.CodeNotFound)
	out, err := l.Reveal(t.Context(), li, Message{ID: id, Accounts: []string{storetest.AppA}}, "回电")
	if err != nil || out.Text != text {
		t.Errorf("%q, error %v", out.Text, err)
	}
	answer := storetest.LogRow(zhang, "human", noon, "a1")
	answer.AppID, answer.Content, answer.Raw = storetest.AppA, "请打 13987654321", []byte("请打 13987654321")
	if out, err := l.Reveal(t.Context(), li, Message{ID: l.records(answer)}, "核对"); err != nil || out.Text != "请打 13987654321" {
		t.Errorf("%q, error %v", out.Text, err)
	}
	if err := l.store.Transact(t.Context(), func(tx *store.Tx) error {
		return tx.Exec(t.Context(), "UPDATE interactions SET raw = x'' WHERE id = ?", id)
	}); err != nil {
		t.Fatal(err)
	}
	_, err = l.Reveal(t.Context(), li, Message{ID: id}, "回电")
	wantCode(t, "kept no longer", err, models.CodeGone)
	var reasons []string
	err = l.store.AuditEntries(t.Context(), store.AuditFilter{Action: "message.reveal"}, func(e models.AuditEntry) error {
		reasons = append(reasons, e.Reason)
		return nil
	})
	if err != nil || !slices.Equal(reasons, []string{"回电", "核对"}) {
		t.Errorf("reasons %q, error %v", reasons, err)
	}
}

var jpeg = append([]byte("\xff\xd8\xff\xe0"), make([]byte, 64)...)

// A picture is fetched for three days; what WeChat has no more, and what is no picture, is not.
func TestMedia_ForThreeDays(t *testing.T) {
	l := newLog(t, current.SQLite(t))
	send := func(kind, contentType string, body []byte) int64 {
		id := l.platform.SentByCitizen(storetest.AppA, kind, contentType, body)
		return l.writes(l.now, func(p simulator.Post) []byte {
			if kind == "voice" {
				return p.Voice(id, "amr", "")
			}
			return p.Image("http://mmbiz.qpic.cn/mmbiz/x/0", id)
		})
	}
	picture, voice, page := send("image", "image/jpeg", jpeg), send("voice", "audio/amr", []byte("#!AMR\nxxxx")), send("image", "image/jpeg", []byte("<html><script>"))
	for id, want := range map[int64]string{picture: "image/jpeg", voice: "audio/amr"} {
		if m, err := l.Media(t.Context(), Message{ID: id}); err != nil || m.Type != want || len(m.Body) == 0 {
			t.Errorf("%s: %s, error %v", want, m.Type, err)
		}
	}
	if m, err := l.Media(t.Context(), Message{ID: page}); err == nil {
		t.Errorf("a page as a picture: %s", m.Type)
	}
	_, err := l.Media(t.Context(), Message{ID: l.says(noon, "你好")})
	wantCode(t, "a text", err, models.CodeNotFound)
	_, err = l.Media(t.Context(), Message{ID: picture, Accounts: []string{storetest.AppB}})
	wantCode(t, "foreign account", err, models.CodeNotFound)
	_, err = l.Media(t.Context(), Message{ID: l.writes(noon, func(p simulator.Post) []byte { return p.Image("http://mmbiz.qpic.cn/x", "unknown") })})
	wantCode(t, "unknown to WeChat", err, models.CodeGone)
	l.now = noon.Add(wechat.MediaLife)
	_, err = l.Media(t.Context(), Message{ID: picture})
	wantCode(t, "after three days", err, models.CodeGone)
}
