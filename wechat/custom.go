package wechat

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
)

const customAPI = "/cgi-bin/message/custom/send"

// MenuMessage is a message with items to click (菜单消息). A click comes back as a text with the
// item's id.
type MenuMessage struct {
	Head  string     `json:"head_content"`
	Items []MenuItem `json:"list"`
	Tail  string     `json:"tail_content"`
}

// MenuItem is an item of a menu message.
type MenuItem struct {
	ID      string `json:"id"`
	Content string `json:"content"`
}

// CustomMessage is what the customer-service interface takes: a reply, or a menu.
type CustomMessage struct {
	Reply models.Reply
	Menu  *MenuMessage // nil: Reply is sent
}

// SendCustom sends a customer-service message (客服消息) to a citizen, once. What became of it after
// an error is said by the error's Delivery.
// developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
func (c *Client) SendCustom(ctx context.Context, openID string, m *CustomMessage) error {
	var answer struct {
		Code *Number `json:"errcode"`
	}
	if err := c.postJSON(ctx, customAPI, m.body(openID), &answer); err != nil {
		return err
	}
	if answer.Code == nil {
		return &APIError{API: customAPI, Msg: "the answer does not say what became of the message", Class: ClassTransient}
	}
	return nil
}

func (m *CustomMessage) body(openID string) map[string]any {
	body := map[string]any{"touser": openID}
	part := func(kind string, content any) map[string]any {
		body["msgtype"], body[kind] = kind, content
		return body
	}
	if m.Menu != nil {
		return part("msgmenu", m.Menu)
	}
	r := &m.Reply
	switch r.Kind {
	case models.ReplyImage, models.ReplyVoice:
		return part(string(r.Kind), map[string]string{"media_id": r.MediaID})
	case models.ReplyVideo:
		return part("video", map[string]string{
			"media_id": r.MediaID, "thumb_media_id": r.ThumbMediaID, "title": r.Title, "description": r.Description,
		})
	case models.ReplyMusic:
		return part("music", map[string]string{
			"title": r.Title, "description": r.Description, "musicurl": r.MusicURL, "hqmusicurl": r.HQMusicURL, "thumb_media_id": r.ThumbMediaID,
		})
	case models.ReplyNews:
		articles := make([]map[string]string, len(r.Articles))
		for i, a := range r.Articles {
			articles[i] = map[string]string{"title": a.Title, "description": a.Description, "url": a.URL, "picurl": a.PicURL}
		}
		return part("news", map[string]any{"articles": articles})
	default:
		return part("text", map[string]string{"content": r.Text})
	}
}

// Delivery says whether what a call was to send may have arrived.
type Delivery int

// The three outcomes of a call that failed.
const (
	NotSent Delivery = iota // nothing left this machine: the call may be made again
	Refused                 // WeChat said no: the citizen saw nothing
	Unknown                 // nobody can say
)

// Delivery says what became of the message of a call that failed with this error.
func (e *APIError) Delivery() Delivery {
	switch {
	case e.unsent, e.API == renewAPI, e.Class == ClassToken, e.Class == ClassConfig:
		return NotSent
	case e.Class == ClassTransient && e.Code != -1:
		return Unknown
	}
	return Refused
}
