package wechat

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/silenceper/wechat/v2/officialaccount/message"

	"github.com/wenzheng/wenzheng/models"
)

// cutMark ends a text that was too long.
const cutMark = "…"

// replyMarkup is what a text reply holds besides text and addresses, or a little more.
const replyMarkup = 192

// Render returns the passive reply to m, which Decode has returned, as XML in clear, or nil
// when the reply is silent. Its CreateTime is the second of the receipt. Texts lose what
// XML 1.0 can not carry; a text over MaxReplyBytes is cut at a character; news
// keep as many articles as WeChat shows. An error means that the reply lacks what its kind
// needs: it must not be sent.
func (c *Codec) Render(m *models.Message, reply *models.Reply) ([]byte, error) {
	if reply.Silent() {
		return nil, nil
	}
	b := make([]byte, 0, len(reply.Text)+len(m.OpenID)+len(m.ToUserName)+replyMarkup)
	b = append(b, "<xml><ToUserName>"...)
	b = appendCDATA(b, m.OpenID)
	b = append(b, "</ToUserName><FromUserName>"...)
	b = appendCDATA(b, m.ToUserName)
	b = append(b, "</FromUserName><CreateTime>"...)
	b = strconv.AppendInt(b, m.Delivery.ReceivedAt.Unix(), 10)
	b = append(b, "</CreateTime><MsgType>"...)
	b = appendCDATA(b, string(reply.Kind))
	b = append(b, "</MsgType>"...)
	b, missing := c.appendContent(b, m, reply)
	if missing != "" {
		return nil, fmt.Errorf("wechat: render %q reply: %s", string(reply.Kind), missing)
	}
	return append(b, "</xml>"...), nil
}

// appendContent appends what is particular to the kind of reply; missing says what the
// reply lacks.
func (c *Codec) appendContent(b []byte, m *models.Message, r *models.Reply) (grown []byte, missing string) {
	switch message.MsgType(r.Kind) {
	case message.MsgTypeText:
		content := c.fit(models.CleanText(r.Text))
		if blank(content) {
			return b, "no text"
		}
		return appendElement(b, "Content", content), ""
	case message.MsgTypeImage:
		return appendMedia(b, "Image", element{"MediaId", r.MediaID, true})
	case message.MsgTypeVoice:
		return appendMedia(b, "Voice", element{"MediaId", r.MediaID, true})
	case message.MsgTypeVideo:
		return appendMedia(b, "Video", element{"MediaId", r.MediaID, true}, element{"Title", r.Title, false},
			element{"Description", r.Description, false})
	case message.MsgTypeMusic:
		return appendMedia(b, "Music", element{"Title", r.Title, false}, element{"Description", r.Description, false},
			element{"MusicUrl", r.MusicURL, false}, element{"HQMusicUrl", r.HQMusicURL, false},
			element{"ThumbMediaId", r.ThumbMediaID, r.MusicURL == "" && r.HQMusicURL == ""})
	case message.MsgTypeNews:
		return appendNews(b, m, r.Articles)
	case message.MsgTypeTransfer:
		if blank(models.CleanText(r.KfAccount)) {
			return b, ""
		}
		return appendMedia(b, "TransInfo", element{"KfAccount", r.KfAccount, true})
	}
	return b, "no such kind"
}

type element struct {
	name, value string
	required    bool
}

// appendMedia appends the elements inside an owner; those not required are left out when
// empty.
func appendMedia(b []byte, owner string, elements ...element) (grown []byte, missing string) {
	b = append(b, '<')
	b = append(b, owner...)
	b = append(b, '>')
	for _, e := range elements {
		value := models.CleanText(e.value)
		if !blank(value) {
			b = appendElement(b, e.name, value)
			continue
		}
		if e.required {
			return b, "no " + e.name
		}
	}
	b = append(b, "</"...)
	b = append(b, owner...)
	return append(b, '>'), ""
}

func appendNews(b []byte, m *models.Message, articles []models.Article) (grown []byte, missing string) {
	if most := mostArticles(m); len(articles) > most {
		articles = articles[:most]
	}
	if len(articles) == 0 {
		return b, "no article"
	}
	b = append(b, "<ArticleCount>"...)
	b = strconv.AppendInt(b, int64(len(articles)), 10)
	b = append(b, "</ArticleCount><Articles>"...)
	for _, a := range articles {
		title, link := models.CleanText(a.Title), models.CleanText(a.URL)
		if blank(title) || blank(link) {
			return b, "an article without title or link"
		}
		b = append(b, "<item>"...)
		b = appendElement(b, "Title", title)
		b = appendElement(b, "Description", models.CleanText(a.Description))
		b = appendElement(b, "PicUrl", models.CleanText(a.PicURL))
		b = appendElement(b, "Url", link)
		b = append(b, "</item>"...)
	}
	return append(b, "</Articles>"...), ""
}

// mostArticles is how many articles WeChat shows in answer to m
// (developers.weixin.qq.com, Passive_user_reply_message).
func mostArticles(m *models.Message) int {
	switch m.MsgType {
	case models.MsgTypeText, models.MsgTypeImage, models.MsgTypeVoice, models.MsgTypeVideo,
		models.MsgTypeShortVideo, models.MsgTypeLink, models.MsgTypeLocation:
		return 1
	}
	return models.MaxArticles
}

func blank(s string) bool { return strings.TrimLeftFunc(s, unicode.IsSpace) == "" }

// fit cuts a text to the length of the settings.
func (c *Codec) fit(s string) string {
	if len(s) <= c.o.MaxReplyBytes {
		return s
	}
	mark := cutMark
	if c.o.MaxReplyBytes < len(mark) {
		mark = ""
	}
	end := c.o.MaxReplyBytes - len(mark)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + mark
}

func appendElement(b []byte, name, value string) []byte {
	b = append(b, '<')
	b = append(b, name...)
	b = append(b, '>')
	b = appendCDATA(b, value)
	b = append(b, "</"...)
	b = append(b, name...)
	return append(b, '>')
}

// appendCDATA appends s as CDATA; the end mark inside s is split over two sections.
func appendCDATA(b []byte, s string) []byte {
	b = append(b, openCDATA...)
	for strings.IndexByte(s, ']') >= 0 {
		i := strings.Index(s, closeCDATA)
		if i < 0 {
			break
		}
		b = append(b, s[:i+2]...)
		b = append(b, closeCDATA...)
		b = append(b, openCDATA...)
		s = s[i+2:]
	}
	b = append(b, s...)
	return append(b, closeCDATA...)
}
