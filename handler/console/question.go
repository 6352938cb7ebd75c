package console

import (
	"context"
	"errors"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// What questions about the log may cost, so that none costs a citizen an answer. The answer must
// be written within the server's WriteTimeout.
const (
	questionTime = 5 * time.Second
	// queueTime is how long a question waits for its turn. A page that asks for a few small figures
	// at once gets them all.
	queueTime = time.Second
	// atOnce is how many questions are answered at one time. The store has a connection for each.
	atOnce = 2
)

// timed gives a handler's question its time.
func (d *Console) timed(f func(c *gin.Context) (any, error)) func(c *gin.Context) (any, error) {
	return d.within(d.o.QuestionTime, f)
}

func (d *Console) within(limit time.Duration, f func(c *gin.Context) (any, error)) func(c *gin.Context) (any, error) {
	return func(c *gin.Context) (any, error) {
		if limit > d.o.QuestionTime {
			allow(c, limit+writeWithin) // the answer is written at once, but later than others
		}
		asked := c.Request.Context()
		ctx, cancel := context.WithTimeout(asked, limit)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		answer, err := f(c)
		c.Request = c.Request.WithContext(asked)
		// Whatever broke off because of it, the time is why.
		if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) && asked.Err() == nil && models.ErrorCode(err) != models.CodeUnavailable {
			return nil, models.NewError(models.CodeUnavailable, "这个问题 "+limit.String()+" 内没有算完：请缩短窗口、减少账号或改为按日，或稍后再试")
		}
		return answer, err
	}
}

// queued answers few questions at one time; who does not get a turn is to come again.
func (d *Console) queued(f func(c *gin.Context) (any, error)) func(c *gin.Context) (any, error) {
	return d.queuedWithin(d.o.QuestionTime, f)
}

func (d *Console) queuedWithin(limit time.Duration, f func(c *gin.Context) (any, error)) func(c *gin.Context) (any, error) {
	return d.within(limit, func(c *gin.Context) (any, error) {
		wait := time.NewTimer(d.o.QueueTime)
		defer wait.Stop()
		select {
		case d.turns <- struct{}{}:
			defer func() { <-d.turns }()
			return f(c)
		case <-wait.C:
			return nil, models.NewError(models.CodeUnavailable, "正在计算别的统计，请稍后再试")
		case <-c.Request.Context().Done():
			return nil, c.Request.Context().Err()
		}
	})
}

// exported gives a question that is asked for as a file its turn and the time of a report; another
// one is asked as usual.
func (d *Console) exported(f func(c *gin.Context) (any, error), usual func(c *gin.Context) (any, error)) func(c *gin.Context) (any, error) {
	file := d.queuedWithin(reportTime, f)
	return func(c *gin.Context) (any, error) {
		if c.Query("format") == formatCSV {
			return file(c)
		}
		return usual(c)
	}
}
