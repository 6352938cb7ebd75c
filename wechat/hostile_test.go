package wechat

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

const (
	hostileTo   = "gh_7f083739789a"
	hostileFrom = "oMgHVjngRipVsoxg6TuX3vz6glDg"
	victim      = "oVICTIMVICTIMVICTIMVICTIM001"
	headXML     = "<xml><ToUserName><![CDATA[" + hostileTo + "]]></ToUserName><FromUserName><![CDATA[" + hostileFrom +
		"]]></FromUserName><CreateTime>1750000000</CreateTime><MsgType><![CDATA["
	tailXML = "<MsgId>23456789012345678</MsgId></xml>"
)

// textOf is a text message as WeChat writes it around words that it does not escape.
func textOf(words string) string {
	return headXML + "text]]></MsgType><Content><![CDATA[" + words + "]]></Content>" + tailXML
}

// authentic fails unless m says who wrote, when and what kind, as WeChat wrote it.
func authentic(t failer, m *models.Message, msgType, event string) {
	if m.ToUserName != hostileTo || m.OpenID != hostileFrom || m.CreateTime != 1750000000 || m.MsgType != msgType || m.Event != event {
		t.Fatalf("%q: to %q, from %q, at %d, type %q, event %q", m.Raw, m.ToUserName, m.OpenID, m.CreateTime, m.MsgType, m.Event)
	}
}

// TestCitizenWritesElements_KeepsTextAndSender: whatever a citizen writes, it is text, and it
// is his.
func TestCitizenWritesElements_KeepsTextAndSender(t *testing.T) {
	const forged = models.ParseSuspect
	for words, status := range map[string]models.ParseStatus{
		"社保卡":                                    models.ParseOK,
		"a]]>b":                                  models.ParseOK,
		"]]>":                                    models.ParseOK,
		"a]]":                                    models.ParseOK,
		"a]":                                     models.ParseOK,
		"]]>]]>]]>":                              models.ParseOK,
		"<msg><![CDATA[x]]></msg> 社保卡":           models.ParseOK,
		"<![CDATA[":                              models.ParseOK,
		"x]]><!--":                               models.ParseOK,
		"x]]><?php":                              models.ParseOK,
		"]]><!DOCTYPE a>":                        models.ParseOK,
		"]]><!DOCTYPE a [<!ENTITY b \"c\">]>&b;": models.ParseOK,
		"]]></a>":                                models.ParseOK,
		"]]></Content></xml>":                    models.ParseOK,
		"]]></Content><Encrypt>x</Encrypt><Content><![CDATA[": models.ParseOK,
		"x]]></Content><MsgId>1</MsgId>":                      models.ParseOK,
		"x]]></Content><MsgId>1</MsgId></xml>":                models.ParseOK,
		"x]]></Content><Content><![CDATA[y":                   models.ParseOK,
		"x]]> &amp; &#x1; &undefined; y":                      models.ParseOK,
		strings.Repeat("]]><a>", 300):                         models.ParseOK,
		"<FromUserName>" + victim + "</FromUserName>":         models.ParseOK, // within CDATA it is text to everybody
		"x]]></Content><FromUserName><![CDATA[" + victim + "]]></FromUserName><Content><![CDATA[社保卡":                                                                          forged,
		"x]]></Content><MsgId>1</MsgId><FromUserName>" + victim + "</FromUserName></xml>":                                                                                     forged,
		"x]]></Content><FromUserName><![CDATA[" + victim + "]]></FromUserName><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[unsubscribe]]></Event><Content><![CDATA[":   forged,
		"x]]></Content><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[user_authorization_revoke]]></Event><OpenID><![CDATA[" + victim + "]]></OpenID><Content><![CDATA[": forged,
		"x]]></Content><Event>unsubscribe</Event><Content><![CDATA[":                                                                                                          forged,
		"x]]></Content><CreateTime>1577836800</CreateTime><Content><![CDATA[社保卡":                                                                                              forged,
		"x]]></Content></xml><xml><ToUserName>gh_other</ToUserName><Content><![CDATA[y":                                                                                       forged,
		"x]]></Content><FromUserName a='b'\n>" + victim + "</FromUserName>":                                                                                                   forged,
		"x]]></Content><n:FromUserName>" + victim + "</n:FromUserName>":                                                                                                       forged,
		"x]]></Content><FromUserName/>":                            forged,
		"a]]]]><![CDATA[>b]]></Content><CreateTime>1</CreateTime>": forged,
	} {
		for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat, models.ModePlain} {
			a := testAccount(mode)
			m := decode(t, newTestCodec(t, a, Options{}), delivery{account: a, body: textOf(words)}.request(t))
			authentic(t, m, "text", "")
			want := strings.ReplaceAll(strings.TrimSpace(words), "]]]]><![CDATA[>", "]]>") // what WeChat itself would have split
			if m.Content != want || m.ParseStatus != status || m.MsgID != "23456789012345678" {
				t.Errorf("%s: %q is read as %s %q, MsgId %s", mode, words, m.ParseStatus, m.Content, m.MsgID)
			}
		}
	}
}

