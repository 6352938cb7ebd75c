package wechat

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

const (
	templateAPI      = "/cgi-bin/message/template/send"
	templateListAPI  = "/cgi-bin/template/get_all_private_template"
	subscriptionAPI  = "/cgi-bin/message/subscribe/bizsend"
	subscriptionList = "/wxaapi/newtmpl/gettemplate"
)

// noticeRights are the rights that sending takes, by the call; package wechat finds them out by others.
var noticeRights = map[string]string{templateAPI: "template", subscriptionAPI: "subscription"}

// NoticeMessage is a template message or a subscription notice.
type NoticeMessage struct {
	Channel    models.NoticeChannel
	TemplateID string
	Fields     map[string]string
	Key        string // the same again is the same template message, for ten minutes
}

// SendNotice sends a notice to a citizen, once, and returns WeChat's number of it, by which an event tells
// later what became of it; "" where WeChat names none. What became of it after an error is said by the
// error's Delivery.
// developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html,
// developers.weixin.qq.com/doc/service/Subscription_Messages/intro.html
func (c *Client) SendNotice(ctx context.Context, openID string, m *NoticeMessage) (id string, err error) {
	type value struct {
		Value string `json:"value"`
	}
	data := make(map[string]value, len(m.Fields))
	for name, text := range m.Fields {
		data[name] = value{text}
	}
	body := map[string]any{"touser": openID, "template_id": m.TemplateID, "data": data}
	api := subscriptionAPI
	if m.Channel == models.NoticeTemplate {
		api, body["client_msg_id"] = templateAPI, m.Key
	}
	var answer struct {
		Code *Number `json:"errcode"`
		ID   Number  `json:"msgid"`
	}
	if err := c.postJSON(ctx, api, body, &answer); err != nil {
		return "", err
	}
	if answer.Code == nil {
		return "", &APIError{API: api, Msg: "the answer does not say what became of the message", Class: ClassTransient}
	}
	if answer.ID != 0 {
		id = strconv.FormatInt(int64(answer.ID), 10)
	}
	return id, nil
}

// Template is one that an account may fill.
type Template struct {
	ID     string
	Title  string
	Fields []string // as a NoticeMessage names them
}

var templateField = regexp.MustCompile(`\{\{\s*(\w+)\.DATA\s*\}\}`)

// Templates reads the account's own templates of a channel.
func (c *Client) Templates(ctx context.Context, channel models.NoticeChannel) ([]Template, error) {
	type wire struct {
		ID      string `json:"template_id"`
		Own     string `json:"priTmplId"`
		Title   string `json:"title"`
		Content string `json:"content"`
	}
	var answer struct {
		Templates []wire `json:"template_list"`
		Data      []wire `json:"data"`
	}
	api := subscriptionList
	if channel == models.NoticeTemplate {
		api = templateListAPI
	}
	if err := c.get(ctx, api, &answer); err != nil {
		return nil, err
	}
	var list []Template
	for _, w := range append(answer.Templates, answer.Data...) {
		t := Template{ID: w.ID + w.Own, Title: models.OneLine(models.CleanText(w.Title), 40)}
		for _, m := range templateField.FindAllStringSubmatch(w.Content, -1) {
			if !slices.Contains(t.Fields, m[1]) {
				t.Fields = append(t.Fields, m[1])
			}
		}
		list = append(list, t)
	}
	return list, nil
}

// NoticeOutcome is what an event says of notices that were sent before.
type NoticeOutcome struct {
	ID      string // as SendNotice returned it
	Arrived bool
}

// NoticeOutcomes reads the event that tells what became of notices: models.EventTemplateSent,
// models.EventSubscriptionSent.
func NoticeOutcomes(raw []byte) (list []NoticeOutcome) {
	m := ReadEvent(raw)
	id := m.MsgID
	for _, l := range m.Leaves {
		switch {
		case m.Event == models.EventTemplateSent && l.Path == "Status":
			list = append(list, NoticeOutcome{id, l.Value == "success"})
		case m.Event != models.EventSubscriptionSent:
		case l.Path == "SubscribeMsgSentEvent/List/MsgID":
			id = l.Value
		case l.Path == "SubscribeMsgSentEvent/List/ErrorCode":
			list = append(list, NoticeOutcome{id, l.Value == "0"})
		}
	}
	return list
}

// Agreed reads which templates' notices a citizen agreed to by an event:
// models.EventConsentAsked, models.EventConsentChanged.
func Agreed(raw []byte) (templates []string) {
	template := ""
	for _, l := range ReadEvent(raw).Leaves {
		switch _, name, _ := strings.Cut(l.Path, "/List/"); {
		case name == "TemplateId":
			template = l.Value
		case name == "SubscribeStatusString" && l.Value == "accept":
			templates = append(templates, template)
		}
	}
	return templates
}
