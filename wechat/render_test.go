package wechat

import (
	"encoding/xml"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/silenceper/wechat/v2/util"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

func asked(to, from, kind string) *models.Message {
	d := models.Delivery{ReceivedAt: testNow(), Encrypted: true, Nonce: testNonce}
	return &models.Message{ToUserName: to, OpenID: from, MsgType: kind, Delivery: d}
}

// TestReplySamples renders every kind of reply as we wrote it and as others did.
func TestReplySamples(t *testing.T) {
	own, others := wechattest.Samples(t, "replies")
	checkReplies(t, own, ownReplies(), func(string) (*models.Message, int64) {
		return asked("gh_7f083739789a", "oMgHVjngRipVsoxg6TuX3vz6glDg", "text"), 1750000000
	})
	if len(others) > 0 {
		checkReplies(t, others, wantReplies(), func(name string) (*models.Message, int64) {
			if name == "TransferCustomerServiceReply.xml" {
				return asked("fromuser", "touser", "text"), 1399197672
			}
			return asked("fromUser", "toUser", "text"), 12345678
		})
	}
}

func ownReplies() map[string]models.Reply {
	return map[string]models.Reply{
		"text.xml":  models.TextReply("办居住证请带身份证和租房合同。\n窗口：河东区政务大厅 2 楼 <12-15 号>"),
		"image.xml": {Kind: models.ReplyImage, MediaID: "lj_map_of_the_hall"},
		"voice.xml": {Kind: models.ReplyVoice, MediaID: "lj_spoken_hint"},
		"video.xml": {Kind: models.ReplyVideo, MediaID: "lj_video_queue", Title: "怎样取号", Description: "一分钟看懂排队取号"},
		"music.xml": {
			Kind: models.ReplyMusic, Title: "澜江之歌", Description: "市民合唱团", MusicURL: "https://www.lanjiang.example/song.mp3",
			HQMusicURL: "https://www.lanjiang.example/song-hq.mp3", ThumbMediaID: "lj_song_cover",
		},
		"news.xml": {Kind: models.ReplyNews, Articles: []models.Article{{
			Title: "居住证办理指南", Description: "材料、窗口和时间", PicURL: "https://www.lanjiang.example/jzz.png",
			URL: "https://www.lanjiang.example/jzz?a=1&b=2",
		}}},
		"transfer_customer_service.xml": {Kind: models.ReplyTransfer, KfAccount: "zhang@lanjiang"},
	}
}

func wantReplies() map[string]models.Reply {
	return map[string]models.Reply{
		"ImageMessageReply.xml": {Kind: models.ReplyImage, MediaID: "media_id"},
		"MusicMessageReply.xml": {
			Kind: models.ReplyMusic, Title: "TITLE", Description: "DESCRIPTION", MusicURL: "MUSIC_Url",
			HQMusicURL: "HQ_MUSIC_Url", ThumbMediaID: "media_id",
		},
		"NewsMessageReply.xml": {Kind: models.ReplyNews, Articles: []models.Article{
			{Title: "title1", Description: "description1", PicURL: "picurl", URL: "url"},
		}},
		"TextMessageReply.xml":             models.TextReply("你好"),
		"TransferCustomerServiceReply.xml": {Kind: models.ReplyTransfer, KfAccount: "test1@test"},
		"VideoMessageReply.xml":            {Kind: models.ReplyVideo, MediaID: "media_id", Title: "title", Description: "description"},
		"VoiceMessageReply.xml":            {Kind: models.ReplyVoice, MediaID: "media_id"},
	}
}

func checkReplies(t *testing.T, files []string, want map[string]models.Reply, question func(name string) (*models.Message, int64)) {
	t.Helper()
	if len(files) != len(want) {
		t.Fatalf("%d files and %d replies", len(files), len(want))
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			reply, ok := want[name]
			if !ok {
				t.Fatal("no reply for this file")
			}
			sample := leavesOf(t, readFile(t, file))
			m, seconds := question(name)
			m.Delivery.ReceivedAt = time.Unix(seconds, 0)
			c := newTestCodec(t, testAccount(models.ModeSafe), Options{})
			plain, err := c.Render(m, &reply)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(sample, leavesOf(t, plain)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(sample, leavesOf(t, openedReply(t, c, m, plain, testToken, testKey))); diff != "" {
				t.Error("after encryption: " + diff)
			}
		})
	}
}

