package accounts

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	minRepeat = 10 * 60
	maxRepeat = 7 * 86400
	minAhead  = 30
)

// ChooseAlarms sets what an account wants to be told: which alarms, how long before which limits,
// how often again. Nil lists and 0 leave what there is.
func (a *Accounts) ChooseAlarms(ctx context.Context, by models.Who, appID string, q models.AlarmChoice) (models.AlarmChoice, error) {
	account, err := a.store.Account(ctx, appID)
	if err != nil {
		return q, err
	}
	before, err := a.alarmChoice(ctx, appID)
	if err != nil {
		return q, models.Wrap("accounts: choose alarms", err)
	}
	if q.Conditions == nil {
		q.Conditions = before.Conditions
	}
	if q.Ahead == nil {
		q.Ahead = before.Ahead
	}
	q.RepeatS = cmp.Or(q.RepeatS, before.RepeatS)
	limits, err := indices.LimitsOf(account.Settings)
	if err != nil {
		return q, err
	}
	if faults := choiceFaults(&q, limits.At(a.options.Now().Unix())); len(faults) > 0 {
		return q, &models.Error{Code: models.CodeInvalid, Message: "告警设置有误", Fields: faults}
	}
	slices.SortFunc(q.Ahead, func(x, y models.AlarmAhead) int { return cmp.Compare(x.Index(), y.Index()) })
	err = a.store.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, "DELETE FROM alarm_choices WHERE app_id = ?", appID); err != nil {
			return err
		}
		if err := tx.Exec(ctx, "INSERT INTO alarm_choices (app_id, choice) VALUES (?, ?)", appID, models.JSON(q)); err != nil {
			return err
		}
		return tx.Audit(ctx, models.AuditEntry{
			Who: by, Action: "alarm.choose", ObjectType: "alarm", ObjectID: appID, AppID: appID, Before: models.JSON(before), After: models.JSON(q),
		})
	})
	return q, models.Wrap("accounts: choose alarms", err)
}

func choiceFaults(q *models.AlarmChoice, limits *indices.Limits) (faults []models.FieldError) {
	fault := func(field, code, text string, pairs ...string) {
		faults = append(faults, models.Fault(field, code, text, pairs...))
	}
	for i, n := range q.Conditions {
		if !slices.Contains(models.AlarmNames(), n) || slices.Contains(q.Conditions[:i], n) {
			fault("conditions", "alarm_unknown", "没有这种告警，或写了两次：{given}", "given", models.OneLine(string(n), 32))
		}
	}
	seen := map[int]bool{}
	for _, ahead := range q.Ahead {
		i := ahead.Index()
		switch {
		case i < 0 || seen[i]:
			fault("ahead", "ahead_limits", "时限应为 {limits}，各写一次", "limits", strings.Join(models.AlarmLimits(), "、"))
			continue
		case ahead.AheadS < minAhead || ahead.AheadS >= limits.Chat[i]:
			fault("ahead."+ahead.Limit, "ahead_range", "提前的时间应在 {min} 秒以上，并短于时限 {limit}", "min", fmt.Sprint(minAhead), "limit", spanText(limits.Chat[i]))
		}
		seen[i] = true
	}
	if q.RepeatS < minRepeat || q.RepeatS > maxRepeat {
		fault("repeat_s", "repeat_range", "重复的间隔应在 10 分钟至 7 天之间")
	}
	return faults
}

// alarmChoice is what an account chose, or the usual. A limit that was shortened since is told of from
// the beginning.
func (a *Accounts) alarmChoice(ctx context.Context, appID string) (models.AlarmChoice, error) {
	all, err := a.alarmChoices(ctx, " WHERE app_id = ?", appID)
	if c, ok := all[appID]; ok {
		return c, err
	}
	return models.UsualAlarms(), err
}

func (a *Accounts) alarmChoices(ctx context.Context, where string, args ...any) (map[string]models.AlarmChoice, error) {
	out := map[string]models.AlarmChoice{}
	err := a.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var appID, text string
		if err := rows.Scan(&appID, &text); err != nil {
			return err
		}
		var c models.AlarmChoice
		err := json.Unmarshal([]byte(text), &c)
		out[appID] = c
		return err
	}, "SELECT app_id, choice FROM alarm_choices"+where, args...)
	return out, err
}

// spanText is a time span in words: 30 分钟, 4 小时, 1 小时 30 分钟.
func spanText(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	h, m, s := int64(d.Hours()), int64(d.Minutes())%60, seconds%60
	switch {
	case h > 0 && m > 0:
		return fmt.Sprintf("%d 小时 %d 分钟", h, m)
	case h > 0:
		return fmt.Sprintf("%d 小时", h)
	case m > 0 && s > 0:
		return fmt.Sprintf("%d 分 %d 秒", m, s)
	case m > 0:
		return fmt.Sprintf("%d 分钟", m)
	}
	return fmt.Sprintf("%d 秒", s)
}
