package console

import (
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/rulebook"
)

// reviewRoutes are those of the way from a draft to what answers, and back.
func (d *Console) reviewRoutes(v1 gin.IRouter) {
	v1.POST("/rules/steps", d.may(auth.WriteRules), d.do(d.timed(d.ruleSteps(rulebook.StepSubmit, rulebook.StepDiscard))))
	v1.POST("/rules/reviews", d.may(auth.ReviewRules), d.do(d.timed(d.ruleSteps(rulebook.Steps()...))))
	v1.GET("/rules/:id/versions", d.may(auth.ReadRules), d.do(d.timed(d.ruleVersions)))
	v1.GET("/rules/:id/diff", d.may(auth.ReadRules), d.do(d.timed(d.ruleDiff)))
	v1.POST("/rules/:id/rollback", d.may(auth.ReviewRules), d.do(d.timed(d.rollbackRule)))
	v1.GET("/rulesets", d.may(auth.ReadRules), d.do(d.timed(d.ruleSets)))
	v1.GET("/rulesets/:id/diff", d.may(auth.ReadRules), d.do(d.timed(d.ruleSetDiff)))
	v1.POST("/rulesets/:id/rollback", d.may(auth.ReviewRules), d.do(d.timed(d.rollbackSet)))
	v1.GET("/rules/publications", d.may(auth.ReadRules), d.do(d.timed(d.publications)))
	v1.DELETE("/rules/publications/:id", d.may(auth.ReviewRules), d.do(d.timed(d.cancelPublication)))
	v1.GET("/rules/notices", d.may(auth.ReadRules), d.do(d.timed(d.notices)))
	v1.POST("/rules/notices/seen", d.may(auth.ReadRules), d.do(d.timed(d.noticesSeen)))
}

// ruleSteps has rules take one of these steps.
func (d *Console) ruleSteps(steps ...rulebook.Step) func(c *gin.Context) (any, error) {
	return func(c *gin.Context) (any, error) {
		var q struct {
			Step   rulebook.Step       `json:"step"`
			Rules  []rulebook.BulkRule `json:"rules"`
			Reason string              `json:"reason"`
			At     time.Time           `json:"at"`
		}
		account, err := d.requestAccount(c, parameters(c), &q)
		if err != nil {
			return nil, err
		}
		return d.o.Rulebook.Bulk(c.Request.Context(), callerOf(c).Who, rulebook.BulkRequest{
			Account: account, Allowed: steps, Step: q.Step, Rules: q.Rules, Reason: q.Reason, At: q.At,
		})
	}
}

// named is an answer that is a list under a name.
func named(name string, items any, err error) (any, error) { return gin.H{name: items}, err }

func (d *Console) ruleVersions(c *gin.Context) (any, error) {
	account, id, err := d.accountAndID(c, parameters(c), noRule, nil)
	if err != nil {
		return nil, err
	}
	rows, err := d.o.Rulebook.VersionRows(c.Request.Context(), account.AppID, id)
	return named("versions", rows, err)
}

// version is a parameter that names a version, 0 when absent.
func (q *query) version(name string) int64 {
	s := q.text(name)
	if !q.values.Has(name) {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		q.fault(name, "应为版本号")
	}
	return n
}

func (d *Console) ruleDiff(c *gin.Context) (any, error) {
	q := parameters(c)
	from, to := q.version("from"), q.version("to")
	account, id, err := d.accountAndID(c, q, noRule, nil)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.RuleDiff(c.Request.Context(), account.AppID, id, from, to)
}

// rolledBack says which version of the published rules a rollback made.
type rolledBack struct {
	Version int64 `json:"version,string"`
}

func (d *Console) rollbackRule(c *gin.Context) (any, error) {
	var q struct {
		Version int64 `json:"version,string"`
	}
	account, id, err := d.accountAndID(c, parameters(c), noRule, &q)
	if err != nil {
		return nil, err
	}
	_, version, err := d.o.Rulebook.Rollback(c.Request.Context(), callerOf(c).Who, rulebook.RollbackRequest{Account: account, ID: id, Version: q.Version})
	return rolledBack{version}, err
}

func (d *Console) ruleSets(c *gin.Context) (any, error) {
	q := parameters(c)
	before, limit := q.version("before"), q.number("limit", 30, 1, rulebook.MaxSets)
	account, err := d.requestAccount(c, q, nil)
	if err != nil {
		return nil, err
	}
	sets, err := d.o.Rulebook.Sets(c.Request.Context(), account.AppID, before, limit)
	return named("versions", sets, err)
}

// ruleSetDiff says what changes from one version of the set to the one in the path.
func (d *Console) ruleSetDiff(c *gin.Context) (any, error) {
	q := parameters(c)
	from := q.version("from")
	account, to, err := d.accountAndID(c, q, noRule, nil)
	if err != nil {
		return nil, err
	}
	if !q.values.Has("from") {
		if from, err = d.o.Rulebook.PublishedVersion(c.Request.Context(), account.AppID); err != nil {
			return nil, err
		}
	}
	return d.o.Rulebook.SetDiff(c.Request.Context(), account.AppID, from, to)
}

func (d *Console) rollbackSet(c *gin.Context) (any, error) {
	var q struct {
		Base int64 `json:"base_version,string"`
	}
	account, to, err := d.accountAndID(c, parameters(c), noRule, &q)
	if err != nil {
		return nil, err
	}
	version, _, err := d.o.Rulebook.RollbackSet(c.Request.Context(), callerOf(c).Who, rulebook.RollbackSetRequest{Account: account, Version: to, Base: q.Base})
	return rolledBack{version}, err
}

func (d *Console) publications(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	all, err := d.o.Rulebook.Publications(c.Request.Context(), account.AppID)
	return named("publications", all, err)
}

func (d *Console) cancelPublication(c *gin.Context) (any, error) {
	account, id, err := d.accountAndID(c, parameters(c), "没有这次定时发布", nil)
	if err != nil {
		return nil, err
	}
	return done{}, d.o.Rulebook.CancelPublication(c.Request.Context(), callerOf(c).Who, account.AppID, id)
}

func (d *Console) notices(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	all, err := d.o.Rulebook.Notices(c.Request.Context(), callerOf(c).Who, account.AppID)
	return named("notices", all, err)
}

func (d *Console) noticesSeen(c *gin.Context) (any, error) {
	var q struct {
		UpTo int64 `json:"up_to,string"`
	}
	account, err := d.requestAccount(c, parameters(c), &q)
	if err != nil {
		return nil, err
	}
	return done{}, d.o.Rulebook.Seen(c.Request.Context(), callerOf(c).Who, account.AppID, q.UpTo)
}
