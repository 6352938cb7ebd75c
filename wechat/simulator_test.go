package wechat

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// keyed fails unless the simulator, which reads bodies with code of its own, gives this body
// the key that the wire gives it: by the keys it tells what came back to it.
func keyed(t failer, c *Codec, body []byte) {
	var s scratch
	m := c.message(body, &s, "", testNow())
	ev, err := simulator.ReadEvent(c.appID, body)
	if ev.Key != m.Key {
		t.Fatalf("%q: the wire reads %s %+v, the simulator %+v, %v", body, m.ParseStatus, *m, ev, err)
	}
}

// TestSimulatorReadsAlike over the bodies that the two might read in two ways.
func TestSimulatorReadsAlike(t *testing.T) {
	const (
		addressed = "<ToUserName>gh_7f083739789a</ToUserName><FromUserName>oMgHVjngRipVsoxg6TuX3vz6glDg</FromUserName>"
		text      = "<xml>" + addressed + "<CreateTime>1750000000</CreateTime><MsgType>text</MsgType><Content>社保卡</Content>"
		event     = "<xml>" + addressed + "<MsgType>event</MsgType><Event>CLICK</Event><EventKey>a</EventKey>"
		object    = `{"FromUserName":"oMgHVjngRipVsoxg6TuX3vz6glDg","MsgType":"event","Event":"CLICK","EventKey":"`
	)
	c := newTestCodec(t, testAccount(models.ModeSafe), Options{})
	for name, body := range map[string]string{
		"MsgId and MsgID":           text + "<MsgId>7</MsgId><MsgID>8</MsgID></xml>",
		"MsgID and MsgId":           text + "<MsgID>8</MsgID><MsgId>7</MsgId></xml>",
		"MsgId and empty MsgID":     text + "<MsgId>7</MsgId><MsgID/></xml>",
		"CreateTime beyond int64":   event + "<CreateTime>99999999999999999999</CreateTime></xml>",
		"CreateTime twice":          event + "<CreateTime>1750000000</CreateTime><CreateTime>5</CreateTime></xml>",
		"CreateTime twice, empty":   event + "<CreateTime>1750000000</CreateTime><CreateTime/></xml>",
		"CreateTime as a fraction":  event + "<CreateTime>1750000000.0</CreateTime></xml>",
		"an unknown authorisation":  "<xml>" + addressed + "<MsgType>event</MsgType><Event>user_authorization_modified</Event><OpenID>oaKk343WOktAaT2ygsX138BGblrg</OpenID></xml>",
		"OpenID empty":              "<xml>" + addressed + "<MsgType>event</MsgType><Event>user_info_modified</Event><openid/></xml>",
		"two byte order marks":      "\ufeff\ufeff" + event + "</xml>",
		"UTF-16 without its mark":   "<\x00x\x00m\x00l\x00/\x00>\x00",
		"UTF-16, high bytes first":  "\x00<\x00x\x00m\x00l\x00/\x00>",
		"JSON, escaped controls":    object + `a\u0000\b\r\nb"}`,
		"JSON, an escaped name":     `{"Event\u0007":"CLICK","MsgType":"event"}`,
		"JSON, invalid UTF-8":       object + "a\xffb\"}",
		"JSON, lone surrogate":      object + `a\ud83d"}`,
		"JSON, raw control":         object + "a\x08b\"}",
		"JSON, arrays in arrays":    `{"MsgType":"event","Event":"Subscribe_msg_popup_event","List":{"a":[[1,2],[3]]}}`,
		"JSON, empty array":         `{"MsgType":"event","Event":"subscribe_msg_sent_event","List":[]}`,
		"JSON, scalar as an object": `{"MsgType":"event","Event":"CLICK","EventKey":{"a":"b","c":1}}`,
		"JSON, root array":          `[{"MsgType":"event"}]`,
		"JSON, cut":                 `{"MsgType":"event"`,
		"JSON, sixteen levels":      `{"MsgType":"event","a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}}}}}}}`,
		"null":                      "null",
		"mixed content":             "<xml>" + addressed + "<MsgType>event</MsgType><A> x <B> y </B> z </A></xml>",
	} {
		t.Run(name, func(t *testing.T) { keyed(t, c, []byte(body)) })
	}
}

// TestSimulatorReadsAnyAlike is the same promise over documents made of the markup that
// matters.
func TestSimulatorReadsAnyAlike(t *testing.T) {
	c := newTestCodec(t, testAccount(models.ModeSafe), Options{})
	parts := []string{
		"<MsgType>event</MsgType>", "<MsgType>text</MsgType>", "<Event>CLICK</Event>", "<MsgId>7</MsgId>", "<MsgID>8</MsgID>",
		"<CreateTime>1750000000</CreateTime>", "<CreateTime>x</CreateTime>", "<Event>user_info_modified</Event>", "<OpenID>o1</OpenID>",
		"<openid>o2</openid>", "<FromUserName>o3</FromUserName>", "<Content>a</Content>", "<a x='1'>b</a>", "<a>b<c>d</c></a>",
		"&amp;", "&#x1;", "&#65;", "&x;", "<!-- c -->", "<?p?>", "text", "政务", " ", "\r\n", "\x08", "\xff", "😀", "<b/>", closeCDATA,
	}
	rapid.Check(t, func(rt *rapid.T) {
		body := ""
		for _, part := range rapid.SliceOfN(rapid.SampledFrom(parts), 0, 12).Draw(rt, "parts") {
			body += part
		}
		keyed(rt, c, []byte("<xml>"+body+"</xml>"))
	})
}
