package console

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/rulebook"
)

// gapRoutes are those of what citizens ask and no rule answers.
func (d *Console) gapRoutes(v1 gin.IRouter) {
	v1.GET("/gaps", d.may(auth.ReadQuestions), d.do(d.timed(d.gaps)))
	v1.GET("/gaps/questions", d.may(auth.ReadQuestions), d.do(d.timed(d.gapQuestions)))
	v1.POST("/gaps/preview", d.may(auth.ReadQuestions), d.do(d.timed(d.gapPreview)))
	v1.POST("/gaps/rule", d.may(auth.WriteRules), d.do(d.gapRule))
	v1.PUT("/gaps/ignored", d.may(auth.WriteRules), d.do(d.ignoreGap))
	v1.DELETE("/gaps/ignored", d.may(auth.WriteRules), d.do(d.recallGap))
}

// Days that gaps may be looked for in, the first by default.
const gapDays, mostGapDays = 30, 90

// gapsRequest is about with the days.
func (d *Console) gapsRequest(c *gin.Context, q *query, into any) (out rulebook.GapsRequest, err error) {
	out.Days = q.number("days", gapDays, 1, mostGapDays)
	out.Account, err = d.requestAccount(c, q, into)
	return out, err
}

func (d *Console) gaps(c *gin.Context) (any, error) {
	ask, err := d.gapsRequest(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.Gaps(c.Request.Context(), ask)
}

func (d *Console) gapQuestions(c *gin.Context) (any, error) {
	q := parameters(c)
	ask := rulebook.GapMembersRequest{Key: q.text("key"), After: q.number("after", 0, 0, 1_000_000), Limit: q.number("limit", usualPage, 1, longestPage)}
	var err error
	if ask.GapsRequest, err = d.gapsRequest(c, q, nil); err != nil {
		return nil, err
	}
	return d.o.Rulebook.GapMembers(c.Request.Context(), ask)
}

func (d *Console) gapPreview(c *gin.Context) (any, error) {
	var body struct {
		Rule     string     `json:"rule"`
		Keywords []string   `json:"keywords"`
		Groups   [][]string `json:"groups"`
		Exclude  []string   `json:"exclude"`
	}
	account, err := d.requestAccount(c, parameters(c), &body)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.PreviewKeywords(c.Request.Context(), rulebook.PreviewRequest{
		Account: account, Rule: body.Rule, Keywords: body.Keywords, Groups: body.Groups, Exclude: body.Exclude,
	})
}

// gapDraft is the draft that was written.
type gapDraft struct {
	ID   int64  `json:"id,string"`
	Name string `json:"name"`
}

func (d *Console) gapRule(c *gin.Context) (any, error) {
	var body struct {
		Key      string     `json:"key"`
		Rule     string     `json:"rule"`
		Keywords []string   `json:"keywords"`
		Groups   [][]string `json:"groups"`
		Exclude  []string   `json:"exclude"`
	}
	ask, err := d.gapsRequest(c, parameters(c), &body)
	if err != nil {
		return nil, err
	}
	saved, err := d.o.Rulebook.DraftForGap(c.Request.Context(), callerOf(c).Who, rulebook.GapRuleRequest{
		GapsRequest: ask, Key: body.Key, Rule: body.Rule, Keywords: body.Keywords, Groups: body.Groups, Exclude: body.Exclude,
	})
	return gapDraft{saved.ID, saved.Name}, err
}

func (d *Console) ignoreGap(c *gin.Context) (any, error) {
	var body struct {
		Key    string `json:"key"`
		Reason string `json:"reason"`
	}
	ask, err := d.gapsRequest(c, parameters(c), &body)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.IgnoreGap(c.Request.Context(), callerOf(c).Who, rulebook.IgnoreRequest{GapsRequest: ask, Key: body.Key, Reason: body.Reason})
}

func (d *Console) recallGap(c *gin.Context) (any, error) {
	q := parameters(c)
	key := q.text("key")
	account, err := d.requestAccount(c, q, nil)
	if err != nil {
		return nil, err
	}
	return said{"已恢复"}, d.o.Rulebook.RecallGap(c.Request.Context(), callerOf(c).Who, account.AppID, key)
}
