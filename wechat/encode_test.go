package wechat

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/silenceper/wechat/v2/util"

	"github.com/wenzheng/wenzheng/models"
)

func TestSilence(t *testing.T) {
	for _, tt := range []struct {
		mode models.Mode
		o    Options
		want string
	}{
		{models.ModeSafe, Options{}, "success"},
		{models.ModeCompat, Options{}, "success"},
		{models.ModePlain, Options{}, "success"},
		{models.ModeSafe, Options{SafeEmptyZeroBytes: true}, ""},
		{models.ModePlain, Options{SafeEmptyZeroBytes: true}, "success"},
	} {
		a := testAccount(tt.mode)
		c := newTestCodec(t, a, tt.o)
		m := decode(t, c, delivery{account: a, body: benchText}.request(t))
		body, contentType, err := c.Encode(m, nil)
		if err != nil || string(body) != tt.want || contentType != "text/plain; charset=utf-8" {
			t.Errorf("%s: %q, %q, %v", tt.mode, body, contentType, err)
		}
	}
}

func TestReplyInClear(t *testing.T) {
	for _, tt := range []struct {
		mode  models.Mode
		o     Options
		clear bool
	}{
		{models.ModePlain, Options{}, true},
		{models.ModeSafe, Options{CompatPlainReply: true}, false},
		{models.ModeCompat, Options{}, false},
		{models.ModeCompat, Options{CompatPlainReply: true}, true},
	} {
		a := testAccount(tt.mode)
		c := newTestCodec(t, a, tt.o)
		m := decode(t, c, delivery{account: a, body: benchText}.request(t))
		body, contentType, err := c.Encode(m, []byte("<xml>你好</xml>"))
		if err != nil || contentType != "text/xml; charset=utf-8" || strings.Contains(string(body), "你好") != tt.clear {
			t.Errorf("%s: %s, %q, %v", tt.mode, body, contentType, err)
		}
	}
}

// TestFormerSecrets: while token and key change, requests of before are read, and
// answered with what WeChat still uses.
func TestFormerSecrets(t *testing.T) {
	a := testAccount(models.ModeSafe)
	a.PreviousToken, a.PreviousAESKey = oldTestToken, oldTestKey
	c := newTestCodec(t, a, Options{})
	for _, tt := range []struct{ name, token, key string }{
		{"both new", testToken, testKey},
		{"old key", testToken, oldTestKey},
		{"old token", oldTestToken, testKey},
		{"both old", oldTestToken, oldTestKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sender := a
			sender.Token, sender.AESKey = tt.token, tt.key
			m := decode(t, c, delivery{account: sender, body: benchText}.request(t))
			if m.Delivery.PreviousKey != (tt.key == oldTestKey) || m.Content != "社保卡丢了怎么补办？" {
				t.Errorf("previous key %v, content %q", m.Delivery.PreviousKey, m.Content)
			}
			opened := openedReply(t, c, m, []byte("<xml>回</xml>"), tt.token, tt.key)
			if string(opened) != "<xml>回</xml>" {
				t.Errorf("opened %q", opened)
			}
		})
	}
}

// TestFreshRandom: no two replies share their random bytes, not even of one request in
// many goroutines.
func TestFreshRandom(t *testing.T) {
	a := testAccount(models.ModeSafe)
	c := newTestCodec(t, a, Options{})
	m := decode(t, c, delivery{account: a, body: benchText}.request(t))
	var mu sync.Mutex
	var wg sync.WaitGroup
	seen := map[string]bool{}
	for range 8 {
		wg.Go(func() {
			for range 100 {
				body, _, err := c.Encode(m, []byte("<xml/>"))
				if err != nil {
					t.Error(err)
					return
				}
				_, sealed, _ := strings.Cut(string(body), openCDATA)
				sealed, _, _ = strings.Cut(sealed, closeCDATA)
				random, _, err := util.DecryptMsg(testAppID, sealed, testKey)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if seen[string(random)] || strings.Trim(string(random), "\x00") == "" {
					t.Error("random bytes given twice, or zero")
				}
				seen[string(random)] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 800 {
		t.Errorf("%d different randoms, want 800", len(seen))
	}
}

type dry struct{}

func (dry) Read([]byte) (int, error) { return 0, errors.New("no entropy") }

func TestNoRandomness(t *testing.T) {
	a := testAccount(models.ModeSafe)
	c := newTestCodec(t, a, Options{Rand: dry{}})
	m := decode(t, c, delivery{account: a, body: benchText}.request(t))
	if body, _, err := c.Encode(m, []byte("<xml/>")); err == nil || body != nil {
		t.Errorf("encrypted without randomness: %q", body)
	}
	if body, _, err := c.Encode(m, nil); err != nil || string(body) != "success" {
		t.Errorf("silence needs no randomness: %q, %v", body, err)
	}
}

func TestNewCodecRefuses(t *testing.T) {
	for _, tt := range []struct {
		field  string
		change func(*models.Account)
	}{
		{"app_id", func(a *models.Account) { a.AppID = "WX0123" }},
		{"token", func(a *models.Account) { a.Token = "" }},
		{"token", func(a *models.Account) { a.Token = "a b" }},
		{"previous_token", func(a *models.Account) { a.PreviousToken = "?" }},
		{"mode", func(a *models.Account) { a.Mode = "clear" }},
		{"mode", func(a *models.Account) { a.Mode = models.ModePlain }},
		{"aes_key", func(a *models.Account) { a.AESKey = "" }},
		{"aes_key", func(a *models.Account) { a.AESKey = testKey[:42] + "!" }},
		{"previous_aes_key", func(a *models.Account) { a.PreviousAESKey = "short" }},
	} {
		a := testAccount(models.ModeSafe)
		tt.change(&a)
		_, err := NewCodec(a, Options{})
		var e *models.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != tt.field {
			t.Errorf("%s: %v", tt.field, err)
		}
		if err != nil && strings.Contains(err.Error(), testKey[:42]) {
			t.Error("the error shows the key")
		}
	}
	a := testAccount(models.ModeSafe)
	a.Mode = ""
	// The last character of this key has bits that a strict decoder refuses.
	a.AESKey = testKey[:42] + "H"
	if _, err := NewCodec(a, Options{}); err != nil {
		t.Errorf("a legal account is refused: %v", err)
	}
}
