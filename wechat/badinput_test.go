package wechat

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

func TestBadInputs(t *testing.T) {
	cases, err := wechattest.Cases()
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 280 {
		t.Fatalf("%d cases, want at least 280", len(cases))
	}
	for i := range cases {
		t.Run(cases[i].String(), func(t *testing.T) { runBadInput(t, &cases[i]) })
	}
}

// runBadInput delivers the requests of a case and holds what became of each against what
// it expects.
func runBadInput(t *testing.T, c *wechattest.Case) {
	o := Options{AllowJSON: c.AllowJSON}
	if c.AnySkew {
		o.MaxSkew = -1
	}
	a := c.Account(testAccount(models.ModeSafe))
	requests, err := c.Requests(a, testNow())
	if err != nil {
		t.Fatal(err)
	}
	codec := newTestCodec(t, a, o)
	before := ""
	for i := range requests {
		r := &requests[i]
		m, err := codec.Decode(received(t, r))
		if err != nil {
			checkRefusal(t, r, m, err)
			continue
		}
		checkMessage(t, r, m)
		if r.Twin && m.Key == before {
			t.Error("two events have one key")
		}
		before = m.Key
	}
}

// received is the request as net/http would hand it over.
func received(t *testing.T, r *wechattest.Request) *http.Request {
	t.Helper()
	var body io.Reader = bytes.NewReader(r.Body)
	half := bytes.NewReader(r.Body[:len(r.Body)/2])
	length := int64(len(r.Body))
	switch {
	case r.Fault == wechattest.FaultStall:
		body = broken{half, os.ErrDeadlineExceeded}
	case r.Fault == wechattest.FaultCut:
		body = broken{half, io.ErrUnexpectedEOF}
	case r.Stream > 0:
		body, length = &endless{}, -1
	}
	return &http.Request{
		Method: r.Method, URL: &url.URL{Path: r.Path, RawQuery: r.Query}, Header: r.Header,
		Body: io.NopCloser(body), ContentLength: length,
	}
}

// checkRefusal: the right code, no message, and an error without any secret.
func checkRefusal(t *testing.T, r *wechattest.Request, m *models.Message, err error) {
	t.Helper()
	code := models.ErrorCode(err)
	if code != r.Code || code == "" || m != nil {
		t.Errorf("refused with %q: %v, want code %q, parse status %q", code, err, r.Code, r.ParseStatus)
	}
	for _, secret := range []string{testToken, testKey, testAppID, "社保卡", "oMgHV", util.Signature(testToken, "1750000000", testNonce)} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows %q", secret)
		}
	}
	var e *models.Error
	if code != models.CodeBadMessage || !errors.As(err, &e) {
		return
	}
	if len(e.Fields) != 1 || e.Fields[0].Field != "parse_status" || models.ParseStatus(e.Fields[0].Message).Routable() {
		t.Errorf("the refusal does not say how the message could be read: %v", e.Fields)
	}
}

func checkMessage(t *testing.T, r *wechattest.Request, m *models.Message) {
	t.Helper()
	if r.Code != "" || m.ParseStatus != r.ParseStatus {
		t.Errorf("read as %q, want code %q, parse status %q; warnings %v", m.ParseStatus, r.Code, r.ParseStatus, m.Warnings)
	}
	if !bytes.Equal(m.Raw, r.Message) {
		t.Error("the message was not kept byte for byte")
	}
	if len(m.Key) != 64 {
		t.Errorf("key %q", m.Key)
	}
	if r.Content != nil && m.Content != *r.Content {
		t.Errorf("content %q, want %q", m.Content, *r.Content)
	}
	warned := false
	for _, w := range m.Warnings {
		warned = warned || strings.HasPrefix(w, r.Warning+":")
	}
	if r.Warning != "" && !warned {
		t.Errorf("warnings %v, want one of %s", m.Warnings, r.Warning)
	}
}

// TestSkewIsBoundedToTheSecond holds both ends of MaxSkew, by a clock that stands still.
func TestSkewIsBoundedToTheSecond(t *testing.T) {
	a := testAccount(models.ModeSafe)
	for _, skew := range []time.Duration{time.Hour, 0} {
		codec := newTestCodec(t, a, Options{MaxSkew: skew})
		if skew == 0 {
			skew = 24 * time.Hour
		}
		for off, code := range map[time.Duration]string{
			-skew - time.Second: models.CodeStale, -skew: "", skew: "", skew + time.Second: models.CodeStale,
		} {
			d := delivery{account: a, body: benchText, timestamp: strconv.FormatInt(testNow().Add(off).Unix(), 10)}
			if _, err := codec.Decode(d.request(t)); models.ErrorCode(err) != code {
				t.Errorf("%v off with a bound of %v: %v, want code %q", off, skew, err, code)
			}
		}
	}
}

// TestEndlessBody: no more of a body is read than its bound, whatever is announced.
func TestEndlessBody(t *testing.T) {
	a := testAccount(models.ModeSafe)
	codec := newTestCodec(t, a, Options{})
	source := &endless{}
	r := delivery{account: a, body: benchText}.request(t)
	r.Body, r.ContentLength = io.NopCloser(source), -1
	if _, err := codec.Decode(r); models.ErrorCode(err) != models.CodeBodyTooLarge {
		t.Fatalf("error %v", err)
	}
	if source.read > 4*defaultMaxBody {
		t.Errorf("%d bytes read of a body bounded to %d", source.read, defaultMaxBody)
	}
}

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

// TestSwappedDigitsAreOneSignature: in plaintext mode timestamp and nonce may change places
// without changing what is signed. That must not let a second body in.
func TestSwappedDigitsAreOneSignature(t *testing.T) {
	a := testAccount(models.ModePlain)
	codec := newTestCodec(t, a, Options{})
	sent := delivery{account: a, body: benchText, timestamp: "1750000000", nonce: "1750000001"}
	swapped := delivery{account: a, body: benchText, timestamp: sent.nonce, nonce: sent.timestamp}
	first := decode(t, codec, sent.request(t))
	if again := decode(t, codec, swapped.request(t)); again.Key != first.Key {
		t.Errorf("the same body has another key")
	}
	swapped.body = strings.Replace(benchText, "社保卡", "公积金", 1)
	if _, err := codec.Decode(swapped.request(t)); models.ErrorCode(err) != models.CodeReplay {
		t.Errorf("another body under one signature: %v", err)
	}
}
