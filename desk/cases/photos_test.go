package cases

import (
	"bytes"
	"context"
	"database/sql"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

const mediaPath = "/cgi-bin/media/get"

var keepsBoth = models.CaseKeeping{Photos: models.Keeping{Purpose: "核实现场情况", Days: 90}, Place: models.Keeping{Purpose: "派人到现场", Days: 30}}

// jpeg is a photo of so many bytes.
func jpeg(n int, fill byte) []byte {
	return append([]byte("\xff\xd8\xff\xe0"), bytes.Repeat([]byte{fill}, n-4)...)
}

// gallery is a talk with the platform behind its account.
type gallery struct {
	*talk
	platform *platform.Platform
}

// newGallery begins with what is kept of cases.
func newGallery(o *office, keeps models.CaseKeeping) *gallery {
	o.t.Helper()
	g := &gallery{platform: platform.New(platform.Options{Accounts: []models.Account{o.account}, Now: o.clock.Now})}
	server := httptest.NewServer(g.platform)
	o.client = wechat.NewClient(o.account, wechat.ClientOptions{Base: server.URL, Now: o.clock.Now, RetryDelay: time.Millisecond})
	o.t.Cleanup(func() {
		o.client.CloseIdle()
		g.platform.Close()
		server.CloseClientConnections()
		server.Close()
	})
	o.keeps = keeps
	o.start()
	g.talk = newTalk(o)
	return g
}

// tellsWith has the citizen tell a case with photos, and submit it nine minutes after the first of them.
func (g *gallery) tellsWith(photos ...string) Detail {
	g.t.Helper()
	g.tells("我要投诉", "路灯坏了", "1")
	g.sends(models.Message{MsgType: models.MsgTypeLocation, LocationX: "28.190512", LocationY: "112.938814", Scale: "16"})
	g.tells("人民路 12 号门口")
	for _, id := range photos {
		g.sends(models.Message{MsgType: models.MsgTypeImage, MediaID: id})
	}
	if len(photos) < 3 {
		g.tells("1")
	}
	g.clock.Pass(9 * time.Minute)
	said := g.tells("0", "1")
	_, number, _ := strings.Cut(strings.ReplaceAll(said, " ", ""), "编号")
	if len(number) < numberDigits {
		g.t.Fatalf("the receipt says %q", said)
	}
	return mustCase(g.t, g.office, wang, number[:numberDigits])
}

func (g *gallery) photo(body []byte) string {
	return g.platform.SentByCitizen(g.account.AppID, "image", "image/jpeg", body)
}

func (g *gallery) wantPhoto(c *Detail, n int, body []byte, code string) {
	g.t.Helper()
	m, err := g.Photo(context.Background(), c.AppID, c.Number, n)
	wantCode(g.t, err, code)
	if code == "" && (m.Type != "image/jpeg" || !bytes.Equal(m.Body, body)) {
		g.t.Errorf("photo %d is %d bytes of %s, want %d", n, len(m.Body), m.Type, len(body))
	}
}

func (g *gallery) wantState(c *Detail, states ...PhotoState) []Photo {
	g.t.Helper()
	*c = mustCase(g.t, g.office, wang, c.Number)
	if len(c.PhotoStates) != len(states) {
		g.t.Fatalf("%+v, want %q", c.PhotoStates, states)
	}
	for i, s := range states {
		if p := c.PhotoStates[i]; p.State != s || p.N != i+1 {
			g.t.Errorf("photo %+v, want %s", p, s)
		}
	}
	return c.PhotoStates
}

// What the settings do not name is not kept: photos are seen for the three days of WeChat, and of the place
// a kilometre is known.
func TestGolden_PhotosForThreeDays(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		g := newGallery(o, models.CaseKeeping{})
		first, second := jpeg(100, 1), jpeg(200, 2)
		c := g.tellsWith(g.photo(first), g.photo(second))
		for _, p := range g.wantState(&c, PhotoWeChat, PhotoWeChat) {
			if !p.Until.Equal(morning.Add(wechat.MediaLife)) || p.Purpose != "" {
				t.Errorf("%+v", p)
			}
		}
		if c.ExactPlace != nil || c.Place != "人民路 12 号门口（约 28.19,112.94）" || o.number("SELECT COUNT(*) FROM case_places") != 0 {
			t.Errorf("%q, %+v", c.Place, c.ExactPlace)
		}
		if text := Text(&c); !strings.Contains(text, "照片：2 张，3 天内可看，到 2026-03-05 10:00\n") {
			t.Error(text)
		}
		g.wantPhoto(&c, 1, first, "")
		g.wantPhoto(&c, 2, second, "")
		for _, n := range []int{-1, 0, 3} {
			g.wantPhoto(&c, n, nil, models.CodeNotFound)
		}
		_, err := g.Photo(context.Background(), "wxffffffffffffffff", c.Number, 1)
		wantCode(t, err, models.CodeNotFound)
		g.platform.SetFaults(platform.Fault{Path: mediaPath, Kind: platform.FaultErrcode, Code: 48001})
		_, err = g.Photo(context.Background(), c.AppID, c.Number, 1)
		if wantCode(t, err, models.CodeUnavailable); err == nil || !strings.Contains(err.Error(), "48001") {
			t.Error(err)
		}
		g.platform.SetFaults()
		if err := g.KeepPhotos(t.Context()); err != nil || o.number("SELECT COUNT(*) FROM case_photo_parts") != 0 {
			t.Errorf("something was kept, %v", err)
		}
		o.clock.Set(morning.Add(wechat.MediaLife))
		g.wantState(&c, PhotoOver, PhotoOver)
		g.wantPhoto(&c, 1, nil, models.CodeGone)
	})
}

