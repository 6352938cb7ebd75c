package console

import (
	"context"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

// startRoutes are those of a new account, from its keys to the first citizen who is answered.
func (d *Console) startRoutes(v1 gin.IRouter) {
	v1.GET("/start", d.may(auth.ReadStart), d.do(d.timed(d.progress)))
	v1.POST("/accounts/:app_id/auto-replies", d.may(auth.WriteRules), d.do(d.importAutoReplies))
	v1.POST("/start/try", d.may(auth.WriteRules), d.do(d.timed(d.tryFirst)))
	v1.POST("/start/submit", d.may(auth.WriteRules), d.do(d.stepAll("submit")))
	v1.POST("/start/review", d.may(auth.ReviewRules), d.do(d.stepAll("approve", "publish")))
}

func (d *Console) progress(c *gin.Context) (any, error) {
	ids, err := appIDs(c)
	if err != nil {
		return nil, err
	}
	return d.o.Accounts.Progress(c.Request.Context(), ids)
}

// importAutoReplies asks WeChat, and may wait for it.
func (d *Console) importAutoReplies(c *gin.Context) (any, error) {
	var in struct {
		DryRun bool `json:"dry_run"`
	}
	if err := decode(c, &in); err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	account, err := d.o.Accounts.Named(ctx, c.Param("app_id"))
	if err != nil {
		return nil, err
	}
	patient(c)
	return d.o.Rulebook.ImportAutoReplies(ctx, callerOf(c).Who, rulebook.ImportRequest{Account: account, DryRun: in.DryRun},
		func(ctx context.Context) ([]models.Rule, []string, error) {
			return d.o.Accounts.AutoReplyRules(ctx, account)
		})
}

func (d *Console) tryFirst(c *gin.Context) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	account, err := d.requestAccount(c, parameters(c), &in)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.TryFirst(c.Request.Context(), account, in.Text, d.o.Accounts)
}

// steppedAll says how many rules took a step.
type steppedAll struct {
	Rules int `json:"rules"`
}

// stepAll takes all rules that can take it one of the steps on.
func (d *Console) stepAll(steps ...string) func(c *gin.Context) (any, error) {
	return func(c *gin.Context) (any, error) {
		var in struct {
			Step string `json:"step"`
		}
		account, err := d.requestAccount(c, parameters(c), &in)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(steps, in.Step) {
			return nil, badField("step", "没有这一步，见 /openapi.yaml")
		}
		take := map[string]func(context.Context, models.Who, rulebook.StepRequest) ([]models.Rule, error){
			"submit": d.o.Rulebook.Submit, "approve": d.o.Rulebook.Approve, "publish": d.o.Rulebook.Publish,
		}[in.Step]
		patient(c) // drafts that were not tried on past questions yet are, before they are submitted
		rules, err := take(c.Request.Context(), callerOf(c).Who, rulebook.StepRequest{Account: account, All: true})
		return steppedAll{len(rules)}, err
	}
}
