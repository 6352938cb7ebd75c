package console

import (
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/models"
)

// templateRoutes are those of texts that people send often. Everybody at the desk has their own; who
// may change those of all is said by edits.
func (d *Console) templateRoutes(v1 gin.IRouter) {
	v1.GET("/templates", d.may(auth.UseTemplates), d.do(d.timed(d.templates)))
	v1.POST("/templates", d.may(auth.UseTemplates), d.do(d.addTemplate))
	v1.PUT("/templates/:id", d.may(auth.UseTemplates), d.do(d.changeTemplate))
	v1.DELETE("/templates/:id", d.may(auth.UseTemplates), d.do(d.removeTemplate))
	v1.POST("/templates/:id/review", d.may(auth.WriteTemplates), d.do(d.reviewTemplate))
}

type templateList struct {
	Templates []templates.Template `json:"templates"`
}

func (d *Console) templates(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	list, err := d.o.Templates.List(c.Request.Context(), callerOf(c).Who, account.AppID, edits(c, account))
	return templateList{list}, err
}

// edits reports whether the caller may change the templates of all at an account.
func edits(c *gin.Context, a models.Account) bool {
	return slices.Contains(callerOf(c).Accounts(auth.WriteTemplates), a.AppID)
}

// templateOf is the template of the address; the body goes into into.
func (d *Console) templateOf(c *gin.Context, q *query, into any) (templates.Which, error) {
	account, id, err := d.accountAndID(c, q, "没有这个模板", into)
	return templates.Which{Account: account.AppID, ID: id, Edits: edits(c, account)}, err
}

const templateVersion = "应为所见模板的 version"

type templateBody struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func (d *Console) addTemplate(c *gin.Context) (any, error) {
	var body struct {
		templateBody
		Mine bool `json:"mine"`
	}
	account, err := d.requestAccount(c, parameters(c), &body)
	if err != nil {
		return nil, err
	}
	which := templates.Which{Account: account.AppID, Edits: edits(c, account)}
	return d.o.Templates.Save(c.Request.Context(), callerOf(c).Who, templates.Save{Which: which, Mine: body.Mine, Name: body.Name, Text: body.Text})
}

func (d *Console) changeTemplate(c *gin.Context) (any, error) {
	var body struct {
		templateBody
		Version string `json:"version"`
	}
	which, err := d.templateOf(c, parameters(c), &body)
	if err == nil {
		which.Version, err = parseVersion(body.Version, templateVersion)
	}
	if err != nil {
		return nil, err
	}
	return d.o.Templates.Save(c.Request.Context(), callerOf(c).Who, templates.Save{Which: which, Name: body.Name, Text: body.Text})
}

func (d *Console) removeTemplate(c *gin.Context) (any, error) {
	q := parameters(c)
	version := q.text("version")
	which, err := d.templateOf(c, q, nil)
	if err == nil {
		which.Version, err = parseVersion(version, templateVersion)
	}
	if err != nil {
		return nil, err
	}
	return done{}, d.o.Templates.Remove(c.Request.Context(), callerOf(c).Who, which)
}

func (d *Console) reviewTemplate(c *gin.Context) (any, error) {
	var body struct {
		Version string `json:"version"`
		Step    string `json:"step"`
		Reason  string `json:"reason"`
	}
	which, err := d.templateOf(c, parameters(c), &body)
	if err == nil {
		which.Version, err = parseVersion(body.Version, templateVersion)
	}
	if err != nil {
		return nil, err
	}
	if body.Step != "approve" && body.Step != "return" {
		return nil, badField("step", "应为 approve 或 return")
	}
	return d.o.Templates.Review(c.Request.Context(), callerOf(c).Who, which, body.Step == "approve", body.Reason)
}