// What the settings name is kept, once however many instances fetch it, sealed, and deleted on its day. Citizens are told.
func TestGolden_PhotosAndPlaceKept(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		g := newGallery(o, keepsBoth)
		small, large := jpeg(100, 1), jpeg(2*photoPart+5, 2)
		c := g.tellsWith(g.photo(small), g.photo(large))
		if p := g.wantState(&c, PhotoDue, PhotoDue); p[0].Purpose != "核实现场情况" {
			t.Errorf("%+v", p)
		}
		g.wantPhoto(&c, 1, small, "")
		other, errs := o.sibling(), make([]error, 2)
		var wg sync.WaitGroup
		for i, x := range []*office{o, other} {
			wg.Go(func() { errs[i] = x.KeepPhotos(context.Background()) })
		}
		wg.Wait()
		if errs[0] != nil || errs[1] != nil || o.number("SELECT COUNT(*) FROM case_photo_parts") != 4 {
			t.Errorf("%d pieces, %v", o.number("SELECT COUNT(*) FROM case_photo_parts"), errs)
		}
		until := c.SubmittedAt.AddDate(0, 0, 90)
		for _, p := range g.wantState(&c, PhotoKept, PhotoKept) {
			if !p.Until.Equal(until) {
				t.Errorf("%+v", p)
			}
		}
		err := o.store.Query(t.Context(), store.Console, func(rows *sql.Rows) error {
			var b []byte
			err := rows.Scan(&b)
			if bytes.Contains(b, small[:20]) || bytes.Contains(b, []byte("28.190512")) {
				t.Error("it is kept unsealed")
			}
			return err
		}, "SELECT body FROM case_photo_parts UNION ALL SELECT place FROM case_places")
		if err != nil {
			t.Fatal(err)
		}
		if c.ExactPlace == nil || c.ExactPlace.Purpose != "派人到现场" || !c.ExactPlace.Until.Equal(c.SubmittedAt.AddDate(0, 0, 30)) {
			t.Fatalf("%+v", c.ExactPlace)
		}
		wantExact := func(want string) {
			t.Helper()
			r, err := o.Reveal(t.Context(), wang, c.AppID, c.Number, "到现场")
			if err != nil || r.Exact != want {
				t.Errorf("%q, %v", r.Exact, err)
			}
		}
		wantExact("28.190512,112.938814")

		g.platform.SetFaults(platform.Fault{Path: mediaPath, Kind: platform.FaultStatus})
		o.clock.Set(c.SubmittedAt.AddDate(0, 0, 30))
		wantExact("")
		g.wantPhoto(&c, 1, small, "")
		g.wantPhoto(&c, 2, large, "")
		o.clock.Set(until.Add(-time.Microsecond))
		if err := o.Trim(t.Context()); err != nil || o.number("SELECT COUNT(*) FROM case_photo_parts") != 4 || o.number("SELECT COUNT(*) FROM case_places") != 0 {
			t.Errorf("too much was deleted, or too little, %v", err)
		}
		o.clock.Set(until)
		g.wantPhoto(&c, 2, nil, models.CodeGone)
		if err := o.Trim(t.Context()); err != nil || o.number("SELECT COUNT(*) FROM case_photo_parts") != 0 {
			t.Errorf("not all was deleted, %v", err)
		}
		g.wantState(&c, PhotoDeleted, PhotoDeleted)
	})
}