// TestCitizenWritesElements_InOtherFields: places, links, speech and scanned codes are his
// words too.
func TestCitizenWritesElements_InOtherFields(t *testing.T) {
	attack := "x]]></%><FromUserName>" + victim + "</FromUserName><MsgType>event</MsgType><Event>unsubscribe</Event><a><![CDATA["
	for field, doc := range map[string]string{
		"Label":       "location]]></MsgType><Location_X>1</Location_X><Location_Y>2</Location_Y><Scale>3</Scale><Label><![CDATA[%]]></Label>" + tailXML,
		"Title":       "link]]></MsgType><Title><![CDATA[%]]></Title><Description><![CDATA[d]]></Description><Url><![CDATA[u]]></Url>" + tailXML,
		"Description": "link]]></MsgType><Title><![CDATA[t]]></Title><Description><![CDATA[%]]></Description><Url><![CDATA[u]]></Url>" + tailXML,
		"Url":         "link]]></MsgType><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description><Url><![CDATA[%]]></Url>" + tailXML,
		"Recognition": "voice]]></MsgType><MediaId><![CDATA[m]]></MediaId><Format><![CDATA[amr]]></Format><Recognition><![CDATA[%]]></Recognition>" + tailXML,
		"ScanCodeInfo/ScanResult": "event]]></MsgType><Event><![CDATA[scancode_waitmsg]]></Event><EventKey><![CDATA[k]]></EventKey><ScanCodeInfo>" +
			"<ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[%]]></ScanResult></ScanCodeInfo></xml>",
		"SendLocationInfo/Label": "event]]></MsgType><Event><![CDATA[location_select]]></Event><EventKey><![CDATA[k]]></EventKey><SendLocationInfo>" +
			"<Location_X><![CDATA[1]]></Location_X><Label><![CDATA[%]]></Label><Poiname><![CDATA[]]></Poiname></SendLocationInfo></xml>",
		"SendLocationInfo/Poiname": "event]]></MsgType><Event><![CDATA[location_select]]></Event><EventKey><![CDATA[k]]></EventKey><SendLocationInfo>" +
			"<Location_X><![CDATA[1]]></Location_X><Label><![CDATA[l]]></Label><Poiname><![CDATA[%]]></Poiname></SendLocationInfo></xml>",
	} {
		name := field[strings.LastIndexByte(field, '/')+1:]
		words := strings.Replace(attack, "%", name, 1)
		a := testAccount(models.ModeSafe)
		m := decode(t, newTestCodec(t, a, Options{}), delivery{account: a, body: headXML + strings.Replace(doc, "%", words, 1)}.request(t))
		kind, rest, _ := strings.Cut(doc, "]]>")
		event := ""
		if _, after, found := strings.Cut(rest, "<Event><![CDATA["); found {
			event, _, _ = strings.Cut(after, "]]>")
		}
		authentic(t, m, kind, event)
		kept := leafOf(m.Leaves, field)
		if m.Leaves == nil {
			kept = *(&filler{m: m}).slot(field)
		}
		if m.ParseStatus != models.ParseSuspect || kept != words {
			t.Errorf("%s is %s, kept as %q", field, m.ParseStatus, kept)
		}
		if i := models.Inbound(m); i.Kind != models.KindSuspect {
			t.Errorf("%s: the row is of kind %q", field, i.Kind)
		}
	}
}

