package console

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
)

func (d *Console) alarms(c *gin.Context) (any, error) {
	return d.o.Accounts.Alarms(c.Request.Context(), c.Param("app_id"))
}

func (d *Console) chooseAlarms(c *gin.Context) (any, error) {
	var q models.AlarmChoice
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return d.o.Accounts.ChooseAlarms(c.Request.Context(), callerOf(c).Who, c.Param("app_id"), q)
}

func (d *Console) addChannel(c *gin.Context) (any, error) {
	var q accounts.ChannelRequest
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return d.o.Accounts.AddChannel(c.Request.Context(), callerOf(c).Who, c.Param("app_id"), q)
}

func (d *Console) removeChannel(c *gin.Context) (any, error) {
	return d.o.Accounts.RemoveChannel(c.Request.Context(), callerOf(c).Who, c.Param("app_id"), c.Param("channel"))
}

// testChannel sends a message, and may wait for whoever takes it.
func (d *Console) testChannel(c *gin.Context) (any, error) {
	patient(c)
	return d.o.Accounts.TestChannel(c.Request.Context(), callerOf(c).Who, c.Param("app_id"), c.Param("channel"))
}
