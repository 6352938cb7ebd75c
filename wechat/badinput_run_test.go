package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/silenceper/wechat/v2/util"

	"github.com/wenzheng/wenzheng/models"
)

func TestBadInputs(t *testing.T) {
	file, err := os.ReadFile("testdata/badinput.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []badInput
	if err := json.Unmarshal(file, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 130 {
		t.Fatalf("%d cases, want at least 130", len(cases))
	}
	for i := range cases {
		t.Run(cases[i].Group+"/"+cases[i].Name, func(t *testing.T) { cases[i].run(t) })
	}
}

// run delivers the case and holds what became of it against the expectation.
func (c *badInput) run(t *testing.T) {
	o := Options{AllowJSON: c.AllowJSON}
	if c.AnySkew {
		o.MaxSkew = -1
	}
	codec := newTestCodec(t, c.account(), o)
	plain := c.plain()
	sealed := c.seal(plain)
	query, body := c.query(sealed), c.body(c.Body, plain, sealed)
	var m *models.Message
	var err error
	r := c.request(query, body)
	for range c.Replay + 1 {
		m, err = codec.Decode(r)
		r = c.request(query, body)
	}
	if c.ReplayBody != nil {
		if err != nil {
			t.Fatalf("the first delivery was refused: %v", err)
		}
		m, err = codec.Decode(c.request(query, c.body(c.ReplayBody, plain, sealed)))
	}
	if err != nil {
		c.checkRefusal(t, m, err)
		return
	}
	c.checkMessage(t, m, plain)
	if c.Twin != nil {
		c.checkTwin(t, codec, m)
	}
}

// checkRefusal: the right code, no message, and an error without any secret.
func (c *badInput) checkRefusal(t *testing.T, m *models.Message, err error) {
	t.Helper()
	if code := models.ErrorCode(err); code != c.Code || code == "" || m != nil {
		t.Errorf("refused with %q: %v, want code %q, parse status %q", code, err, c.Code, c.ParseStatus)
	}
	for _, secret := range []string{testToken, testKey, testAppID, "社保卡", util.Signature(testToken, "1750000000", testNonce)} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows %q", secret)
		}
	}
}

func (c *badInput) checkMessage(t *testing.T, m *models.Message, plain string) {
	t.Helper()
	if c.Code != "" || string(m.ParseStatus) != c.ParseStatus {
		t.Errorf("read as %q, want code %q, parse status %q; warnings %v", m.ParseStatus, c.Code, c.ParseStatus, m.Warnings)
	}
	if string(m.Raw) != plain {
		t.Error("the message was not kept byte for byte")
	}
	if len(m.Key) != 64 || len(m.Delivery.BodySHA256) != 64 {
		t.Errorf("key %q, digest %q", m.Key, m.Delivery.BodySHA256)
	}
	if c.Content != nil && m.Content != strings.TrimSpace(expand(*c.Content)) {
		t.Errorf("content %q, want %q", m.Content, *c.Content)
	}
	warned := false
	for _, w := range m.Warnings {
		warned = warned || strings.HasPrefix(w, c.Warning+":")
	}
	if c.Warning != "" && !warned {
		t.Errorf("warnings %v, want one of %s", m.Warnings, c.Warning)
	}
}

func (c *badInput) checkTwin(t *testing.T, codec *Codec, m *models.Message) {
	t.Helper()
	plain := usual(c.Twin)
	sealed := c.seal(plain)
	twin := decode(t, codec, c.request(c.query(sealed), c.body(nil, plain, sealed)))
	if twin.Key == m.Key {
		t.Error("two events have one key")
	}
}

// TestEndlessBody: no more of a body is read than its bound, whatever is announced.
func TestEndlessBody(t *testing.T) {
	a := testAccount(models.ModeSafe)
	codec := newTestCodec(t, a, Options{})
	source := &endless{}
	r := delivery{account: a, body: benchText}.request(t)
	r.Body, r.ContentLength = http.NoBody, -1
	r.Body = readCloser{source}
	if _, err := codec.Decode(r); models.ErrorCode(err) != models.CodeBodyTooLarge {
		t.Fatalf("error %v", err)
	}
	if source.read > 4*defaultMaxBody {
		t.Errorf("%d bytes read of a body bounded to %d", source.read, defaultMaxBody)
	}
}

type readCloser struct{ *endless }

func (readCloser) Close() error { return nil }

// broken ends a body with an error.
type broken struct {
	io.Reader
	err error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = b.err
	}
	return n, err
}

// endless counts what is read of a body that is too long to be sent.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read += int64(len(p))
	return len(p), nil
}

func encryptCBC(encoded string, content []byte) []byte {
	key, _ := models.DecodeAESKey(encoded)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(content, content)
	return content
}
