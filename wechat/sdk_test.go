package wechat

import (
	"io"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	sdk "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/silenceper/wechat/v2/officialaccount/server"
	"github.com/sirupsen/logrus"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// TestSDKReadsAlike: where the SDK keeps a field, it reads what we read.
func TestSDKReadsAlike(t *testing.T) {
	logrus.SetOutput(io.Discard)
	own, others := wechattest.Samples(t, "callbacks")
	a := testAccount(models.ModeSafe)
	c := newTestCodec(t, a, Options{})
	cfg := &config.Config{AppID: testAppID, Token: testToken, EncodingAESKey: testKey, Cache: cache.NewMemory()}
	for _, file := range append(own, others...) {
		name := filepath.Base(file)
		if filepath.Ext(name) != ".xml" || name == "text_menu_item.xml" || name == "wxa_media_check.xml" {
			continue // the SDK reads no JSON here, and loses these messages: their fields are no numbers
		}
		t.Run(name, func(t *testing.T) {
			d := delivery{account: a, body: string(readFile(t, file))}
			m := decode(t, c, d.request(t))
			var theirs message.MixMessage
			s := server.NewServer(&sdk.Context{Config: cfg})
			s.Writer, s.Request = httptest.NewRecorder(), d.request(t)
			s.SetMessageHandler(func(mix *message.MixMessage) *message.Reply {
				theirs = *mix
				return nil
			})
			if err := s.Serve(); err != nil {
				t.Fatal(err)
			}
			for field, pair := range map[string][2]string{
				"ToUserName": {m.ToUserName, string(theirs.ToUserName)}, "MsgType": {m.MsgType, string(theirs.MsgType)},
				"CreateTime": {strconv.FormatInt(m.CreateTime, 10), strconv.FormatInt(theirs.CreateTime, 10)},
				"Event":      {m.Event, strings.ToLower(string(theirs.Event))}, "EventKey": {m.EventKey, theirs.EventKey},
				"Content": {m.Content, theirs.Content}, "MediaId": {m.MediaID, theirs.MediaID}, "Format": {m.Format, theirs.Format},
				"ThumbMediaId": {m.ThumbMediaID, theirs.ThumbMediaID}, "Ticket": {m.Ticket, theirs.Ticket},
				"PicUrl": {m.PicURL, theirs.PicURL}, "Url": {m.URL, theirs.URL}, "Title": {m.Title, theirs.Title},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: we read %q, the SDK %q", field, pair[0], pair[1])
				}
			}
			if !m.IsEvent() && m.MsgID != strconv.FormatInt(theirs.MsgID, 10) {
				t.Errorf("MsgId: we read %q, the SDK %d", m.MsgID, theirs.MsgID)
			}
		})
	}
}
