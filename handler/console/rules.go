package console

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

// ruleRoutes are those of the rules of one account, which the parameter account names.
func (d *Console) ruleRoutes(v1 gin.IRouter) {
	v1.GET("/rules", d.may(auth.ReadRules), d.do(d.timed(d.rules)))
	v1.GET("/rules/:id", d.may(auth.ReadRules), d.do(d.timed(d.rule)))
	v1.POST("/rules", d.may(auth.WriteRules), d.do(d.timed(d.addRule)))
	v1.PUT("/rules/:id", d.may(auth.WriteRules), d.do(d.timed(d.changeRule)))
	v1.POST("/rules/try", d.may(auth.WriteRules), d.do(d.timed(d.tryRule)))
	v1.GET("/questions", d.may(auth.ReadQuestions), d.do(d.timed(d.questions)))
	v1.GET("/materials", d.may(auth.ReadRules), d.do(d.materials))
	d.reviewRoutes(v1)
	d.replayRoutes(v1)
}

const noRule = "没有这条规则"

// orNone are the values behind "", which a parameter has when it is absent.
func orNone(values []string) []string { return append([]string{""}, values...) }

func (d *Console) rules(c *gin.Context) (any, error) {
	q := parameters(c)
	ask := rulebook.TableRequest{
		State: q.choice("state", orNone(rulebook.States())...), Only: q.choice("only", orNone(rulebook.Onlys())...),
		Q: q.text("q"), Answer: q.text("answer"), Author: q.text("author"), Sort: q.choice("sort", rulebook.Sorts()...),
		Reverse: q.choice("reverse", "false", "true") == "true", After: q.text("after"), Limit: q.number("limit", 50, 1, rulebook.MaxRows),
	}
	var err error
	if ask.Account, err = d.requestAccount(c, q, nil); err != nil {
		return nil, err
	}
	return d.o.Rulebook.Table(c.Request.Context(), ask)
}

func (d *Console) rule(c *gin.Context) (any, error) {
	account, id, err := d.accountAndID(c, parameters(c), noRule, nil)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.Show(c.Request.Context(), account, id)
}

// maxRule bounds a rule as JSON, in bytes: 200 examples and 20 long answers fit.
const maxRule = 2 << 20

func (d *Console) addRule(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	var q struct {
		Rule models.Rule `json:"rule"`
	}
	if err := decodeLong(c, maxRule, &q); err != nil {
		return nil, err
	}
	return d.o.Rulebook.SaveDraft(c.Request.Context(), callerOf(c).Who, rulebook.SaveRequest{Account: account, Rule: q.Rule})
}

func (d *Console) changeRule(c *gin.Context) (any, error) {
	account, id, err := d.accountAndID(c, parameters(c), noRule, nil)
	if err != nil {
		return nil, err
	}
	var q struct {
		Base string      `json:"base_version"`
		Rule models.Rule `json:"rule"`
	}
	if err := decodeLong(c, maxRule, &q); err != nil {
		return nil, err
	}
	return d.o.Rulebook.SaveDraft(c.Request.Context(), callerOf(c).Who, rulebook.SaveRequest{Account: account, ID: id, Base: q.Base, Rule: q.Rule})
}

func (d *Console) tryRule(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	var q struct {
		Text    string         `json:"text"`
		Trigger models.Trigger `json:"trigger"`
		Key     string         `json:"key"`
		Rule    *models.Rule   `json:"rule"`
		At      time.Time      `json:"at"`
	}
	if err := decodeLong(c, maxRule, &q); err != nil {
		return nil, err
	}
	return d.o.Rulebook.LiveTest(c.Request.Context(), rulebook.LiveTestRequest{
		Account: account, Text: q.Text, On: q.Trigger, Key: q.Key, Rule: q.Rule, At: q.At,
	})
}

func (d *Console) questions(c *gin.Context) (any, error) {
	q := parameters(c)
	limit := q.number("limit", 200, 1, rulebook.MaxQuestions)
	account, err := d.requestAccount(c, q, nil)
	if err != nil {
		return nil, err
	}
	list, err := d.o.Rulebook.Questions(c.Request.Context(), account.AppID, limit)
	return struct {
		Questions []rulebook.Question `json:"questions"`
	}{list}, err
}

// materials asks WeChat, and may wait for it.
func (d *Console) materials(c *gin.Context) (any, error) {
	q := parameters(c)
	kinds := models.MaterialKinds()
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = string(kind)
	}
	ask := accounts.MaterialRequest{Kind: models.ReplyKind(q.choice("kind", names...)), Offset: q.number("offset", 0, 0, accounts.MaxMaterialOffset)}
	var err error
	if ask.Account, err = d.requestAccount(c, q, nil); err != nil {
		return nil, err
	}
	patient(c)
	return d.o.Accounts.Materials(c.Request.Context(), ask)
}
