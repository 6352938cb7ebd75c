package console

import (
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
)

// deskRoutes are those of people who answer.
func (d *Console) deskRoutes(v1 gin.IRouter) {
	v1.GET("/conversations", d.may(auth.ReadDesk), d.do(d.timed(d.conversations)))
	v1.POST("/conversations", d.may(auth.AnswerDesk), d.do(d.beginConversation))
	v1.GET("/conversations/:id", d.may(auth.ReadDesk), d.do(d.timed(d.conversation)))
	v1.GET("/conversations/:id/messages", d.may(auth.ReadDesk), d.do(d.timed(d.conversationMessages)))
	v1.POST("/conversations/:id/take", d.may(auth.AnswerDesk), d.do(d.takeConversation))
	v1.POST("/conversations/:id/transfer", d.may(auth.AssignDesk), d.do(d.transferConversation))
	v1.POST("/conversations/:id/close", d.may(auth.AssignDesk), d.do(d.closeConversation))
	v1.POST("/conversations/:id/messages", d.may(auth.AnswerDesk), d.do(d.say))
	v1.POST("/conversations/:id/notes", d.may(auth.AnswerDesk), d.do(d.note))
	v1.POST("/conversations/:id/seen", d.may(auth.AnswerDesk), d.do(d.markSeen))
	v1.POST("/conversations/:id/presence", d.may(auth.AnswerDesk), d.do(d.viewing))
	v1.PUT("/conversations/:id/draft", d.may(auth.AnswerDesk), d.do(d.saveDraft))
	v1.POST("/notes/:id/reveal", d.may(auth.RevealDesk), d.do(d.revealNote))
	v1.POST("/desk/bulk", d.may(auth.AssignDesk), d.do(d.bulk))
	d.rosterRoutes(v1)
}

