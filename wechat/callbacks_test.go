package wechat

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wenzheng/wenzheng/models"
)

// typed compares the fields a reader of messages uses; leaves, key and delivery have
// checks of their own.
var typed = cmpopts.IgnoreFields(models.Message{}, "AppID", "Key", "Leaves", "Raw", "Delivery", "Warnings")

func event(to, from string, created int64, name string, status models.ParseStatus) models.Message {
	return models.Message{ToUserName: to, OpenID: from, CreateTime: created, MsgType: "event", Event: name, ParseStatus: status}
}

func with(m models.Message, change func(*models.Message)) models.Message {
	change(&m)
	return m
}

// wantCallbacks are the typed fields of every conformance file. Names like "fromUser" are
// shorter than an OpenID: these samples are incomplete, kept and answered in silence.
func wantCallbacks() map[string]models.Message {
	const (
		ok, short = models.ParseOK, models.ParseIncomplete
		gh4d, gh1 = "gh_4d00ed8d6399", "gh_123456789abc"
		publisher = "oV5CrjpxgaGXNHIQigzNlgLTnwic"
		citizen   = "otFpruAK8D-E6EfStSYonYSBZ8_4"
		reader    = "o7esq5OI1Uej6Xixw1lA2H7XDVbc"
		id        = "1234567890123456"
	)
	message := func(kind string, created int64, change func(*models.Message)) models.Message {
		return with(models.Message{ToUserName: "toUser", OpenID: "fromUser", CreateTime: created, MsgType: kind, MsgID: id, ParseStatus: short}, change)
	}
	key := func(value string) func(*models.Message) { return func(m *models.Message) { m.EventKey = value } }
	want := map[string]models.Message{
		"AnnualRenewEvent.xml":          event("toUser", "fromUser", 1442401004, "annual_renew", short),
		"ClickPushEvent.xml":            with(event("toUser", "FromUser", 123456789, "click", short), key("EVENTKEY")),
		"FreePublishJobFinishEvent.xml": event(gh4d, publisher, 1481013459, "freepublishjobfinish", ok),
		"ImageMessageEvent.xml": message("image", 1348831860, func(m *models.Message) {
			m.PicURL, m.MediaID = "this is a url", "media_id"
		}),
		"LocationMessageEvent.xml": message("location", 1351776360, func(m *models.Message) {
			m.LocationX, m.LocationY, m.Scale, m.Label = "23.134521", "113.358803", "20", "位置信息"
		}),
		"LocationPushEvent.xml": with(event("toUser", "fromUser", 123456789, "location", short), func(m *models.Message) {
			m.LocationX, m.LocationY = "23.137466", "113.352425"
		}),
		"MassSendJobFinishEvent.xml": with(event(gh4d, publisher, 1481013459, "masssendjobfinish", ok), func(m *models.Message) {
			m.MsgID = "1000001625"
		}),
		"NamingVerifyFailEvent.xml":           event("toUser", "fromUser", 1442401061, "naming_verify_fail", short),
		"NamingVerifySuccessEvent.xml":        event("toUser", "fromUser", 1442401093, "naming_verify_success", short),
		"QualificationVerifyFailEvent.xml":    event("toUser", "fromUser", 1442401156, "qualification_verify_fail", short),
		"QualificationVerifySuccessEvent.xml": event("toUser", "fromUser", 1442401156, "qualification_verify_success", short),
		"ScanCodePushEvent.xml":               with(event("gh_e136c6e50636", "oMgHVjngRipVsoxg6TuX3vz6glDg", 1408090502, "scancode_push", ok), key("6")),
		"ScanPushEvent.xml": with(event("toUser", "FromUser", 123456789, "scan", short), func(m *models.Message) {
			m.EventKey, m.Ticket = "SCENE_VALUE", "TICKET"
		}),
		"ShortVideoMessageEvent.xml": message("shortvideo", 1357290913, func(m *models.Message) {
			m.MediaID, m.ThumbMediaID = "media_id", "thumb_media_id"
		}),
		"SubscribeMessageChangeEvent.json":       event(gh1, reader, 1610968440, "subscribe_msg_change_event", ok),
		"SubscribeMessageChangeEvent.xml":        event(gh1, citizen, 1610969440, "subscribe_msg_change_event", ok),
		"SubscribeMessagePopupEvent.List.json":   event(gh1, reader, 1620973045, "subscribe_msg_popup_event", ok),
		"SubscribeMessagePopupEvent.Object.json": event(gh1, reader, 1620973045, "subscribe_msg_popup_event", ok),
		"SubscribeMessagePopupEvent.xml":         event(gh1, citizen, 1610969440, "subscribe_msg_popup_event", ok),
		"SubscribeMessageSentEvent.json":         event(gh1, "o7esq5PHRGBQYmeNyfG064wEFVpQ", 1620963428, "subscribe_msg_sent_event", ok),
		"SubscribeMessageSentEvent.xml":          event(gh1, citizen, 1610969468, "subscribe_msg_sent_event", ok),
		"SubscribePushEvent.xml":                 event("toUser", "FromUser", 123456789, "subscribe", short),
		"TemplateSendJobFinishEvent.xml": with(event("gh_7f083739789a", "oia2TjuEGTNoeX76QEjQNrcURxG8", 1395658920, "templatesendjobfinish", ok), func(m *models.Message) {
			m.MsgID = "200163836"
		}),
		"TextMessageEvent.json":    message("text", 1482048670, func(m *models.Message) { m.Content = "this is a test" }),
		"TextMessageEvent.xml":     message("text", 1348831860, func(m *models.Message) { m.Content = "this is a test" }),
		"UnsubscribePushEvent.xml": event("toUser", "FromUser", 123456789, "unsubscribe", short),
		// The citizen is in OpenID, FromUserName is an account of the platform.
		"UserAuthorizationRevokeEvent.json": event("gh_870882ca4b1", "oaKk343WOktAaT2ygsX138BGblrg", 1627359464, "user_authorization_revoke", ok),
		"UserAuthorizationRevokeEvent.xml":  event("gh_870882ca4b1", "owAqB1nqaOYYWl0Ng484G2z5NIwU", 1626857200, "user_authorization_revoke", ok),
		"UserEnterTempSessionEvent.json":    event("toUser", "fromUser", 1482048670, "user_enter_tempsession", short),
		"UserEnterTempSessionEvent.xml":     event("toUser", "fromUser", 1482048670, "user_enter_tempsession", short),
		"VerifyExpiredEvent.xml":            event("toUser", "fromUser", 1442400900, "verify_expired", short),
		"VideoMessageEvent.xml": message("video", 1357290913, func(m *models.Message) {
			m.MediaID, m.ThumbMediaID = "media_id", "thumb_media_id"
		}),
		"ViewMiniProgramPushEvent.xml": with(event("toUser", "FromUser", 123456789, "view_miniprogram", short), key("pages/index/index")),
		"ViewPushEvent.xml":            with(event("toUser", "FromUser", 123456789, "view", short), key("www.qq.com")),
		"VoiceMessageEvent.xml": message("voice", 1357290913, func(m *models.Message) {
			m.MediaID, m.Format = "media_id", "Format"
		}),
	}
	return want
}

