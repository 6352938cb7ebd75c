package console

import (
	"io"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk/messages"
)

// mediaTime is how long somebody waits for a picture from WeChat.
const mediaTime = 30 * time.Second

// messageRoutes are those of what was written.
func (d *Console) messageRoutes(v1 gin.IRouter) {
	v1.GET("/search", d.may(auth.ReadDesk), d.do(d.timed(d.search)))
	v1.POST("/messages/:id/reveal", d.may(auth.RevealDesk), d.do(d.revealMessage))
	v1.GET("/messages/:id/media", d.may(auth.ReadDesk), d.do(d.within(mediaTime, d.media)))
}

const noMessage = "没有这条消息"

func (d *Console) search(c *gin.Context) (any, error) {
	q := parameters(c)
	ask := messages.Search{Accounts: q.accounts(), Text: q.text("q"), Before: q.text("before")}
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Messages.Search(c.Request.Context(), ask)
}

func (d *Console) revealMessage(c *gin.Context) (any, error) {
	var q struct {
		Reason string `json:"reason"`
	}
	id, err := pathID(c, noMessage, &q)
	if err != nil {
		return nil, err
	}
	who := callerOf(c)
	return d.o.Messages.Reveal(c.Request.Context(), who.Who, messages.Message{ID: id, Accounts: who.Accounts(auth.RevealDesk)}, q.Reason)
}

func (d *Console) media(c *gin.Context) (any, error) {
	id, err := pathID(c, noMessage, nil)
	if err != nil {
		return nil, err
	}
	m, err := d.o.Messages.Media(c.Request.Context(), messages.Message{ID: id, Accounts: callerOf(c).Accounts(auth.ReadDesk)})
	if err != nil {
		return nil, err
	}
	return shown(m.Type, m.Body), nil
}

// shown is a picture, voice or video as an answer.
func shown(kind string, body []byte) *file {
	return &file{kind: kind, write: func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	}}
}