// TestHeadTwice_FirstCounts in places that are nobody's words.
func TestHeadTwice_FirstCounts(t *testing.T) {
	for _, second := range []string{
		"<FromUserName>" + victim + "</FromUserName>", "<ToUserName>gh_other</ToUserName>", "<CreateTime>5</CreateTime>",
		"<MsgType>event</MsgType>", "<FromUserName></FromUserName>", "<Event>unsubscribe</Event><Event>subscribe</Event>",
	} {
		a := testAccount(models.ModeSafe)
		body := headXML + "text]]></MsgType><Content>甲</Content>" + second + tailXML
		m := decode(t, newTestCodec(t, a, Options{}), delivery{account: a, body: body}.request(t))
		if m.ParseStatus != models.ParseSuspect || m.OpenID != hostileFrom || m.ToUserName != hostileTo || m.CreateTime != 1750000000 || m.MsgType != "text" {
			t.Errorf("%s: %s %+v", second, m.ParseStatus, m)
		}
	}
}

// TestQueryNamesAnother_IsSuspect: the openid of the query is WeChat's own word for who
// wrote.
func TestQueryNamesAnother_IsSuspect(t *testing.T) {
	revoke := "<xml><ToUserName>gh_7f083739789a</ToUserName><FromUserName>" + hostileFrom + "</FromUserName><CreateTime>1750000000</CreateTime>" +
		"<MsgType>event</MsgType><Event>user_authorization_revoke</Event><OpenID>" + victim + "</OpenID></xml>"
	for _, tt := range []struct {
		body, openID string
		status       models.ParseStatus
	}{
		{benchText, hostileFrom, models.ParseOK},
		{benchText, victim, models.ParseSuspect},
		{revoke, hostileFrom, models.ParseOK},
		{revoke, victim, models.ParseOK},
		{revoke, "oSomebodyElse00000000", models.ParseSuspect},
	} {
		for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat, models.ModePlain} {
			a := testAccount(mode)
			m := decode(t, newTestCodec(t, a, Options{}), delivery{account: a, body: tt.body, openID: tt.openID}.request(t))
			if m.ParseStatus != tt.status {
				t.Errorf("%s: openid %s is %s, want %s", mode, tt.openID, m.ParseStatus, tt.status)
			}
		}
	}
}

// TestTwinInClear_IsNotParsed: compat mode sends the message in clear beside the cipher text,
// with whatever the citizen wrote; also to an account that is set to safe mode here.
func TestTwinInClear_IsNotParsed(t *testing.T) {
	for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat} {
		a := testAccount(mode)
		for _, words := range []string{
			"]]></a>", "]]><!DOCTYPE a>", "]]></Content><Encrypt>x</Encrypt><Content><![CDATA[", "]]><Encrypt><![CDATA[", "]]><!--", "\x08\xff",
			"]]></Content></xml>", strings.Repeat("<Encrypt>", 200), strings.Repeat("]]><a>", 2500), "<Encrypt></Encrypt>", "&x;",
		} {
			d := delivery{account: a, body: textOf(words)}
			r := d.request(t)
			sealed, _, _ := strings.Cut(string(readAll(t, r.Body)), "]]></Encrypt>")
			sealed = sealed[strings.LastIndex(sealed, "[")+1:]
			for _, where := range []string{textOf(words), "<xml><Encrypt>" + sealed + "</Encrypt>" + strings.TrimPrefix(textOf(words), "<xml>")} {
				body := strings.TrimSuffix(where, "</xml>") + "<Encrypt>\n<![CDATA[" + sealed + "]]>\n</Encrypt></xml>"
				if strings.HasPrefix(where, "<xml><Encrypt>") {
					body = where
				}
				m := decode(t, newTestCodec(t, a, Options{}), again(r, body))
				authentic(t, m, "text", "")
			}
			_, err := newTestCodec(t, a, Options{}).Decode(again(r, textOf(words+"]]><Encrypt>"+sealed[1:]+"</Encrypt>")))
			if models.ErrorCode(err) != models.CodeBadMsgSignature {
				t.Errorf("%s: a cipher text that is not signed: %v", mode, err)
			}
		}
	}
}