// xmlNode reads any element; leavesOf flattens it. This is the oracle of the leaves and
// shares no line with the parser.
type xmlNode struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []xmlNode `xml:",any"`
}

func leavesOf(t testing.TB, body []byte) []models.Leaf {
	t.Helper()
	var root xmlNode
	if err := xml.Unmarshal([]byte(strings.TrimPrefix(string(body), "\ufeff")), &root); err != nil {
		t.Fatal(err)
	}
	var leaves []models.Leaf
	var walk func(prefix string, n xmlNode)
	walk = func(prefix string, n xmlNode) {
		path := prefix + n.XMLName.Local
		if len(n.Children) == 0 {
			leaves = append(leaves, models.Leaf{Path: path, Value: strings.TrimSpace(n.Text)})
		}
		for _, child := range n.Children {
			walk(path+"/", child)
		}
	}
	for _, child := range root.Children {
		walk("", child)
	}
	return leaves
}

func TestConformanceCallbacks(t *testing.T) {
	folder := sharedFolder(t, "conformance", "callbacks")
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := wantCallbacks()
	if len(entries) != 35 || len(want) != 35 {
		t.Fatalf("%d files and %d expectations, want 35", len(entries), len(want))
	}
	for _, entry := range entries {
		body := readShared(t, filepath.Join(folder, entry.Name()))
		for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat, models.ModePlain} {
			t.Run(entry.Name()+"/"+string(mode), func(t *testing.T) {
				expected, ok := want[entry.Name()]
				if !ok {
					t.Fatal("no expectation")
				}
				checkCallback(t, mode, body, expected)
			})
		}
	}
}

