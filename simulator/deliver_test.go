package simulator

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

const citizen = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0"

func outcomes(tr *Trace) []DeliveryOutcome {
	var all []DeliveryOutcome
	for _, a := range tr.Attempts {
		all = append(all, a.Outcome)
	}
	return all
}

func TestDeliveryInEveryMode(t *testing.T) {
	for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat, models.ModePlain} {
		t.Run(string(mode), func(t *testing.T) {
			o := newOffice(t, testAccount(mode), func(o *office, _ int, w http.ResponseWriter, ev Event) {
				o.say(w, ev, "您好")
			})
			c := o.client(t, nil)
			if err := c.Handshake(t.Context()); err != nil {
				t.Fatal(err)
			}
			tr, err := c.Send(t.Context(), citizen, "公积金]]>提取")
			if err != nil {
				t.Fatal(err)
			}
			if tr.Outcome() != Replied || tr.Reply.Text != "您好" || len(tr.Attempts) != 1 {
				t.Fatalf("outcome %s, reply %+v, fault %s", tr.Outcome(), tr.Reply, tr.Attempts[0].Fault)
			}
			call := o.seen()[0]
			if !bytes.Equal(call.plain, tr.Event.Body) && mode != models.ModePlain {
				t.Errorf("the service opened %s", call.plain)
			}
			clearText := bytes.Contains(call.raw, []byte("公积金"))
			if clearText != (mode != models.ModeSafe) {
				t.Errorf("text in clear on the wire: %v", clearText)
			}
			if got := call.query["openid"]; len(got) != 1 || got[0] != citizen {
				t.Errorf("openid %v", got)
			}
			if got := len(call.query["encrypt_type"]); (got == 1) != (mode != models.ModePlain) {
				t.Errorf("%d encrypt_type", got)
			}
		})
	}
}

func TestRetryPolicy(t *testing.T) {
	silentFor := func(d time.Duration) func(http.ResponseWriter) {
		return func(http.ResponseWriter) { <-time.After(d) }
	}
	status := func(code int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(code) }
	}
	success := func(w http.ResponseWriter) { _, _ = w.Write([]byte("success")) }
	cases := []struct {
		name      string
		answers   []func(http.ResponseWriter)
		want      []DeliveryOutcome
		sameQuery bool // the second delivery repeats timestamp and nonce
	}{
		{"heard at once", []func(http.ResponseWriter){success}, []DeliveryOutcome{Silent}, false},
		{"wrong status once", []func(http.ResponseWriter){status(502), success}, []DeliveryOutcome{Status, Silent}, true},
		{"never right", []func(http.ResponseWriter){status(503), status(503), status(403), success}, []DeliveryOutcome{Status, Status, Status}, true},
		{"silence", []func(http.ResponseWriter){silentFor(150 * time.Millisecond), success}, []DeliveryOutcome{Timeout, Silent}, false},
		{"nothing said", []func(http.ResponseWriter){func(http.ResponseWriter) {}}, []DeliveryOutcome{Silent}, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			o := newOffice(t, testAccount(models.ModeSafe), func(_ *office, n int, w http.ResponseWriter, _ Event) {
				tc.answers[n-1](w)
			})
			c := o.client(t, func(co *ClientOptions) {
				co.Policy.Timeout = 60 * time.Millisecond
				co.Policy.Spacing = 80 * time.Millisecond
			})
			tr, err := c.Send(t.Context(), citizen, "你好")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, outcomes(tr)); diff != "" {
				t.Fatal(diff)
			}
			calls := o.seen()
			if len(calls) < 2 {
				return
			}
			if !bytes.Equal(calls[0].plain, calls[1].plain) {
				t.Error("the redelivery carries another body")
			}
			same := calls[0].query["nonce"][0] == calls[1].query["nonce"][0] && bytes.Equal(calls[0].raw, calls[1].raw)
			if same != tc.sameQuery {
				t.Errorf("identical nonce and ciphertext: %v", same)
			}
			if gap := calls[1].at.Sub(calls[0].at); !tc.sameQuery && gap < 70*time.Millisecond {
				t.Errorf("redelivered after %v", gap)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	url := server.URL
	server.Close()
	c, err := NewClient(ClientOptions{URLs: []string{url}, Account: testAccount(models.ModeSafe), Policy: quick()})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := c.Send(t.Context(), citizen, "你好")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]DeliveryOutcome{Refused, Refused, Refused}, outcomes(tr)); diff != "" || tr.Answered {
		t.Fatal(diff, tr.Answered)
	}
}

