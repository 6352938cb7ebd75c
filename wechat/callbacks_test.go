package wechat

import (
	"bytes"
	"encoding/xml"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
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

// wantCallbacks are the typed fields of every sample of others. Names like "fromUser" are
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

// TestCallbackSamples reads every kind of message and event, as we wrote them and as others did.
func TestCallbackSamples(t *testing.T) {
	own, others := wechattest.Samples(t, "callbacks")
	checkCallbacks(t, own, ownCallbacks())
	if len(others) > 0 {
		checkCallbacks(t, others, wantCallbacks())
	}
}

func checkCallbacks(t *testing.T, files []string, want map[string]models.Message) {
	t.Helper()
	if len(files) != len(want) {
		t.Fatalf("%d files and %d expectations", len(files), len(want))
	}
	for _, file := range files {
		name, body := filepath.Base(file), readFile(t, file)
		for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat, models.ModePlain} {
			t.Run(name+"/"+string(mode), func(t *testing.T) {
				expected, ok := want[name]
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

// ownCallbacks are the typed fields of our own samples.
func ownCallbacks() map[string]models.Message {
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
	key := func(value string) func(*models.Message) { return func(m *models.Message) { m.EventKey = value } }
	number := func(value string) func(*models.Message) { return func(m *models.Message) { m.MsgID = value } }
	authorized := func(m *models.Message) { m.OpenID = "oaKk343WOktAaT2ygsX138BGblrg" }
	want := map[string]models.Message{
		"link.xml": said("link", func(m *models.Message) {
			m.Title, m.Description, m.URL = "公众平台官网链接", "公众平台官网链接说明", "https://mp.weixin.qq.com/?a=1&b=2"
		}),
		"text_from_article.xml": said("text", func(m *models.Message) { m.Content, m.MsgID = "公积金", "23456789012345680" }),
		"text_menu_item.xml": said("text", func(m *models.Message) {
			m.Content, m.MenuID, m.MsgID = "满意", "评价-101", "23456789012345681"
		}),
		"voice_16k.xml": said("voice", func(m *models.Message) {
			m.MediaID, m.Format, m.Recognition, m.MsgID = "media_id", "amr", "我要办身份证", "23456789012345682"
		}),
		"kf_create_session.xml":               own("kf_create_session", nil),
		"kf_close_session.xml":                own("kf_close_session", nil),
		"kf_switch_session.xml":               own("kf_switch_session", nil),
		"pic_sysphoto.xml":                    own("pic_sysphoto", key("V1001")),
		"pic_photo_or_album.xml":              own("pic_photo_or_album", key("V1001")),
		"pic_weixin.xml":                      own("pic_weixin", key("V1001")),
		"scancode_waitmsg.xml":                own("scancode_waitmsg", key("V1001")),
		"publishjobfinish.xml":                own("publishjobfinish", nil),
		"wxa_media_check.xml":                 own("wxa_media_check", nil),
		"subscribe_qrscene.xml":               own("subscribe", func(m *models.Message) { m.EventKey, m.Ticket = "qrscene_123123", "TICKET" }),
		"user_info_modified.xml":              own("user_info_modified", authorized),
		"user_authorization_cancellation.xml": own("user_authorization_cancellation", authorized),
		"location_select.xml": own("location_select", func(m *models.Message) {
			m.EventKey, m.LocationX, m.LocationY, m.Scale, m.Label = "V1001", "28.2280", "112.9380", "15", "澜江市河东区"
		}),
		"guide_qrcode_scan_event.xml": own("guide_qrcode_scan_event", nil),
		"text.xml":                    said("text", func(m *models.Message) { m.Content = "居住证到期了，去河东区哪个窗口续签？" }),
		"text.json":                   said("text", func(m *models.Message) { m.Content = "居住证到期了，去河东区哪个窗口续签？" }),
		"image.xml": said("image", func(m *models.Message) {
			m.PicURL, m.MediaID = "http://mmbiz.qpic.cn/lanjiang/pothole/0", "lj_image_0001"
		}),
		"voice.xml":      said("voice", func(m *models.Message) { m.MediaID, m.Format = "lj_voice_0001", "speex" }),
		"video.xml":      said("video", func(m *models.Message) { m.MediaID, m.ThumbMediaID = "lj_video_0001", "lj_thumb_0001" }),
		"shortvideo.xml": said("shortvideo", func(m *models.Message) { m.MediaID, m.ThumbMediaID = "lj_video_0002", "lj_thumb_0002" }),
		"location.xml": said("location", func(m *models.Message) {
			m.LocationX, m.LocationY, m.Scale, m.Label = "29.560100", "106.550300", "16", "澜江市河东区滨江路 8 号"
		}),
		"unknown_kind.xml":               said("unknown", func(m *models.Message) { m.Content = "【收到不支持的消息类型，暂无法显示】" }),
		"scan.xml":                       own("scan", func(m *models.Message) { m.EventKey, m.Ticket = "窗口-12", "gQLanjiang_scan" }),
		"click.xml":                      own("click", key("BSZN")),
		"view.xml":                       own("view", key("https://www.lanjiang.example/bszn?from=menu&id=3")),
		"view_miniprogram.xml":           own("view_miniprogram", key("pages/queue/index")),
		"scancode_push.xml":              own("scancode_push", key("V1001")),
		"location_report.xml":            own("location", func(m *models.Message) { m.LocationX, m.LocationY = "29.560100", "106.550300" }),
		"templatesendjobfinish.xml":      own("templatesendjobfinish", number("300100200")),
		"masssendjobfinish.xml":          own("masssendjobfinish", number("300100201")),
		"user_authorization_revoke.xml":  own("user_authorization_revoke", authorized),
		"user_authorization_revoke.json": own("user_authorization_revoke", authorized),
	}
	for file, name := range map[string]string{
		"subscribe.xml":                         "subscribe",
		"unsubscribe.xml":                       "unsubscribe",
		"freepublishjobfinish.xml":              "freepublishjobfinish",
		"subscribe_msg_popup_event.xml":         "subscribe_msg_popup_event",
		"subscribe_msg_popup_event_object.json": "subscribe_msg_popup_event",
		"subscribe_msg_popup_event_list.json":   "subscribe_msg_popup_event",
		"subscribe_msg_change_event.xml":        "subscribe_msg_change_event",
		"subscribe_msg_change_event_older.xml":  "subscribe_msg_change_event",
		"subscribe_msg_change_event.json":       "subscribe_msg_change_event",
		"subscribe_msg_sent_event.xml":          "subscribe_msg_sent_event",
		"subscribe_msg_sent_event.json":         "subscribe_msg_sent_event",
		"user_enter_tempsession.xml":            "user_enter_tempsession",
		"user_enter_tempsession.json":           "user_enter_tempsession",
		"qualification_verify_success.xml":      "qualification_verify_success",
		"naming_verify_success.xml":             "naming_verify_success",
		"annual_renew.xml":                      "annual_renew",
		"verify_expired.xml":                    "verify_expired",
		"qualification_verify_fail.xml":         "qualification_verify_fail",
		"naming_verify_fail.xml":                "naming_verify_fail",
		"user_get_card.xml":                     "user_get_card",
		"card_pass_check.xml":                   "card_pass_check",
		"merchant_order.xml":                    "merchant_order",
		"poi_check_notify.xml":                  "poi_check_notify",
		"shakearoundusershake.xml":              "shakearoundusershake",
		"wificonnected.xml":                     "wificonnected",
		"user_scan_product.xml":                 "user_scan_product",
		"unknown_event.xml":                     "lanjiang_event_of_tomorrow",
	} {
		want[file] = own(name, nil)
	}
	return want
}