func (d *Console) conversations(c *gin.Context) (any, error) {
	q := parameters(c)
	ask := desk.Query{
		Box: q.choice("box", desk.Boxes()...), Accounts: q.accounts(), Mine: callerOf(c).Who.Name, Topic: q.text("topic"), Assignee: q.text("assignee"),
		After: q.text("after"), Limit: q.number("limit", usualPage, 1, longestPage),
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Desk.List(c.Request.Context(), ask)
}

const noConversation = "没有这个接待"

func (d *Console) conversation(c *gin.Context) (any, error) {
	id, err := pathID(c, noConversation, nil)
	if err != nil {
		return nil, err
	}
	who := callerOf(c)
	return d.o.Desk.Conversation(c.Request.Context(), id, who.Accounts(auth.ReadDesk), who.Who.Name)
}

// conversationMessages are rows of the log of the citizen, the last ones or those around one.
func (d *Console) conversationMessages(c *gin.Context) (any, error) {
	id, err := pathID(c, noConversation, nil)
	if err != nil {
		return nil, err
	}
	q := parameters(c)
	around := q.text("around")
	q.accounts()
	if err := q.err(); err != nil {
		return nil, err
	}
	account, uid, err := d.o.Desk.Citizen(c.Request.Context(), id, callerOf(c).Accounts(auth.ReadDesk))
	if err != nil {
		return nil, err
	}
	return d.o.Analytics.Conversation(c.Request.Context(), analytics.ConversationQuery{Account: account, Citizen: uid, Around: around})
}

func (d *Console) beginConversation(c *gin.Context) (any, error) {
	var q struct {
		UID string `json:"uid"`
	}
	account, err := d.requestAccount(c, parameters(c), &q)
	if err != nil {
		return nil, err
	}
	return d.o.Desk.Begin(c.Request.Context(), callerOf(c).Who, desk.Begin{AppID: account.AppID, UID: q.UID})
}

// deskAct is what every change of a conversation says.
type deskAct struct {
	Version string `json:"version"` // as it was seen
}

func (a *deskAct) act(c *gin.Context, need auth.Permission) (desk.Act, error) {
	id, err := pathID(c, noConversation, nil)
	if err != nil {
		return desk.Act{}, err
	}
	version, err := parseVersion(a.Version, "应为所见接待的 version")
	return desk.Act{ID: id, Version: version, Accounts: callerOf(c).Accounts(need)}, err
}

// answered is a conversation for which the caller may answer, of any version.
func answered(c *gin.Context, id int64) desk.Act {
	return desk.Act{ID: id, Accounts: callerOf(c).Accounts(auth.AnswerDesk)}
}

func (d *Console) takeConversation(c *gin.Context) (any, error) {
	var q deskAct
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	act, err := q.act(c, auth.AnswerDesk)
	if err != nil {
		return nil, err
	}
	return d.o.Desk.Take(c.Request.Context(), callerOf(c).Who, act)
}

func (d *Console) transferConversation(c *gin.Context) (any, error) {
	var q struct {
		deskAct
		To     string `json:"to"`
		Reason string `json:"reason"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	act, err := q.act(c, auth.AssignDesk)
	if err != nil {
		return nil, err
	}
	return d.o.Desk.Transfer(c.Request.Context(), callerOf(c).Who, desk.Transfer{Act: act, To: q.To, Reason: models.OneLine(q.Reason, 500)})
}

func (d *Console) closeConversation(c *gin.Context) (any, error) {
	var q struct {
		deskAct
		Code string `json:"code"`
		Text string `json:"text"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	act, err := q.act(c, auth.AssignDesk)
	if err != nil {
		return nil, err
	}
	return d.o.Desk.Close(c.Request.Context(), callerOf(c).Who, desk.Close{Act: act, Code: q.Code, Text: strings.TrimSpace(q.Text)})
}

// say hands a message to the outbox: it is accepted, not sent yet.
func (d *Console) say(c *gin.Context) (any, error) {
	var q struct {
		SendKey string `json:"send_key"`
		Seen    string `json:"seen"`
		Kind    string `json:"kind"` // "" = text
		Text    string `json:"text"`
		MediaID string `json:"media_id"`
	}
	id, err := pathID(c, noConversation, &q)
	if err != nil {
		return nil, err
	}
	reply := models.TextReply(q.Text)
	if q.Kind != "" && q.Kind != string(models.ReplyText) {
		reply = models.Reply{Kind: models.ReplyKind(q.Kind), MediaID: q.MediaID}
	}
	items, err := d.o.Desk.Say(c.Request.Context(), callerOf(c).Who, desk.Say{
		Act: answered(c, id), SendKey: q.SendKey, Seen: q.Seen, Content: outbox.Content{Reply: reply},
	})
	if err != nil {
		return nil, err
	}
	return accepted{struct {
		Items []outbox.Item `json:"items"`
	}{items}}, nil
}

func (d *Console) revealNote(c *gin.Context) (any, error) {
	var q struct {
		Reason string `json:"reason"`
	}
	id, err := pathID(c, "没有这条备注", &q)
	if err != nil {
		return nil, err
	}
	who := callerOf(c)
	return d.o.Desk.RevealNote(c.Request.Context(), who.Who, desk.NoteRequest{ID: id, Accounts: who.Accounts(auth.RevealDesk)}, q.Reason)
}

func (d *Console) note(c *gin.Context) (any, error) {
	var q struct {
		Text string `json:"text"`
	}
	id, err := pathID(c, noConversation, &q)
	if err != nil {
		return nil, err
	}
	return d.o.Desk.AddNote(c.Request.Context(), callerOf(c).Who, answered(c, id), strings.TrimSpace(q.Text))
}

func (d *Console) markSeen(c *gin.Context) (any, error) {
	var q struct {
		Until time.Time `json:"until"`
	}
	id, err := pathID(c, noConversation, &q)
	if err != nil {
		return nil, err
	}
	if q.Until.IsZero() {
		return nil, badField("until", "应为看到的最后一条来信的时间")
	}
	return done{}, d.o.Desk.MarkSeen(c.Request.Context(), callerOf(c).Who, answered(c, id), q.Until)
}

func (d *Console) viewing(c *gin.Context) (any, error) {
	var q struct {
		Typing bool `json:"typing"`
	}
	id, err := pathID(c, noConversation, &q)
	if err != nil {
		return nil, err
	}
	return done{}, d.o.Desk.View(c.Request.Context(), callerOf(c).Who, answered(c, id), q.Typing)
}

func (d *Console) saveDraft(c *gin.Context) (any, error) {
	var q struct {
		Kind    string `json:"kind"`
		Text    string `json:"text"` // "" = delete it
		Version string `json:"version"`
	}
	id, err := pathID(c, noConversation, &q)
	if err != nil {
		return nil, err
	}
	version, err := parseVersion(q.Version, "应为所见草稿的 version，还没有草稿时为 \"0\"")
	if err != nil {
		return nil, err
	}
	return d.o.Desk.SaveDraft(c.Request.Context(), callerOf(c).Who, answered(c, id), desk.Draft{Kind: q.Kind, Text: q.Text, Version: version})
}