func checkCallback(t *testing.T, mode models.Mode, body []byte, want models.Message) {
	t.Helper()
	a := testAccount(mode)
	c := newTestCodec(t, a, Options{AllowJSON: true})
	d := delivery{account: a, body: string(body)}
	m := decode(t, c, d.request(t))
	if diff := cmp.Diff(want, *m, typed); diff != "" {
		t.Error(diff)
	}
	if !bytes.Equal(m.Raw, body) {
		t.Error("the body was not kept byte for byte")
	}
	if again := decode(t, c, d.request(t)); again.Key != m.Key || len(m.Key) != 64 {
		t.Errorf("keys %q and %q of two deliveries", m.Key, again.Key)
	}
	if isJSON(body) {
		return
	}
	all := leavesOf(t, body)
	if m.Leaves == nil {
		for _, l := range all {
			if f := (filler{m: &models.Message{}}); f.slot(l.Path) == nil {
				t.Errorf("leaf %s is lost", l.Path)
			}
		}
		return
	}
	if diff := cmp.Diff(all, m.Leaves); diff != "" {
		t.Error(diff)
	}
}

// TestOwnCallbacks reads the kinds that the conformance folder lacks.
func TestOwnCallbacks(t *testing.T) {
	const to, citizen = "gh_7f083739789a", "oMgHVjngRipVsoxg6TuX3vz6glDg"
	own := func(name string, change func(*models.Message)) models.Message {
		m := event(to, citizen, 1750000000, name, models.ParseOK)
		if change != nil {
			change(&m)
		}
		return m
	}
	said := func(kind string, change func(*models.Message)) models.Message {
		return with(models.Message{ToUserName: to, OpenID: citizen, CreateTime: 1750000000, MsgType: kind, MsgID: "23456789012345678", ParseStatus: models.ParseOK}, change)
	}
	key := func(m *models.Message) { m.EventKey = "V1001" }
	want := map[string]models.Message{
		"link.xml": said("link", func(m *models.Message) {
			m.Title, m.Description, m.URL = "公众平台官网链接", "公众平台官网链接说明", "https://mp.weixin.qq.com/?a=1&b=2"
		}),
		"text_from_article.xml": said("text", func(m *models.Message) { m.Content = "公积金" }),
		"text_menu_item.xml": said("text", func(m *models.Message) {
			m.Content, m.MenuID = "满意", "评价-101"
		}),
		"voice_16k.xml": said("voice", func(m *models.Message) {
			m.MediaID, m.Format, m.Recognition = "media_id", "amr", "我要办身份证"
		}),
		"kf_create_session.xml":               own("kf_create_session", nil),
		"kf_close_session.xml":                own("kf_close_session", nil),
		"kf_switch_session.xml":               own("kf_switch_session", nil),
		"pic_sysphoto.xml":                    own("pic_sysphoto", key),
		"pic_photo_or_album.xml":              own("pic_photo_or_album", key),
		"pic_weixin.xml":                      own("pic_weixin", key),
		"scancode_waitmsg.xml":                own("scancode_waitmsg", key),
		"publishjobfinish.xml":                own("publishjobfinish", nil),
		"wxa_media_check.xml":                 own("wxa_media_check", nil),
		"subscribe_qrscene.xml":               own("subscribe", func(m *models.Message) { m.EventKey, m.Ticket = "qrscene_123123", "TICKET" }),
		"user_info_modified.xml":              own("user_info_modified", func(m *models.Message) { m.OpenID = "oaKk343WOktAaT2ygsX138BGblrg" }),
		"user_authorization_cancellation.xml": own("user_authorization_cancellation", func(m *models.Message) { m.OpenID = "oaKk343WOktAaT2ygsX138BGblrg" }),
		"location_select.xml": own("location_select", func(m *models.Message) {
			m.EventKey, m.LocationX, m.LocationY, m.Scale, m.Label = "V1001", "28.2280", "112.9380", "15", "长沙市岳麓区"
		}),
		"guide_qrcode_scan_event.xml": own("guide_qrcode_scan_event", nil),
	}
	files, err := filepath.Glob("testdata/callbacks/*.xml")
	if err != nil || len(files) != len(want) {
		t.Fatalf("%d files, want %d, error %v", len(files), len(want), err)
	}
	for _, file := range files {
		body := readShared(t, file)
		for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat, models.ModePlain} {
			t.Run(filepath.Base(file)+"/"+string(mode), func(t *testing.T) {
				expected, ok := want[filepath.Base(file)]
				if !ok {
					t.Fatal("no expectation")
				}
				checkCallback(t, mode, body, expected)
			})
		}
	}
}
