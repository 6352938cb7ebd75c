package console

import (
	"encoding/json"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
)

// calendar is that of all accounts, whichever the caller's are.
func (d *Console) calendar(c *gin.Context) (any, error) {
	q := parameters(c)
	q.accounts()
	year := q.number("year", 0, 2000, 2099)
	if !q.values.Has("year") {
		q.fault("year", "请写年份，例 2027")
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Accounts.CalendarYear(c.Request.Context(), year)
}

func (d *Console) setDay(c *gin.Context) (any, error) {
	var q struct {
		Work *bool  `json:"work"`
		Name string `json:"name"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	if q.Work == nil {
		return nil, models.FieldFault("工作日历有误", "work", "请写 true（上班）或 false（休息）")
	}
	day, err := d.o.Accounts.SetDay(c.Request.Context(), callerOf(c).Who, c.Param("date"), *q.Work, models.CleanName(q.Name))
	return dayAnswer{day}, err
}

type dayAnswer struct {
	Date string `json:"date"`
}

func (d *Console) unsetDay(c *gin.Context) (any, error) {
	unset, err := d.o.Accounts.UnsetDay(c.Request.Context(), callerOf(c).Who, c.Param("date"))
	return said{unset.Text()}, err
}

// said says in words what was done.
type said struct {
	Said string `json:"said"`
}

// importNotice takes the notice of a year, or only says what it would change.
func (d *Console) importNotice(c *gin.Context) (any, error) {
	var q struct {
		Notice json.RawMessage `json:"notice"`
		DryRun bool            `json:"dry_run"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	y, err := accounts.ReadNotice(q.Notice)
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	changes, err := d.o.Accounts.CompareNotice(ctx, y)
	if err == nil && !q.DryRun {
		err = d.o.Accounts.ImportNotice(ctx, callerOf(c).Who, y)
	}
	return importAnswer{y.Year, !q.DryRun, changes}, err
}

type importAnswer struct {
	Year     int                  `json:"year"`
	Imported bool                 `json:"imported"`
	Changes  []accounts.DayChange `json:"changes"`
}
