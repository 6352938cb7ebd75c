package console

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/rulebook/texts"
)

// textRoutes are those of what an account says beside its rules, and of its lists of words.
func (d *Console) textRoutes(v1 gin.IRouter) {
	v1.GET("/texts", d.may(auth.ReadRules), d.do(d.timed(d.texts)))
	v1.PUT("/texts/:key", d.may(auth.WriteRules), d.do(d.timed(d.saveText)))
	v1.GET("/texts/:key/versions", d.may(auth.ReadRules), d.do(d.timed(d.textVersions)))
	v1.POST("/texts/:key/steps", d.may(auth.WriteRules), d.do(d.timed(d.stepText(review.Submit, review.TakeBack, review.Discard))))
	v1.POST("/texts/:key/reviews", d.may(auth.ReviewRules), d.do(d.timed(d.stepText(review.Approve, review.Return))))
}

func (d *Console) texts(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	all, err := d.o.Texts.List(c.Request.Context(), account)
	return named("texts", all, err)
}

func (d *Console) saveText(c *gin.Context) (any, error) {
	var in struct {
		Base  string   `json:"base_edition"`
		Text  string   `json:"text"`
		Words []string `json:"words"`
	}
	account, err := d.requestAccount(c, parameters(c), &in)
	if err != nil {
		return nil, err
	}
	return d.o.Texts.Save(c.Request.Context(), callerOf(c).Who, texts.SaveRequest{
		Account: account, Key: texts.Key(c.Param("key")), Base: in.Base, Text: in.Text, Words: in.Words,
	})
}

func (d *Console) textVersions(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	all, err := d.o.Texts.Versions(c.Request.Context(), account.AppID, texts.Key(c.Param("key")))
	return named("versions", all, err)
}

// stepText takes a text on by one of the steps that the route is for.
func (d *Console) stepText(steps ...review.Step) func(c *gin.Context) (any, error) {
	return func(c *gin.Context) (any, error) {
		var in struct {
			Step    review.Step `json:"step"`
			Edition string      `json:"edition"`
			Reason  string      `json:"reason"`
		}
		account, err := d.requestAccount(c, parameters(c), &in)
		if err != nil {
			return nil, err
		}
		return d.o.Texts.Step(c.Request.Context(), callerOf(c).Who, texts.StepRequest{
			Account: account, Key: texts.Key(c.Param("key")),
			Request: review.Request{Step: in.Step, Allowed: steps, Edition: in.Edition, Reason: in.Reason},
		})
	}
}
