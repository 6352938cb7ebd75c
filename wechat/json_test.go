package wechat

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wenzheng/wenzheng/models"
)

// TestJSONTwins: a JSON body gives the message of its XML twin, raw bytes apart.
func TestJSONTwins(t *testing.T) {
	const head = `"ToUserName":"gh_7f083739789a","FromUserName":"oMgHVjngRipVsoxg6TuX3vz6glDg",`
	const xmlHead = `<ToUserName>gh_7f083739789a</ToUserName><FromUserName>oMgHVjngRipVsoxg6TuX3vz6glDg</FromUserName>`
	item := `{"TemplateId":"t1","SubscribeStatusString":"accept","PopupScene":"2"}`
	xmlItem := `<List><TemplateId>t1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString><PopupScene>2</PopupScene></List>`
	popup := `"CreateTime":"1750000000","MsgType":"event","Event":"subscribe_msg_popup_event",`
	xmlPopup := `<CreateTime>1750000000</CreateTime><MsgType>event</MsgType><Event>subscribe_msg_popup_event</Event>`
	for _, tt := range []struct{ name, json, xml string }{
		{
			"numbers", `{` + head + `"CreateTime":1750000000,"MsgType":"text","Content":"问\u516c积金","MsgId":9223372036854775808}`,
			`<xml>` + xmlHead + `<CreateTime>1750000000</CreateTime><MsgType>text</MsgType><Content>问公积金</Content><MsgId>9223372036854775808</MsgId></xml>`,
		},
		{"list of one as object", `{` + head + popup + `"List":` + item + `}`, `<xml>` + xmlHead + xmlPopup + `<SubscribeMsgPopupEvent>` + xmlItem + `</SubscribeMsgPopupEvent></xml>`},
		{"list of two", `{` + head + popup + `"List":[` + item + `,` + item + `]}`, `<xml>` + xmlHead + xmlPopup + `<SubscribeMsgPopupEvent>` + xmlItem + xmlItem + `</SubscribeMsgPopupEvent></xml>`},
		{
			"list before event", `{` + head + `"List":[` + item + `],"MsgType":"event","CreateTime":1750000000,"Event":"subscribe_msg_sent_event"}`,
			`<xml>` + xmlHead + `<SubscribeMsgSentEvent>` + xmlItem + `</SubscribeMsgSentEvent><MsgType>event</MsgType><CreateTime>1750000000</CreateTime><Event>subscribe_msg_sent_event</Event></xml>`,
		},
		{
			"nested, true and null", `{` + head + `"CreateTime":1750000000,"MsgType":"event","Event":"x","A":{"B":[{"C":true},{"C":null}],"D":{}}}`,
			`<xml>` + xmlHead + `<CreateTime>1750000000</CreateTime><MsgType>event</MsgType><Event>x</Event><A><B><C>true</C></B><B><C/></B><D/></A></xml>`,
		},
		{"byte order mark and junk behind", "\ufeff {" + head + popup + `"List":[]} junk`, `<xml>` + xmlHead + xmlPopup + `</xml> junk`},
	} {
		for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat, models.ModePlain} {
			t.Run(tt.name+"/"+string(mode), func(t *testing.T) {
				a := testAccount(mode)
				j := decode(t, newTestCodec(t, a, Options{AllowJSON: true}), delivery{account: a, body: tt.json}.request(t))
				x := decode(t, newTestCodec(t, a, Options{}), delivery{account: a, body: tt.xml}.request(t))
				ignore := []cmp.Option{
					cmpopts.IgnoreFields(models.Message{}, "Raw"),
					cmpopts.IgnoreFields(models.Delivery{}, "Signature"),
				}
				if diff := cmp.Diff(x, j, ignore...); diff != "" {
					t.Error(diff)
				}
				if j.ParseStatus != models.ParseOK {
					t.Errorf("status %s", j.ParseStatus)
				}
			})
		}
	}
}

// TestJSONSwitch: JSON is refused until asked for, whatever announces it.
func TestJSONSwitch(t *testing.T) {
	a := testAccount(models.ModeSafe)
	for _, contentType := range []string{"", "text/xml", "application/json", "Application/JSON; charset=utf-8", "text/json"} {
		r := delivery{account: a, body: `{"MsgType":"text"}`}.request(t)
		r.Header.Set("Content-Type", contentType)
		if _, err := newTestCodec(t, a, Options{}).Decode(r); models.ErrorCode(err) != models.CodeUnsupportedType {
			t.Errorf("content type %q: %v", contentType, err)
		}
	}
	r := delivery{account: a, body: benchText}.request(t)
	r.Header.Set("Content-Type", "application/json")
	if m := decode(t, newTestCodec(t, a, Options{}), r); m.ParseStatus != models.ParseOK {
		t.Errorf("XML announced as JSON is %s", m.ParseStatus)
	}
}

// TestVerify follows the check of the URL.
func TestVerify(t *testing.T) {
	a := testAccount(models.ModeSafe)
	a.PreviousToken = oldTestToken
	c := newTestCodec(t, a, Options{})
	old := a
	old.Token = oldTestToken
	query := func(a models.Account, change func(q map[string][]string)) string {
		q := delivery{account: a, timestamp: "1750000000", nonce: testNonce}.query("")
		q.Set("echostr", "5927782489442352469")
		if change != nil {
			change(q)
		}
		return q.Encode()
	}
	set := func(name string, values ...string) func(map[string][]string) {
		return func(q map[string][]string) { q[name] = values }
	}
	for _, tt := range []struct{ name, method, query, code string }{
		{"right", "GET", query(a, nil), ""},
		{"previous token", "GET", query(old, nil), ""},
		{"POST", "POST", query(a, nil), models.CodeBadMethod},
		{"HEAD", "HEAD", query(a, nil), models.CodeBadMethod},
		{"no echostr", "GET", query(a, set("echostr")), models.CodeBadQuery},
		{"two echostr", "GET", query(a, set("echostr", "1", "2")), models.CodeBadQuery},
		{"markup in echostr", "GET", query(a, set("echostr", "<script>")), models.CodeBadQuery},
		{"long echostr", "GET", query(a, set("echostr", strings.Repeat("1", 65))), models.CodeBadQuery},
		{"longest echostr", "GET", query(a, set("echostr", strings.Repeat("1", 64))), ""},
		{"wrong signature", "GET", query(a, set("signature", strings.Repeat("a", 40))), models.CodeBadSignature},
		{"other token", "GET", query(models.Account{Token: "stranger"}, nil), models.CodeBadSignature},
		{"stale", "GET", delivery{account: a, timestamp: "1740000000", nonce: testNonce}.query("").Encode() + "&echostr=1", models.CodeStale},
	} {
		t.Run(tt.name, func(t *testing.T) {
			echo, err := c.Verify(httptest.NewRequest(tt.method, "/wechat/callback/x?"+tt.query, nil))
			if models.ErrorCode(err) != tt.code {
				t.Fatalf("error %v, want %q", err, tt.code)
			}
			if err == nil && strings.Trim(echo, "0123456789") != "" || (err == nil) == (echo == "") {
				t.Errorf("echo %q", echo)
			}
		})
	}
}
