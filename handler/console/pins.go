package console

import (
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/rulebook"
)

// pinRoutes are those of the emergency answers. Everybody of an account sees what is pinned.
func (d *Console) pinRoutes(v1 gin.IRouter) {
	v1.GET("/pins", d.may(auth.ReadPins), d.do(d.pins))
	v1.GET("/pins/board", d.may(auth.ReadPins), d.do(d.timed(d.pinBoard)))
	v1.PUT("/pins", d.may(auth.WritePins), d.do(d.setPin))
	v1.DELETE("/pins", d.may(auth.WritePins), d.do(d.deletePin))
}

func (d *Console) pins(c *gin.Context) (any, error) {
	ids, err := appIDs(c)
	if err != nil {
		return nil, err
	}
	pins, err := d.o.Rulebook.Pinned(c.Request.Context(), ids)
	return pinList{pins}, err
}

type pinList struct {
	Pins []rulebook.PinView `json:"pins"`
}

func (d *Console) pinBoard(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.PinBoard(c.Request.Context(), account.AppID)
}

func (d *Console) setPin(c *gin.Context) (any, error) {
	var body struct {
		Text   string    `json:"text"`
		Topics []string  `json:"topics"`
		Until  time.Time `json:"until"`
		Reason string    `json:"reason"`
	}
	account, err := d.requestAccount(c, parameters(c), &body)
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	_, err = d.o.Rulebook.SetPin(ctx, callerOf(c).Who, rulebook.PinRequest{
		Account: account, Text: body.Text, Topics: body.Topics, Until: body.Until, Reason: body.Reason,
	})
	if err != nil {
		return nil, err
	}
	pins, err := d.o.Rulebook.Pinned(ctx, []string{account.AppID})
	return pinList{pins}, err
}

func (d *Console) deletePin(c *gin.Context) (any, error) {
	q := parameters(c)
	var topics []string
	if list := q.text("topics"); list != "" {
		topics = strings.Split(list, ",")
	}
	account, err := d.requestAccount(c, q, nil)
	if err != nil {
		return nil, err
	}
	return said{"已取消置顶，三秒内生效"}, d.o.Rulebook.DeletePin(c.Request.Context(), callerOf(c).Who, account.AppID, topics)
}
