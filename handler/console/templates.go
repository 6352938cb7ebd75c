package console

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/models"
)

// templateRoutes are those of texts that people send often. Everybody at the desk has their own; who
// may change those of all is said by templateOf.
func (d *Console) templateRoutes(v1 gin.IRouter) {
	v1.GET("/templates", d.may(auth.UseTemplates), d.do(d.timed(d.templates)))
	v1.POST("/templates", d.may(auth.UseTemplates), d.do(d.saveTemplate))
	v1.PUT("/templates/:id", d.may(auth.UseTemplates), d.do(d.saveTemplate))
	v1.DELETE("/templates/:id", d.may(auth.UseTemplates), d.do(d.removeTemplate))
	v1.POST("/templates/:id/review", d.may(auth.WriteTemplates), d.do(d.reviewTemplate))
}

type templateList struct {
	Templates []templates.Template `json:"templates"`
}

func (d *Console) templates(c *gin.Context) (any, error) {
	which, err := templateOf(c, "")
	if err != nil {
		return nil, err
	}
	list, err := d.o.Templates.List(c.Request.Context(), callerOf(c).Who, which.Account, which.Edits)
	return templateList{list}, err
}

// templateOf is the template of the address, as the caller saw it.
func templateOf(c *gin.Context, version string) (w templates.Which, err error) {
	q := parseQuery(c.Request.URL.RawQuery)
	w.Account = q.account()
	if version == "" && c.Request.Method == http.MethodDelete {
		version = q.text("version")
	}
	if err := q.err(); err != nil {
		return w, err
	}
	w.Edits = slices.Contains(callerOf(c).Accounts(auth.WriteTemplates), w.Account)
	id := c.Param("id")
	if id == "" {
		return w, nil
	}
	if w.ID, err = strconv.ParseInt(id, 10, 64); err != nil || w.ID <= 0 {
		return w, models.NewError(models.CodeNotFound, "没有这个模板")
	}
	if w.Version, err = strconv.ParseInt(version, 10, 64); err != nil {
		return w, &models.Error{Code: models.CodeInvalid, Message: "填写有误", Fields: []models.FieldError{{Field: "version", Message: "应为看到的那一版"}}}
	}
	return w, nil
}

func (d *Console) saveTemplate(c *gin.Context) (any, error) {
	var body struct {
		Version string `json:"version"`
		Mine    bool   `json:"mine"`
		Name    string `json:"name"`
		Text    string `json:"text"`
	}
	if err := decode(c, &body); err != nil {
		return nil, err
	}
	which, err := templateOf(c, body.Version)
	if err != nil {
		return nil, err
	}
	return d.o.Templates.Save(c.Request.Context(), callerOf(c).Who, templates.Save{Which: which, Mine: body.Mine, Name: body.Name, Text: body.Text})
}

func (d *Console) removeTemplate(c *gin.Context) (any, error) {
	which, err := templateOf(c, "")
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
	if err := decode(c, &body); err != nil {
		return nil, err
	}
	if body.Step != "approve" && body.Step != "return" {
		return nil, &models.Error{Code: models.CodeInvalid, Message: "填写有误", Fields: []models.FieldError{{Field: "step", Message: "应为 approve 或 return"}}}
	}
	which, err := templateOf(c, body.Version)
	if err != nil {
		return nil, err
	}
	return d.o.Templates.Review(c.Request.Context(), callerOf(c).Who, which, body.Step == "approve", body.Reason)
}
