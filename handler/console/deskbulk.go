package console

import (
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/models"
)

// bulk takes one step with many conversations. Who takes them is to answer, so that this wants the permission to.
func (d *Console) bulk(c *gin.Context) (any, error) {
	var q struct {
		Action        string `json:"action"`
		Conversations []struct {
			ID      string `json:"id"`
			Version string `json:"version"`
		} `json:"conversations"`
		To     string `json:"to"`
		Reason string `json:"reason"`
		Code   string `json:"code"`
		Text   string `json:"text"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	who, need := callerOf(c), auth.AssignDesk
	if q.Action == desk.StepTake {
		if need = auth.AnswerDesk; !who.May(need) {
			return nil, d.denied(c, who, errForbidden(need))
		}
	}
	ask := desk.Bulk{Step: q.Action, To: q.To, Reason: models.OneLine(q.Reason, 500), Code: q.Code, Text: strings.TrimSpace(q.Text)}
	for _, one := range q.Conversations {
		id, err := strconv.ParseInt(one.ID, 10, 64)
		if err != nil {
			return nil, badField("conversations", "id 应为接待的 id")
		}
		version, err := parseVersion(one.Version, "应为所见接待的 version")
		if err != nil {
			return nil, err
		}
		ask.Acts = append(ask.Acts, desk.Act{ID: id, Version: version, Accounts: who.Accounts(need)})
	}
	patient(c) // a hundred transactions, and to take from WeChat's own client asks WeChat each time
	results, err := d.o.Desk.Bulk(c.Request.Context(), who.Who, ask)
	return struct {
		Results []desk.Outcome `json:"results"`
	}{results}, err
}