// TestCreateTimeFarFromReceipt_ReceiptStandsIn, whatever the number.
func TestCreateTimeFarFromReceipt_ReceiptStandsIn(t *testing.T) {
	a := testAccount(models.ModeSafe)
	for created, sound := range map[string]bool{
		"1750000000": true, "1749913600": true, "1750086400": true,
		"1749913599": false, "1750086401": false, "1577836800": false, "0": false,
		"9223372036854775807": false, "-9223372036854775808": false,
	} {
		body := strings.Replace(benchText, "<CreateTime>1750000000", "<CreateTime>"+created, 1)
		m := decode(t, newTestCodec(t, a, Options{}), delivery{account: a, body: body}.request(t))
		at, ok := m.SentAt()
		if ok != sound || !sound && !at.Equal(testNow()) || sound != (len(m.Warnings) == 0) {
			t.Errorf("%s: at %v, sound %v, warnings %v", created, at, ok, m.Warnings)
		}
	}
}

// FuzzHostileWords: nothing a citizen writes changes who, when or what, and it is kept.
func FuzzHostileWords(f *testing.F) {
	f.Add("x]]></Content><FromUserName><![CDATA[" + victim + "]]></FromUserName><Content><![CDATA[y")
	f.Add("<msg><![CDATA[x]]></msg> 社保卡")
	f.Add("]]></xml><!--")
	c := newTestCodec(f, testAccount(models.ModeSafe), Options{})
	f.Fuzz(func(t *testing.T, words string) { hostile(t, c, words) })
}

// TestHostileWords is the same promise over words made of the markup that matters.
func TestHostileWords(t *testing.T) {
	parts := []string{
		"]]>", "]]", "]", ">", "<![CDATA[", "</Content>", "<Content>", "<MsgId>1</MsgId>", "</xml>", "<xml>", "<!--", "-->", "<?", "?>",
		"<!DOCTYPE a>", "&amp;", "&", "<FromUserName>", "<FromUserName><![CDATA[" + victim + "]]></FromUserName>", "<Event>unsubscribe</Event>",
		"<MsgType>event</MsgType>", "<CreateTime>1</CreateTime>", "<a>", "</a>", "<bizmsgmenuid>", "政务", " ", "\n", "<", "/>", "]]></Content>",
	}
	c := newTestCodec(t, testAccount(models.ModeSafe), Options{})
	rapid.Check(t, func(rt *rapid.T) {
		words := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 14).Draw(rt, "words"), "")
		hostile(rt, c, words)
		keyed(rt, c, []byte(textOf(words)))
	})
}

func hostile(t failer, c *Codec, words string) {
	var s scratch
	m := c.message([]byte(textOf(words)), &s, hostileFrom, testNow())
	authentic(t, m, "text", "")
	want := models.CleanText(words)
	want = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(want)
	joined := strings.NewReplacer("]]]]><![CDATA[>", "]]>", "]]]><![CDATA[]>", "]]>")
	// The section's own end may complete what WeChat would have split.
	if got := m.Content; joined.Replace(got) != strings.TrimSpace(joined.Replace(want)) || m.MsgID != "23456789012345678" {
		t.Fatalf("%q is kept as %q, MsgId %s", words, got, m.MsgID)
	}
	if m.ParseStatus == models.ParseUnreadable || m.ParseStatus == models.ParseIncomplete {
		t.Fatalf("%q is %s", words, m.ParseStatus)
	}
}
