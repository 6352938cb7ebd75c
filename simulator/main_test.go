package simulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

const testAESKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

func testAccount(mode models.Mode) models.Account {
	a := models.Account{
		AppID: "wx0123456789abcdef", Name: "澜江发布", Kind: models.KindService, Verified: true,
		OriginalID: "gh_123456789abc", Mode: mode, Token: "testtoken", Secret: "0123456789abcdef0123456789abcdef",
	}
	if mode != models.ModePlain {
		a.AESKey = testAESKey
	}
	return a
}

// office is a service on the other side: it answers as the test says.
type office struct {
	t       *testing.T
	account models.Account
	cipher  *Cipher
	server  *httptest.Server
	answer  func(n int, w http.ResponseWriter, r *http.Request, plain []byte)

	mu    sync.Mutex
	calls []officeCall
}

type officeCall struct {
	query map[string][]string
	raw   []byte
	plain []byte
	at    time.Time
}

func newOffice(t *testing.T, account models.Account, answer func(o *office, n int, w http.ResponseWriter, ev Event)) *office {
	t.Helper()
	o := &office{t: t, account: account}
	if account.AESKey != "" {
		c, err := NewCipher(account.AppID, account.AESKey)
		if err != nil {
			t.Fatal(err)
		}
		o.cipher = c
	}
	o.answer = func(n int, w http.ResponseWriter, _ *http.Request, plain []byte) {
		ev, _ := ReadEvent(account.AppID, plain)
		answer(o, n, w, ev)
	}
	o.server = httptest.NewServer(http.HandlerFunc(o.serve))
	t.Cleanup(o.server.Close)
	return o
}

func (o *office) serve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if Signature(o.account.Token, q.Get("timestamp"), q.Get("nonce")) != q.Get("signature") {
		o.t.Errorf("signature of the query is wrong")
	}
	if r.Method == http.MethodGet {
		_, _ = w.Write([]byte(q.Get("echostr")))
		return
	}
	raw := make([]byte, r.ContentLength)
	for n := 0; n < len(raw); {
		m, err := r.Body.Read(raw[n:])
		n += m
		if err != nil && n < len(raw) {
			o.t.Errorf("read body: %v", err)
			break
		}
	}
	plain := raw
	if o.cipher != nil {
		plain = o.open(q.Get("timestamp"), q.Get("nonce"), q.Get("msg_signature"), raw)
	}
	o.mu.Lock()
	o.calls = append(o.calls, officeCall{query: q, raw: raw, plain: plain, at: time.Now()})
	n := len(o.calls)
	o.mu.Unlock()
	o.answer(n, w, r, plain)
}

func (o *office) open(timestamp, nonce, signature string, raw []byte) []byte {
	leaves, err := xmlLeaves(raw)
	if len(raw) > 0 && raw[0] == '{' {
		leaves, err = jsonLeaves(raw)
	}
	if err != nil {
		o.t.Errorf("envelope: %v", err)
		return nil
	}
	encrypted := ""
	for _, l := range leaves {
		if l.Path == "Encrypt" {
			encrypted = l.Value
		}
	}
	if Signature(o.account.Token, timestamp, nonce, encrypted) != signature {
		o.t.Errorf("msg_signature is wrong")
	}
	_, plain, err := o.cipher.Open([]byte(encrypted))
	if err != nil {
		o.t.Errorf("decrypt: %v", err)
	}
	return plain
}

// say answers with a text reply as the account's mode asks.
func (o *office) say(w http.ResponseWriter, ev Event, text string) {
	plain := Post{To: ev.From, From: ev.To, At: time.Now()}.Message("text", TextField("Content", text))
	o.write(w, plain)
}

func (o *office) write(w http.ResponseWriter, plain []byte) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	if o.cipher == nil {
		_, _ = w.Write(plain)
		return
	}
	sealed := o.cipher.Seal([16]byte{1, 2, 3}, plain)
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	body := appendFields([]byte("<xml>"), []Field{
		TextField("Encrypt", sealed), TextField("MsgSignature", Signature(o.account.Token, timestamp, "n1", sealed)),
		BareField("TimeStamp", timestamp), TextField("Nonce", "n1"),
	})
	_, _ = w.Write(append(body, "</xml>"...))
}

func (o *office) seen() []officeCall {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]officeCall(nil), o.calls...)
}

func quick() Policy {
	return Policy{Timeout: 2 * time.Second, Spacing: 20 * time.Millisecond, AtOnce: time.Millisecond}
}

func (o *office) client(t *testing.T, change func(*ClientOptions)) *Client {
	t.Helper()
	options := ClientOptions{URLs: []string{o.server.URL}, Account: o.account, Policy: quick()}
	if change != nil {
		change(&options)
	}
	c, err := NewClient(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// everySample hands a kind of sample out, our own and those of others where they are there.
func everySample(t *testing.T, kind string, own, others int) []string {
	t.Helper()
	ours, theirs := wechattest.Samples(t, kind)
	if len(ours) != own || len(theirs) != 0 && len(theirs) != others {
		t.Fatalf("%d samples of our own and %d of others, want %d and %d", len(ours), len(theirs), own, others)
	}
	return append(ours, theirs...)
}

func mustJSON(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}