// What WeChat does not have, or is no photo, is not asked for again; the record says why.
func TestKeepPhotos_NotToBeHad(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	g := newGallery(o, keepsBoth)
	c := g.tellsWith("unknown", g.photo([]byte("%PDF-1.7 \x00\x01\x02")), g.platform.SentByCitizen(o.account.AppID, "voice", "audio/amr", []byte("#!AMR\nxxxx")))
	g.wantPhoto(&c, 1, nil, models.CodeGone)
	g.wantPhoto(&c, 2, nil, models.CodeNotFound)
	if err := g.KeepPhotos(t.Context()); err != nil {
		t.Error(err)
	}
	g.wantState(&c, PhotoGone, PhotoKind, PhotoKind)
	if text := Text(&c); !strings.Contains(text, "照片：3 张；第 1 张没有保存：微信已经没有了；第 2 张没有保存：微信给的不是图片；") {
		t.Error(text)
	}
	g.wantPhoto(&c, 1, nil, models.CodeGone)
	g.wantPhoto(&c, 3, nil, models.CodeNotFound)

	o.clock.Pass(time.Hour)
	g.platform.SetFaults(platform.Fault{Path: mediaPath, Kind: platform.FaultHuge, Bytes: wechat.MaxMedia + 1})
	c = g.tellsWith(g.photo(jpeg(100, 1)))
	g.wantPhoto(&c, 1, nil, models.CodeNotFound)
	if err := g.KeepPhotos(t.Context()); err != nil {
		t.Error(err)
	}
	g.wantState(&c, PhotoLarge)
	if n := o.number("SELECT COUNT(*) FROM case_photos WHERE next_at > 0"); n != 0 {
		t.Errorf("%d are tried again", n)
	}
}

// Where WeChat does not answer a photo is tried again, ever less often, and given up after its three days; an
// attempt that is cut short is none.
func TestKeepPhotos_TriedAgain(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	g := newGallery(o, keepsBoth)
	body := jpeg(100, 1)
	c := g.tellsWith(g.photo(body), g.photo(body))
	g.platform.SetFaults(platform.Fault{Path: mediaPath, Kind: platform.FaultSilence})
	killed, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := g.KeepPhotos(killed); err != nil || o.number("SELECT SUM(tries) FROM case_photos") != 0 {
		t.Errorf("an attempt that was cut short counts, %v", err)
	}
	asked := func() (n int) {
		g.platform.SetFaults(platform.Fault{Path: mediaPath, Kind: platform.FaultReset})
		_ = g.KeepPhotos(t.Context()) // WeChat failed
		return int(o.number("SELECT SUM(tries) FROM case_photos"))
	}
	for i, step := range []struct {
		after time.Duration
		tries int
	}{{0, 1}, {time.Second, 2}, {30 * time.Second, 2}, {time.Minute, 3}} { // the other one waits for the first
		o.clock.Pass(step.after)
		if n := asked(); n != step.tries {
			t.Errorf("step %d: %d attempts, want %d", i, n, step.tries)
		}
	}
	g.platform.SetFaults()
	o.clock.Pass(time.Hour)
	if err := g.KeepPhotos(t.Context()); err != nil {
		t.Error(err)
	}
	g.wantState(&c, PhotoKept, PhotoKept)

	c = g.tellsWith(g.photo(body))
	o.clock.Pass(wechat.MediaLife)
	asked()
	g.wantState(&c, PhotoMissed)
	g.wantPhoto(&c, 1, nil, models.CodeGone)
}
