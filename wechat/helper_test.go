package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

const (
	testAppID    = "wxb11529c136998cb6"
	testToken    = "pamtest"
	testKey      = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	oldTestToken = "formertoken"
	oldTestKey   = wechattest.FormerAESKey
	testNonce    = "nonce12345"
	testRandom   = "aaaabbbbccccdddd"
)

func testNow() time.Time { return time.Unix(1750000000, 0) }

func testAccount(mode models.Mode) models.Account {
	a := models.Account{
		AppID: testAppID, Name: "测试", Kind: models.KindService, Mode: mode,
		Token: testToken, AESKey: testKey,
	}
	if mode == models.ModePlain {
		a.AESKey = ""
	}
	return a
}

func newTestCodec(t testing.TB, a models.Account, o Options) *Codec {
	t.Helper()
	if o.Now == nil {
		o.Now = testNow
	}
	c, err := NewCodec(a, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// delivery builds the request that WeChat would send, with the SDK's own signature and
// cipher, so that nothing here agrees with the codec only because it is the codec.
type delivery struct {
	account   models.Account
	body      string
	nonce     string
	timestamp string
	openID    string // of the query; "" = the first FromUserName of the body
}

var fromUserName = regexp.MustCompile(`FromUserName"?[>:] ?(?:<!\[CDATA\[|")?([A-Za-z0-9_-]+)`)

func (d delivery) query(sealed string) url.Values {
	q := url.Values{"timestamp": {d.timestamp}, "nonce": {d.nonce}}
	if found := fromUserName.FindStringSubmatch(d.body); d.openID == "" && found != nil {
		d.openID = found[1]
	}
	if d.openID != "" {
		q.Set("openid", d.openID)
	}
	q.Set("signature", util.Signature(d.account.Token, d.timestamp, d.nonce))
	if sealed != "" {
		q.Set("encrypt_type", "aes")
		q.Set("msg_signature", util.Signature(d.account.Token, d.timestamp, d.nonce, sealed))
	}
	return q
}

func (d delivery) request(t testing.TB) *http.Request {
	t.Helper()
	if d.nonce == "" {
		d.nonce = testNonce
	}
	if d.timestamp == "" {
		d.timestamp = strconv.FormatInt(testNow().Unix(), 10)
	}
	sealed, body := "", d.body
	if d.account.Mode != models.ModePlain {
		b, err := util.EncryptMsg([]byte(testRandom), []byte(d.body), d.account.AppID, d.account.AESKey)
		if err != nil {
			t.Fatal(err)
		}
		sealed = string(b)
		body = wrapped(d.account.Mode, d.body, sealed)
	}
	return httptest.NewRequest(http.MethodPost, "/wechat/callback/"+d.account.AppID+"?"+d.query(sealed).Encode(), strings.NewReader(body))
}

// wrapped is the body of an encrypted mode. In compat mode the twin in clear lies, so
// that a test sees whether it is looked at.
func wrapped(mode models.Mode, plain, sealed string) string {
	json := isJSON([]byte(plain))
	switch {
	case json && mode == models.ModeCompat:
		return `{"ToUserName":"liar","FromUserName":"liar","MsgType":"text","Content":"lie","Encrypt":"` + sealed + `"}`
	case json:
		return `{"ToUserName":"gh_x","Encrypt":"` + sealed + `"}`
	case mode == models.ModeCompat:
		return "<xml><ToUserName>liar</ToUserName><FromUserName>liar</FromUserName><MsgType>text</MsgType><Content><![CDATA[lie\x08]]></Content>" +
			"<Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>"
	}
	return "<xml>\n  <ToUserName><![CDATA[gh_x]]></ToUserName>\n  <Encrypt><![CDATA[" + sealed + "]]></Encrypt>\n</xml>"
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

func decode(t testing.TB, c *Codec, r *http.Request) *models.Message {
	t.Helper()
	m, err := c.Decode(r)
	if err != nil {
		t.Fatalf("decode: %v (%s)", err, models.ErrorCode(err))
	}
	return m
}

// again is the request r with another body.
func again(r *http.Request, body string) *http.Request {
	next := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	next.URL = r.URL
	return next
}

func readAll(t testing.TB, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