func TestBadReplies(t *testing.T) {
	reply := func(change string) func(*office, http.ResponseWriter, Event) {
		return func(o *office, w http.ResponseWriter, ev Event) {
			plain := string(Post{To: ev.From, From: ev.To, At: time.Now()}.Message("text", TextField("Content", "您好")))
			from, to, _ := strings.Cut(change, " -> ")
			o.write(w, []byte(strings.Replace(plain, from, to, 1)))
		}
	}
	raw := func(contentType, body string) func(*office, http.ResponseWriter, Event) {
		return func(_ *office, w http.ResponseWriter, _ Event) {
			w.Header().Set("Content-Type", contentType)
			_, _ = w.Write([]byte(body))
		}
	}
	cases := []struct {
		name   string
		answer func(*office, http.ResponseWriter, Event)
		fault  string
	}{
		{"json", raw("application/json", `{"code":0}`), "content type"},
		{"html", raw("text/html", "<html></html>"), "content type"},
		{"leading bytes", raw("text/xml", " <xml></xml>"), "does not begin"},
		{"in clear", raw("text/xml", "<xml><Content>x</Content></xml>"), "not encrypted"},
		{"two documents", raw("text/xml", "<xml><Encrypt>x</Encrypt></xml><xml></xml>"), "follows"},
		{"forged", raw("text/xml", "<xml><Encrypt>x</Encrypt><MsgSignature>y</MsgSignature></xml>"), "signature"},
		{"empty content", reply("您好 -> "), "refused"},
		{"unknown type", reply("[text] -> [poem]"), "refused"},
		{"to another citizen", reply(citizen + " -> oANOTHER"), "citizen"},
		{"from another account", reply("gh_123456789abc -> gh_other"), "account"},
		{"no time", reply("<CreateTime> -> <CreateTime>x"), "time"},
		{"broken", reply("</Content> -> "), "well-formed"},
		{"control character", reply("您好 -> a\x08b"), "well-formed"},
		{"too long", reply("您好 -> " + strings.Repeat("长", 700)), "refused"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			o := newOffice(t, testAccount(models.ModeSafe), func(o *office, _ int, w http.ResponseWriter, ev Event) {
				tc.answer(o, w, ev)
			})
			tr, err := o.client(t, nil).Send(t.Context(), citizen, "你好")
			if err != nil {
				t.Fatal(err)
			}
			if tr.Outcome() != BadReply || len(tr.Attempts) != 1 || !strings.Contains(tr.Attempts[0].Fault, tc.fault) {
				t.Errorf("outcome %s, %d deliveries, fault %q", tr.Outcome(), len(tr.Attempts), tr.Attempts[0].Fault)
			}
		})
	}
}

func TestReplySamples(t *testing.T) {
	for _, path := range everySample(t, "replies", 7, 7) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			body = bytes.TrimPrefix(body, byteOrderMark)
			ev := Event{From: "toUser", To: "fromUser"}
			switch {
			case bytes.Contains(body, []byte("touser")):
				ev = Event{From: "touser", To: "fromuser"}
			case bytes.Contains(body, []byte("oMgHVjngRipVsoxg6TuX3vz6glDg")):
				ev = Event{From: "oMgHVjngRipVsoxg6TuX3vz6glDg", To: "gh_7f083739789a"}
			}
			// Another project's card carries the word "url" where the platform wants an address.
			body = bytes.Replace(body, []byte("[url]"), []byte("[http://example.gov.cn]"), 1)
			reply, err := readReply(&ev, body)
			if err != nil {
				t.Fatal(err)
			}
			if reply.Kind == models.ReplyMusic && reply.HQMusicURL == "" {
				t.Error("HQMusicUrl is lost")
			}
		})
	}
}

