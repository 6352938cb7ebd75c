package simulator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

func testPost() Post {
	return Post{To: "gh_123456789abc", From: "oABCDEFGHIJKLMNOPQRSTUVWXYZ0", At: time.Unix(1_700_000_000, 0), MsgID: "9223372036854775808"}
}

func TestBuildersWriteWhatWeChatWrites(t *testing.T) {
	p := testPost()
	head := []string{"ToUserName=gh_123456789abc", "FromUserName=oABCDEFGHIJKLMNOPQRSTUVWXYZ0", "CreateTime=1700000000"}
	cases := []struct {
		name string
		body []byte
		want string // leaves after the head, separated by a space
	}{
		{"text", p.Text("你好]]>世界"), "MsgType=text Content=你好]]>世界 MsgId=9223372036854775808"},
		{"menu text", p.MenuText("满意", "101"), "MsgType=text Content=满意 bizmsgmenuid=101 MsgId=9223372036854775808"},
		{"image", p.Image("http://p", "m"), "MsgType=image PicUrl=http://p MediaId=m MsgId=9223372036854775808"},
		{"voice", p.Voice("m", "amr", "听写"), "MsgType=voice MediaId=m Format=amr Recognition=听写 MsgId=9223372036854775808"},
		{"video", p.Video("m", "t"), "MsgType=video MediaId=m ThumbMediaId=t MsgId=9223372036854775808"},
		{"location", p.Location("23.134500", "113.358800", 20, "广州"), "MsgType=location Location_X=23.134500 Location_Y=113.358800 Scale=20 Label=广州 MsgId=9223372036854775808"},
		{"link", p.Link("t", "d", "u?a=1&b=2"), "MsgType=link Title=t Description=d Url=u?a=1&b=2 MsgId=9223372036854775808"},
		{"subscribe", p.Subscribe("", ""), "MsgType=event Event=subscribe EventKey="},
		{"subscribe by code", p.Subscribe("7", "gQ"), "MsgType=event Event=subscribe EventKey=qrscene_7 Ticket=gQ"},
		{"unsubscribe", p.Unsubscribe(), "MsgType=event Event=unsubscribe EventKey="},
		{"scan", p.Scan("7", "gQ"), "MsgType=event Event=SCAN EventKey=7 Ticket=gQ"},
		{"click", p.Click("HELP"), "MsgType=event Event=CLICK EventKey=HELP"},
		{"view", p.View("http://v", "4"), "MsgType=event Event=VIEW EventKey=http://v MenuId=4"},
		{"view mini", p.ViewMiniProgram("pages/a", "4"), "MsgType=event Event=view_miniprogram EventKey=pages/a MenuId=4"},
		{"scan wait", p.ScanCode("6", "qrcode", "1", true), "MsgType=event Event=scancode_waitmsg EventKey=6 ScanCodeInfo/ScanType=qrcode ScanCodeInfo/ScanResult=1"},
		{"scan push", p.ScanCode("6", "qrcode", "1", false), "MsgType=event Event=scancode_push EventKey=6 ScanCodeInfo/ScanType=qrcode ScanCodeInfo/ScanResult=1"},
		{"photos", p.MenuPhoto("pic_weixin", "6", "a", "b"), "MsgType=event Event=pic_weixin EventKey=6 SendPicsInfo/Count=2 SendPicsInfo/PicList/item/PicMd5Sum=a SendPicsInfo/PicList/item/PicMd5Sum=b"},
		{"place", p.MenuLocation("6", "23", "113", 15, "客村", ""), "MsgType=event Event=location_select EventKey=6 SendLocationInfo/Location_X=23 SendLocationInfo/Location_Y=113 SendLocationInfo/Scale=15 SendLocationInfo/Label=客村 SendLocationInfo/Poiname="},
		{"template", p.TemplateSent("200163836", "success"), "MsgType=event Event=TEMPLATESENDJOBFINISH MsgID=200163836 Status=success"},
		{"session", p.KfSession(true, "a@b"), "MsgType=event Event=kf_create_session KfAccount=a@b"},
		{"session end", p.KfSession(false, "a@b"), "MsgType=event Event=kf_close_session KfAccount=a@b"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			leaves, err := decodeLeaves(tc.body, true)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range leaves {
				got = append(got, l.Path+"="+l.Value)
			}
			if diff := cmp.Diff(append(append([]string(nil), head...), strings.Fields(tc.want)...), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTextIsKeyedAsItIsRead(t *testing.T) {
	c, err := NewClient(ClientOptions{URLs: []string{"http://127.0.0.1"}, Account: testAccount(models.ModeSafe)})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := models.CleanText(rapid.String().Draw(t, "text"))
		built := c.textEvent(testPost(), text)
		read, err := ReadEvent(c.account.AppID, built.Body)
		if err != nil {
			t.Fatal(err)
		}
		read.Message, built.Message = models.Message{}, models.Message{}
		if diff := cmp.Diff(read, built, cmp.AllowUnexported(Event{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestCallbackSamplesAreRead(t *testing.T) {
	const appID = "wx0123456789abcdef"
	paths := everySample(t, "callbacks", 63, 35)
	keys := map[string]string{}
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ev, err := ReadEvent(appID, body)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if ev.MsgType == "" || ev.OpenID == "" || ev.CreateTime == 0 || ev.JSON != strings.HasSuffix(path, ".json") {
			t.Errorf("%s: read as %+v", path, ev)
		}
		if other, taken := keys[ev.Key]; taken {
			t.Logf("%s and %s are the same event", filepath.Base(path), other)
		}
		keys[ev.Key] = filepath.Base(path)
	}
	if len(keys) < len(paths)-7 { // some are there as XML and as JSON
		t.Errorf("only %d different keys of %d", len(keys), len(paths))
	}
}

func TestEventsOfOneSecondHaveTheirOwnKeys(t *testing.T) {
	p := testPost()
	seen := map[string]string{}
	for name, body := range map[string][]byte{
		"subscribe": p.Subscribe("7", "gQ"), "scan": p.Scan("7", "gQ"), "click a": p.Click("a"), "click b": p.Click("b"),
	} {
		ev, err := ReadEvent("wx0123456789abcdef", body)
		if err != nil {
			t.Fatal(err)
		}
		if other, taken := seen[ev.Key]; taken {
			t.Errorf("%s and %s share a key", name, other)
		}
		seen[ev.Key] = name
	}
}

func TestUnreadableBodyIsKeyedByItsBytes(t *testing.T) {
	for _, body := range []string{"", "<xml>", "{", "plain", "<!DOCTYPE xml><xml/>", "junk<xml/>", "<xml>" + strings.Repeat("<a>", 20) + strings.Repeat("</a>", 20) + "</xml>"} {
		ev, err := ReadEvent("wx0123456789abcdef", []byte(body))
		if err == nil {
			t.Errorf("%q was read", body)
		}
		want := models.EventKey(&models.Message{AppID: "wx0123456789abcdef", ParseStatus: models.ParseUnreadable, Raw: []byte(body)})
		if ev.Key != want {
			t.Errorf("%q has the key %s, want %s", body, ev.Key, want)
		}
	}
}

func TestDamagedBodiesAreRead(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"control character", "<xml><k>a\x01b</k></xml>", "k=ab"},
		{"forbidden reference", "<xml><k>a&#x1;b&#65;</k></xml>", "k=abA"},
		{"reference inside CDATA", "<xml><k><![CDATA[a&#x1;b]]></k></xml>", "k=a&#x1;b"},
		{"unknown entity", "<xml><k>&foo;</k></xml>", "k=&foo;"},
		{"invalid UTF-8", "<xml><k>a\xff</k></xml>", "k=a"},
		{"GBK", "<?xml version=\"1.0\" encoding=\"GBK\"?><xml><k>\xc4\xe3</k></xml>", "k=你"},
		{"XML 1.1", "<?xml version=\"1.1\"?><xml><k>1</k></xml>", "k=1"},
		{"stray end of CDATA", "<xml><k>a]]>b</k></xml>", "k=a]]>b"},
		{"missing end tag", "<xml><k>1</xml>", "k=1"},
		{"junk behind the root", "<xml><k>1</k></xml><xml>", "k=1"},
		{"text beside children", "<xml><k>1<l>2</l></k></xml>", "k/l=2 k=1"},
		{"markup in a text", "<xml><Content>a<b>c</b>d</Content></xml>", "Content/b=c Content=acd"},
		{"notice in JSON", `{"Event":"subscribe_msg_sent_event","List":{"MsgID":"7"},"e":{},"n":null,"f":1.50,"a":[[1],2]}`, "Event=subscribe_msg_sent_event SubscribeMsgSentEvent/List/MsgID=7 e= n= f=1.50 a=1 a=2"},
		{"control character in JSON", "{\"k\":\"a\x01b\"}", "k=ab"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			read := xmlLeaves
			if tc.body[0] == '{' {
				read = readJSON
			}
			leaves, err := read([]byte(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range leaves {
				got = append(got, l.Path+"="+l.Value)
			}
			if strings.Join(got, " ") != tc.want {
				t.Errorf("read %v, want %s", got, tc.want)
			}
		})
	}
}

func FuzzReadEvent(f *testing.F) {
	f.Add([]byte("<xml><MsgType><![CDATA[text]]></MsgType><a><b>1</b><b>2</b></a></xml>"))
	f.Add([]byte(`{"MsgType":"event","List":[{"a":1},{"a":null}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		ev, err := ReadEvent("wx0123456789abcdef", body)
		if len(ev.Key) != 64 {
			t.Fatalf("key %q, error %v", ev.Key, err)
		}
	})
}

// TestLooseWords_AreReadWhole: what a citizen wrote goes out as it is, and the platform knows
// its own event by it.
func TestLooseWords_AreReadWhole(t *testing.T) {
	p := testPost()
	p.Loose = true
	const attack = "x]]></Content></Label></ScanResult></ScanCodeInfo><FromUserName>oVICTIM0000</FromUserName><CreateTime>1</CreateTime><a><![CDATA[y"
	for name, body := range map[string][]byte{
		"text": p.Text(attack), "place": p.Location("1", "2", 3, attack), "code": p.ScanCode("k", "qrcode", attack, true),
		"open comment": p.Text("a]]><!--"),
	} {
		ev, err := ReadEvent("wx0123456789abcdef", body)
		if err != nil || ev.From != p.From || ev.OpenID != p.From || ev.To != p.To || ev.CreateTime != p.At.Unix() {
			t.Errorf("%s: %+v, %v", name, ev, err)
		}
		if name == "text" && (!strings.Contains(string(body), attack) || ev.ContentSHA256 != contentSum(attack) || ev.MsgID != p.MsgID) {
			t.Errorf("%s: %s", name, body)
		}
	}
}