// openedReply encrypts plain, checks the envelope as WeChat would and returns what the
// SDK finds in it.
func openedReply(t testing.TB, c *Codec, m *models.Message, plain []byte, token, key string) []byte {
	t.Helper()
	body, contentType, err := c.Encode(m, plain)
	if err != nil || contentType != "text/xml; charset=utf-8" {
		t.Fatalf("content type %q, error %v", contentType, err)
	}
	var e struct {
		XMLName                                 xml.Name `xml:"xml"`
		Encrypt, MsgSignature, TimeStamp, Nonce string
	}
	if err := xml.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	if e.TimeStamp != strconv.FormatInt(m.Delivery.ReceivedAt.Unix(), 10) {
		t.Errorf("time stamp %q", e.TimeStamp)
	}
	if e.Nonce != m.Delivery.Nonce || e.MsgSignature != util.Signature(token, e.TimeStamp, e.Nonce, e.Encrypt) {
		t.Errorf("nonce %q, signature %q", e.Nonce, e.MsgSignature)
	}
	_, opened, err := util.DecryptMsg(testAppID, e.Encrypt, key)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func TestRenderBounds(t *testing.T) {
	c := newTestCodec(t, testAccount(models.ModeSafe), Options{})
	content := func(m *models.Message, r models.Reply, path string) []string {
		t.Helper()
		plain, err := c.Render(m, &r)
		if err != nil {
			t.Fatal(err)
		}
		var values []string
		for _, l := range leavesOf(t, plain) {
			if l.Path == path {
				values = append(values, l.Value)
			}
		}
		return values
	}
	text := asked("gh_7f083739789a", "oMgHVjngRipVsoxg6TuX3vz6glDg", "text")
	click := asked("gh_7f083739789a", "oMgHVjngRipVsoxg6TuX3vz6glDg", "event")
	long := content(text, models.TextReply(strings.Repeat("政", 1000)), "Content")[0]
	if len(long) > models.MaxTextBytes || len(long) < models.MaxTextBytes-6 || !utf8.ValidString(long) || !strings.HasSuffix(long, "政…") {
		t.Errorf("%d bytes: …%s", len(long), long[max(len(long)-20, 0):])
	}
	if exact := content(text, models.TextReply(strings.Repeat("a", models.MaxTextBytes)), "Content")[0]; len(exact) != models.MaxTextBytes {
		t.Errorf("%d bytes of an allowed text", len(exact))
	}
	if got := content(text, models.TextReply("a]]>b]]]>\x00\x08\xff\ufffec😀"), "Content")[0]; got != "a]]>b]]]>c😀" {
		t.Errorf("text %q", got)
	}
	articles := make([]models.Article, 12)
	for i := range articles {
		articles[i] = models.Article{Title: "标题", URL: "https://www.gov.cn/"}
	}
	news := models.Reply{Kind: models.ReplyNews, Articles: articles}
	if one, eight := content(text, news, "Articles/item/Title"), content(click, news, "Articles/item/Title"); len(one) != 1 || len(eight) != 8 {
		t.Errorf("%d and %d articles", len(one), len(eight))
	}
	if count := content(click, news, "ArticleCount"); count[0] != "8" {
		t.Errorf("ArticleCount %v", count)
	}
}

func TestRenderRefuses(t *testing.T) {
	c := newTestCodec(t, testAccount(models.ModeSafe), Options{})
	m := asked("gh_7f083739789a", "oMgHVjngRipVsoxg6TuX3vz6glDg", "text")
	for name, r := range map[string]models.Reply{
		"empty text":          {Kind: models.ReplyText},
		"blank text":          models.TextReply(" \n"),
		"only control":        models.TextReply("\x01\x02"),
		"image without media": {Kind: models.ReplyImage},
		"voice without media": {Kind: models.ReplyVoice, MediaID: " "},
		"video without media": {Kind: models.ReplyVideo, Title: "x"},
		"music without thumb": {Kind: models.ReplyMusic, Title: "x"},
		"news without any":    {Kind: models.ReplyNews},
		"news without link":   {Kind: models.ReplyNews, Articles: []models.Article{{Title: "x"}}},
		"unknown kind":        {Kind: "card"},
	} {
		if plain, err := c.Render(m, &r); err == nil {
			t.Errorf("%s gave %s", name, plain)
		}
	}
	silent := models.Reply{}
	if plain, err := c.Render(m, &silent); err != nil || plain != nil {
		t.Errorf("silence gave %q, %v", plain, err)
	}
}

// TestRenderAnyText: whatever a rule says, the XML is sound and carries it unchanged but
// for what XML can not carry.
func TestRenderAnyText(t *testing.T) {
	c := newTestCodec(t, testAccount(models.ModeSafe), Options{MaxReplyBytes: 1 << 20})
	m := asked("gh_7f083739789a", "oMgHVjngRipVsoxg6TuX3vz6glDg", "text")
	rapid.Check(t, func(rt *rapid.T) {
		said := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("]]>]]>\x00\x0b\ufffe&<")))).Draw(rt, "text")
		r := models.TextReply(said)
		clean := models.CleanText(said)
		plain, err := c.Render(m, &r)
		if strings.TrimSpace(clean) == "" {
			if err == nil {
				rt.Fatal("an empty text was rendered")
			}
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		var read struct{ Content string }
		if err := xml.Unmarshal(plain, &read); err != nil {
			rt.Fatal(err)
		}
		// XML turns carriage returns into newlines.
		if want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(clean); read.Content != want {
			rt.Fatalf("%q became %q", want, read.Content)
		}
	})
}
