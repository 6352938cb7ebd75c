package chat

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

type m = map[string]any

func testAccount() models.Account {
	return models.Account{
		AppID: "wx0123456789abcdef", Name: "澜江发布", Kind: models.KindService, Verified: true, OriginalID: "gh_123456789abc",
		Mode: models.ModeSafe, Token: "testtoken", Secret: "0123456789abcdef0123456789abcdef",
		AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
	}
}

// office is a service on the other side: it answers as the test says.
type office struct {
	t       *testing.T
	account models.Account
	cipher  *simulator.Cipher
	server  *httptest.Server
	answer  answerer

	mu    sync.Mutex
	calls []string
}

// answerer answers the n-th delivery.
type answerer func(o *office, n int, w http.ResponseWriter, ev simulator.Event)

func newOffice(t *testing.T, account models.Account, answer answerer) *office {
	t.Helper()
	cipher, err := simulator.NewCipher(account.AppID, account.AESKey)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, account: account, cipher: cipher, answer: answer}
	o.server = httptest.NewServer(http.HandlerFunc(o.serve))
	t.Cleanup(o.server.Close)
	return o
}

var encrypted = regexp.MustCompile(`<Encrypt><!\[CDATA\[(.*?)]]></Encrypt>`)

func (o *office) serve(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	sealed := encrypted.FindSubmatch(raw)
	if err != nil || sealed == nil {
		o.t.Errorf("no envelope: %v in %s", err, raw)
		return
	}
	_, plain, err := o.cipher.Open(sealed[1])
	if err != nil {
		o.t.Errorf("decrypt: %v", err)
	}
	ev, err := simulator.ReadEvent(o.account.AppID, plain)
	if err != nil {
		o.t.Error(err)
	}
	o.mu.Lock()
	o.calls = append(o.calls, string(plain))
	n := len(o.calls)
	o.mu.Unlock()
	o.answer(o, n, w, ev)
}

// say answers with a text.
func (o *office) say(w http.ResponseWriter, ev simulator.Event, text string) {
	plain := simulator.Post{To: ev.From, From: ev.To, At: time.Now()}.Text(text)
	sealed := o.cipher.Seal([16]byte{1, 2, 3}, plain)
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	fmt.Fprintf(w, "<xml><Encrypt>%s</Encrypt><MsgSignature>%s</MsgSignature><TimeStamp>1</TimeStamp><Nonce>n1</Nonce></xml>",
		sealed, simulator.Signature(o.account.Token, "1", "n1", sealed))
}

// bodies are those delivered so far, in clear.
func (o *office) bodies() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.calls)
}
