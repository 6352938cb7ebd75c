package accounts

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// IncidentRequest flags a security incident of an account; while it stands the account is under a
// veto of the composite index.
type IncidentRequest struct {
	AppID string
	Note  string // what happened
	Since string // a moment as people write it; "" is now
}

// FlagIncident flags an incident, audited.
func (a *Accounts) FlagIncident(ctx context.Context, by models.Who, q IncidentRequest) error {
	now := a.options.Now()
	i := store.Incident{AppID: q.AppID, Note: strings.TrimSpace(q.Note)}
	if i.Note == "" {
		return models.NewError(models.CodeInvalid, "登记安全事件须写明情况")
	}
	var err error
	if i.Since, err = models.ParseMoment(q.Since, now); err != nil {
		return err
	}
	if i.Since.After(now) {
		return models.NewError(models.CodeInvalid, "安全事件的开始时间不能晚于现在")
	}
	if _, err := a.store.Account(ctx, q.AppID); err != nil {
		return err
	}
	return a.store.SetIncident(ctx, i, by)
}

// ClearIncident ends an incident of an account now, audited; not_found when it does not stand.
func (a *Accounts) ClearIncident(ctx context.Context, by models.Who, appID, id string) error {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return models.NewError(models.CodeInvalid, "事件编号应为数字，不是 "+id)
	}
	return a.store.ClearIncident(ctx, appID, n, by)
}

// Incidents returns what was flagged of an account, the newest first.
func (a *Accounts) Incidents(ctx context.Context, appID string) ([]store.Incident, error) {
	if _, err := a.store.Account(ctx, appID); err != nil {
		return nil, err
	}
	return a.store.Incidents(ctx, appID)
}

// IncidentRows are incidents for people.
func IncidentRows(list []store.Incident) [][]string {
	if len(list) == 0 {
		return [][]string{{"没有登记过安全事件"}}
	}
	rows := make([][]string, len(list))
	for i, e := range list {
		until := "未解除"
		if !e.Until.IsZero() {
			until = e.Until.In(models.Shanghai()).Format(time.DateTime) + " 解除"
		}
		rows[i] = []string{strconv.FormatInt(e.ID, 10), e.Since.In(models.Shanghai()).Format(time.DateTime), until, e.Note}
	}
	return rows
}
