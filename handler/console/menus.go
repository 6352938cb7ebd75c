package console

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/menu"
	"github.com/wenzheng/wenzheng/rulebook/review"
)

// menuRoutes are those of the menus below the chats.
func (d *Console) menuRoutes(v1 gin.IRouter) {
	v1.GET("/menus", d.may(auth.ReadRules), d.do(d.timed(d.menu)))
	v1.PUT("/menus", d.may(auth.WriteRules), d.do(d.saveMenu))
	v1.GET("/menus/live", d.may(auth.ReadRules), d.do(d.liveMenu))
	v1.GET("/menus/export", d.may(auth.ReadRules), d.do(d.exportMenu))
	v1.POST("/menus/import", d.may(auth.WriteRules), d.do(d.importMenu))
	v1.POST("/menus/steps", d.may(auth.WriteRules), d.do(d.stepMenu(review.Submit, review.TakeBack, review.Discard)))
	v1.POST("/menus/review", d.may(auth.ReviewRules), d.do(d.stepMenu(review.Approve, review.Return, review.Publish)))
	v1.GET("/menus/versions/:id", d.may(auth.ReadRules), d.do(d.timed(d.menuVersion)))
}

func (d *Console) menu(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	return d.o.Menus.Overview(c.Request.Context(), account)
}

func (d *Console) menuVersion(c *gin.Context) (any, error) {
	account, version, err := d.accountAndID(c, parameters(c), "版本应为数字", nil)
	if err != nil {
		return nil, err
	}
	return d.o.Menus.Version(c.Request.Context(), account, version)
}

func (d *Console) saveMenu(c *gin.Context) (any, error) {
	var in struct {
		Base  string             `json:"base_revision"`
		Force bool               `json:"force"`
		Menu  models.AccountMenu `json:"menu"`
	}
	account, err := d.requestAccount(c, parameters(c), &in)
	if err != nil {
		return nil, err
	}
	return d.o.Menus.Save(c.Request.Context(), callerOf(c).Who, menu.SaveRequest{
		Account: account, Base: in.Base, Force: in.Force, Menu: in.Menu,
	})
}

// liveMenu asks WeChat, and may wait for it.
func (d *Console) liveMenu(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	patient(c)
	return d.o.Menus.Live(c.Request.Context(), account, d.o.Accounts)
}

// exportMenu may wait for WeChat, as liveMenu does.
func (d *Console) exportMenu(c *gin.Context) (any, error) {
	q := parameters(c)
	live := q.choice("live", "false", "true") == "true"
	account, err := d.requestAccount(c, q, nil)
	if err != nil {
		return nil, err
	}
	if live {
		patient(c)
	}
	made, err := d.o.Menus.Export(c.Request.Context(), account, d.o.Accounts, live)
	if err != nil {
		return nil, err
	}
	return &file{name: made.Name, kind: yamlType, write: made.Write}, nil
}

func (d *Console) importMenu(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	patient(c)
	return d.o.Menus.Import(c.Request.Context(), callerOf(c).Who, account, d.o.Accounts)
}

// stepMenu takes the menu on by one of the steps that the route is for.
func (d *Console) stepMenu(steps ...review.Step) func(c *gin.Context) (any, error) {
	return func(c *gin.Context) (any, error) {
		var in struct {
			Step     review.Step `json:"step"`
			Revision string      `json:"revision"`
			Reason   string      `json:"reason"`
		}
		account, err := d.requestAccount(c, parameters(c), &in)
		if err != nil {
			return nil, err
		}
		patient(c)
		return d.o.Menus.Step(c.Request.Context(), callerOf(c).Who, d.o.Accounts, menu.StepRequest{
			Account: account, Request: review.Request{Step: in.Step, Allowed: steps, Edition: in.Revision, Reason: in.Reason},
		})
	}
}
