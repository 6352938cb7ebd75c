package wechat

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	sdk "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/silenceper/wechat/v2/officialaccount/server"
	"github.com/sirupsen/logrus"

	"github.com/wenzheng/wenzheng/models"
)

const benchText = `<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><FromUserName><![CDATA[oMgHVjngRipVsoxg6TuX3vz6glDg]]></FromUserName><CreateTime>1750000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[社保卡丢了怎么补办？]]></Content><MsgId>23456789012345678</MsgId></xml>`

// exchange replays one request without a socket.
type exchange struct {
	c    *Codec
	r    *http.Request
	body []byte
	rd   *bytes.Reader
	re   models.Reply
}

func newExchange(t testing.TB, mode models.Mode) *exchange {
	a := testAccount(mode)
	x := &exchange{c: newTestCodec(t, a, Options{}), re: models.TextReply("请带身份证到就近社保服务窗口补办，也可在“湘税社保”小程序办理。")}
	x.r = delivery{account: a, body: benchText}.request(t)
	var err error
	if x.body, err = io.ReadAll(x.r.Body); err != nil {
		t.Fatal(err)
	}
	x.rd = bytes.NewReader(x.body)
	x.r.Body = io.NopCloser(x.rd)
	return x
}

func (x *exchange) decode(t testing.TB) *models.Message {
	x.rd.Reset(x.body)
	m, err := x.c.Decode(x.r)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (x *exchange) roundTrip(t testing.TB) {
	m := x.decode(t)
	plain, err := x.c.Render(m, &x.re)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := x.c.Encode(m, plain); err != nil {
		t.Fatal(err)
	}
}

// TestAllocations holds the budget of performance.md with room for the rest of the door.
func TestAllocations(t *testing.T) {
	if raced {
		t.Log("allocations are not counted under the race detector")
		return
	}
	for _, tt := range []struct {
		mode models.Mode
		most float64
	}{{models.ModePlain, 5}, {models.ModeSafe, 6}} {
		x := newExchange(t, tt.mode)
		if got := testing.AllocsPerRun(500, func() { x.roundTrip(t) }); got > tt.most {
			t.Errorf("%s: %v allocations, at most %v", tt.mode, got, tt.most)
		} else {
			t.Logf("%s: %v allocations", tt.mode, got)
		}
	}
}

func benchDecode(b *testing.B, mode models.Mode) {
	x := newExchange(b, mode)
	b.ReportAllocs()
	for b.Loop() {
		x.decode(b)
	}
}

func benchRoundTrip(b *testing.B, mode models.Mode) {
	x := newExchange(b, mode)
	b.ReportAllocs()
	for b.Loop() {
		x.roundTrip(b)
	}
}

func BenchmarkDecodePlain(b *testing.B)    { benchDecode(b, models.ModePlain) }
func BenchmarkDecodeAES(b *testing.B)      { benchDecode(b, models.ModeSafe) }
func BenchmarkRoundTripPlain(b *testing.B) { benchRoundTrip(b, models.ModePlain) }
func BenchmarkRoundTripAES(b *testing.B)   { benchRoundTrip(b, models.ModeSafe) }

// BenchmarkEncodingXML is what reading the same body with encoding/xml alone costs.
func BenchmarkEncodingXML(b *testing.B) {
	var v struct {
		ToUserName, FromUserName, CreateTime, MsgType, Content string
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := xml.Unmarshal([]byte(benchText), &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	var t tree
	b.ReportAllocs()
	for b.Loop() {
		if parse([]byte(benchText), &t) != models.ParseOK {
			b.Fatal("not read")
		}
	}
}

func benchSDK(b *testing.B, mode models.Mode) {
	logrus.SetOutput(io.Discard)
	logrus.SetLevel(logrus.ErrorLevel)
	x := newExchange(b, mode)
	cfg := &config.Config{AppID: testAppID, Token: testToken, EncodingAESKey: testKey, Cache: cache.NewMemory()}
	b.ReportAllocs()
	for b.Loop() {
		x.rd.Reset(x.body)
		s := server.NewServer(&sdk.Context{Config: cfg})
		s.Writer, s.Request = httptest.NewRecorder(), x.r
		s.SetMessageHandler(func(*message.MixMessage) *message.Reply {
			return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(x.re.Text)}
		})
		if err := s.Serve(); err != nil {
			b.Fatal(err)
		}
		if err := s.Send(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSDKPlain(b *testing.B) { benchSDK(b, models.ModePlain) }
func BenchmarkSDKAES(b *testing.B)   { benchSDK(b, models.ModeSafe) }
