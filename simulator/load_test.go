package simulator

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func records(t *testing.T, journal []byte) []Record {
	t.Helper()
	var all []Record
	for line := range bytes.Lines(journal) {
		var r Record
		mustJSON(t, line, &r)
		all = append(all, r)
	}
	return all
}

func TestLoadSendsEachTextOnce(t *testing.T) {
	for _, rate := range []float64{0, 2000} {
		t.Run("rate "+strconv.FormatFloat(rate, 'f', 0, 64), func(t *testing.T) {
			o := newOffice(t, testAccount(models.ModeSafe), func(o *office, n int, w http.ResponseWriter, ev Event) {
				if n%7 == 0 {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				o.say(w, ev, "收到")
			})
			var buf bytes.Buffer
			journal := NewJournal(&buf)
			c := o.client(t, func(co *ClientOptions) { co.Journal = journal })
			texts := make([]string, 142)
			want := map[string]int{}
			for i := range texts {
				texts[i] = "第" + strconv.Itoa(i) + "条留言"
				want[contentSum(texts[i])] = 1
			}
			var reports atomic.Int32
			sum, err := c.Load(t.Context(), LoadOptions{
				Texts: texts, Once: true, Rate: rate, Citizens: 9, Concurrency: 8,
				Progress: func(Summary) { reports.Add(1) },
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := journal.Flush(); err != nil {
				t.Fatal(err)
			}
			got, answered, keys := map[string]int{}, 0, map[string]bool{}
			for _, r := range records(t, buf.Bytes()) {
				got[r.ContentSHA256]++
				keys[r.Key] = true
				if r.Answered {
					answered++
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if sum.Sent != 142 || sum.Answered != answered || sum.Replied != answered || len(keys) != 142 {
				t.Errorf("summary %+v, journal has %d answered and %d keys", sum, answered, len(keys))
			}
			if sum.Retries == 0 || sum.Retries != sum.Deliveries-142 || sum.Non200 < sum.Retries || sum.Mismatches != 0 {
				t.Errorf("retries do not add up: %+v", sum)
			}
			if reports.Load() == 0 {
				t.Error("no progress was reported")
			}
		})
	}
}

func TestLoadMixesKinds(t *testing.T) {
	o := newOffice(t, testAccount(models.ModePlain), func(o *office, n int, w http.ResponseWriter, ev Event) {
		o.say(w, ev, "答"+strconv.Itoa(n))
	})
	var buf bytes.Buffer
	journal := NewJournal(&buf)
	c := o.client(t, func(co *ClientOptions) { co.Journal = journal })
	sum, err := c.Load(t.Context(), LoadOptions{
		Count: 400, Concurrency: 4, Duplicates: 0.1, Seed: 3, Mix: Mix{Event: 0.2, Media: 0.2, Unknown: 0.1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := journal.Flush(); err != nil {
		t.Fatal(err)
	}
	kinds, keys := map[string]int{}, map[string]bool{}
	for _, r := range records(t, buf.Bytes()) {
		keys[r.Key] = true
		switch r.MsgType {
		case "text", "event", "hologram":
			kinds[r.MsgType]++
		default:
			kinds["media"]++
		}
	}
	for kind, least := range map[string]int{"text": 150, "event": 50, "media": 50, "hologram": 20} {
		if kinds[kind] < least {
			t.Errorf("%d of kind %s, want at least %d", kinds[kind], kind, least)
		}
	}
	if len(keys) != 400 {
		t.Errorf("%d keys, want 400", len(keys))
	}
	// Every duplicate is answered with another number here: the oracle must see it.
	if sum.Duplicates < 40 || sum.Mismatches != sum.Duplicates/2 {
		t.Errorf("%d duplicates and %d mismatches", sum.Duplicates, sum.Mismatches)
	}
}

func TestOpenLoopGoesOnDuringAnOutage(t *testing.T) {
	o := newOffice(t, testAccount(models.ModeSafe), func(_ *office, n int, w http.ResponseWriter, _ Event) {
		if n < 50 {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	c := o.client(t, func(co *ClientOptions) {
		co.Policy.Patience = 20 * time.Second
		co.Policy.AtOnce = 50 * time.Millisecond
	})
	sum, err := c.Load(t.Context(), LoadOptions{Rate: 500, Count: 100, Concurrency: 2})
	if err != nil {
		t.Fatal(err)
	}
	if sum.Answered != 100 || sum.Refused != 0 || sum.Retries < 49 {
		t.Errorf("%+v", sum)
	}
}

func TestLoadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := newOffice(t, testAccount(models.ModeSafe), func(_ *office, n int, w http.ResponseWriter, _ Event) {
		w.WriteHeader(http.StatusBadGateway)
		if n == 10 {
			cancel()
		}
	})
	c := o.client(t, func(co *ClientOptions) { co.Policy = Policy{AtOnce: time.Hour} })
	for _, rate := range []float64{0, 1000} {
		sum, err := c.Load(ctx, LoadOptions{Rate: rate, Duration: time.Hour, Concurrency: 16})
		if err == nil || sum.Answered != 0 {
			t.Errorf("rate %g: %v, %+v", rate, err, sum)
		}
	}
}

func TestLoadRefusesNonsense(t *testing.T) {
	c, err := NewClient(ClientOptions{URLs: []string{"http://127.0.0.1:1"}, Account: testAccount(models.ModeSafe)})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []LoadOptions{{Once: true}, {Rate: -1}, {Duplicates: 2}, {Mix: Mix{Event: 0.9, Media: 0.2}}} {
		if _, err := c.Load(t.Context(), o); err == nil {
			t.Errorf("%+v is played", o)
		}
	}
	for _, url := range []string{"", "ftp://x", "127.0.0.1:80", "http://"} {
		if _, err := NewClient(ClientOptions{URLs: []string{url}, Account: testAccount(models.ModeSafe)}); err == nil {
			t.Errorf("address %q is taken", url)
		}
	}
}

func TestQuantile(t *testing.T) {
	hundred := make([]float32, 100)
	for i := range hundred {
		hundred[i] = float32(i + 1)
	}
	cases := []struct {
		values []float32
		q      float64
		want   float64
	}{
		{nil, 0.5, 0},
		{[]float32{7}, 0.5, 7},
		{[]float32{1, 2}, 0.5, 1},
		{hundred, 0.5, 50},
		{hundred, 0.99, 99},
		{hundred, 1, 100},
	}
	for _, tc := range cases {
		if got := quantile(tc.values, tc.q); got != tc.want {
			t.Errorf("quantile %g of %d values = %g, want %g", tc.q, len(tc.values), got, tc.want)
		}
	}
}

func TestJournalLine(t *testing.T) {
	o := newOffice(t, testAccount(models.ModeSafe), func(o *office, _ int, w http.ResponseWriter, ev Event) { o.say(w, ev, "答") })
	var buf bytes.Buffer
	journal := NewJournal(&buf)
	c := o.client(t, func(co *ClientOptions) { co.Journal = journal })
	tr, err := c.Send(t.Context(), citizen, "问")
	if err != nil {
		t.Fatal(err)
	}
	if err := journal.Flush(); err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	mustJSON(t, buf.Bytes(), &line)
	for _, name := range []string{"key", "msg_id", "openid", "msg_type", "event", "content_sha256", "raw_sha256", "deliveries", "answered", "reply"} {
		if _, there := line[name]; !there {
			t.Errorf("%s is missing in %s", name, buf.Bytes())
		}
	}
	delivery, _ := line["deliveries"].([]any)[0].(map[string]any)
	for _, name := range []string{"at", "status", "latency_ms", "outcome", "reply"} {
		if _, there := delivery[name]; !there {
			t.Errorf("%s is missing in a delivery", name)
		}
	}
	if line["key"] != tr.Event.Key || !strings.Contains(line["reply"].(string), "答") {
		t.Errorf("line %s", buf.Bytes())
	}
	broken := NewJournal(brokenWriter{})
	broken.write(Record{Reply: strings.Repeat("x", 1<<17)})
	if broken.Flush() == nil {
		t.Error("a journal that cannot be written flushes without an error")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func BenchmarkClient(b *testing.B) {
	account := testAccount(models.ModeSafe)
	var t testing.T
	o := newOffice(&t, account, func(o *office, _ int, w http.ResponseWriter, ev Event) { o.say(w, ev, "您好") })
	defer o.server.Close()
	c, err := NewClient(ClientOptions{URLs: []string{o.server.URL}, Account: account})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	if _, err := c.Load(b.Context(), LoadOptions{Count: b.N, Concurrency: 64}); err != nil {
		b.Fatal(err)
	}
}