func TestRepliesOfAllDeliveriesAreCompared(t *testing.T) {
	for _, constant := range []bool{true, false} {
		o := newOffice(t, testAccount(models.ModeSafe), func(o *office, n int, w http.ResponseWriter, ev Event) {
			if constant {
				n = 0
			}
			plain := Post{To: ev.From, From: ev.To, At: time.Unix(int64(1_700_000_000+len(o.calls)), 0)}.Message("text", TextField("Content", strings.Repeat("答", n+1)))
			o.write(w, plain)
		})
		c := o.client(t, nil)
		tr, err := c.Repeat(t.Context(), c.Text(citizen, "你好", ""), 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(tr.Attempts) != 3 || tr.Mismatch == constant {
			t.Errorf("constant %v: %d deliveries, mismatch %v", constant, len(tr.Attempts), tr.Mismatch)
		}
	}
}

func TestDeliveriesGoRoundTheInstances(t *testing.T) {
	answer := func(_ *office, _ int, w http.ResponseWriter, _ Event) { w.WriteHeader(http.StatusBadGateway) }
	a, b := newOffice(t, testAccount(models.ModeSafe), answer), newOffice(t, testAccount(models.ModeSafe), answer)
	c := a.client(t, func(o *ClientOptions) { o.URLs = append(o.URLs, b.server.URL+"/"); o.Policy.Attempts = 4 })
	for range 2 {
		if _, err := c.Send(t.Context(), citizen, "你好"); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.seen()) != 4 || len(b.seen()) != 4 {
		t.Errorf("%d and %d deliveries, want 4 and 4", len(a.seen()), len(b.seen()))
	}
}

func TestPatienceOutlivesARestart(t *testing.T) {
	o := newOffice(t, testAccount(models.ModeSafe), func(_ *office, n int, w http.ResponseWriter, _ Event) {
		if n < 20 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	c := o.client(t, func(co *ClientOptions) { co.Policy.Patience = 10 * time.Second })
	tr, err := c.Send(t.Context(), citizen, "你好")
	if err != nil || !tr.Answered || len(tr.Attempts) != 20 {
		t.Errorf("answered %v after %d deliveries, %v", tr.Answered, len(tr.Attempts), err)
	}
}

func TestCancelEndsTheWait(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	o := newOffice(t, testAccount(models.ModeSafe), func(*office, int, http.ResponseWriter, Event) {
		cancel()
		<-release
	})
	defer close(release)
	c := o.client(t, func(co *ClientOptions) { co.Policy.Timeout = time.Minute })
	tr, err := c.Send(ctx, citizen, "你好")
	if err != nil || tr.Outcome() != Canceled {
		t.Errorf("outcome %s, %v", tr.Outcome(), err)
	}
}

func TestFilesGoAsTheyAre(t *testing.T) {
	dir := t.TempDir()
	xmlFile, jsonFile := filepath.Join(dir, "a.xml"), filepath.Join(dir, "b.json")
	xmlBody := "\ufeff<xml>\n  <ToUserName><![CDATA[toUser]]></ToUserName><FromUserName>fromUser</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId></xml>\n"
	jsonBody := "\ufeff{\"ToUserName\" : \"toUser\", \"FromUserName\": \"fromUser\", \"MsgType\":\"text\",\"MsgId\":1}"
	for path, body := range map[string]string{xmlFile: xmlBody, jsonFile: jsonBody} {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := newOffice(t, testAccount(models.ModeSafe), func(*office, int, http.ResponseWriter, Event) {})
	c := o.client(t, nil)
	if _, err := c.File(t.Context(), []string{xmlFile, jsonFile}, FileOptions{}); err != nil {
		t.Fatal(err)
	}
	traces, err := c.File(t.Context(), []string{xmlFile, jsonFile}, FileOptions{To: "gh_x]]>", From: citizen})
	if err != nil {
		t.Fatal(err)
	}
	calls := o.seen()
	if string(calls[0].plain) != xmlBody || string(calls[1].plain) != jsonBody {
		t.Errorf("delivered\n%s\n%s", calls[0].plain, calls[1].plain)
	}
	for _, tr := range traces {
		if tr.Event.To != "gh_x]]>" || tr.Event.From != citizen {
			t.Errorf("replaced to %q and %q in %s", tr.Event.To, tr.Event.From, tr.Event.Body)
		}
	}
	if _, err := c.File(t.Context(), []string{filepath.Join(dir, "none.xml")}, FileOptions{}); err == nil {
		t.Error("a missing file is no error")
	}
}
