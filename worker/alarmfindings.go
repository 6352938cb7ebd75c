package worker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
)

const (
	backlogAlarm = 60 * time.Second
	refusedAlarm = 3                  // within ten minutes: WeChat tries a message three times
	rightsAlarm  = 7 * 24 * time.Hour // then the office knows
	tokenWithin  = 8 * time.Second
)

// ownFindings are what this instance alone can tell.
func (a *alarmer) ownFindings() []finding {
	b := a.o.Alarms.Backlog()
	found := []finding{
		{
			name: models.AlarmBacklog, stands: b.Events > 0 && b.Oldest > backlogAlarm, count: b.Events,
			text: fmt.Sprintf("服务器 %s 有 %d 条消息没有写入数据库，最早的在 %s之前。\n市民照常得到答复，消息在磁盘上不会丢；请检查数据库是否在运行、磁盘是否已满。",
				a.o.Alarms.Machine, b.Events, accounts.SpanText(int64(b.Oldest.Seconds()))),
		},
		{
			name: models.AlarmQuarantine, stands: b.Quarantined > 0, count: b.Quarantined, weight: b.Quarantined,
			text: fmt.Sprintf("服务器 %s 隔离了 %d 条消息，它们不在日志和指标里。\n请系统管理员在这台服务器上运行 wenzheng log backlog 查看原因。", a.o.Alarms.Machine, b.Quarantined),
		},
	}
	return append(found, a.refusedFindings()...)
}

// refusedFindings are of every account, and of the callbacks that name none.
func (a *alarmer) refusedFindings() []finding {
	byAccount := map[string][]Refused{"": nil}
	for _, account := range a.list() {
		byAccount[account.AppID] = nil
	}
	for _, r := range a.o.Alarms.Refused() {
		byAccount[r.AppID] = append(byAccount[r.AppID], r)
	}
	var found []finding
	for appID, list := range byAccount {
		f := finding{appID: appID, name: models.AlarmRefused}
		slices.SortFunc(list, func(x, y Refused) int { return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Text, y.Text)) })
		for _, r := range list {
			f.count += r.N
		}
		if f.stands = f.count >= refusedAlarm; f.stands {
			f.text = fmt.Sprintf("近 10 分钟有 %d 次微信的回调被拒绝或没有答复，市民可能收不到回复。\n最多的原因：%s", f.count, list[0].Text)
		}
		found = append(found, f)
	}
	return found
}

// sharedFindings are what any instance can tell. What can not be found out now is left out.
func (a *alarmer) sharedFindings(ctx context.Context) []finding {
	reminder := a.o.Calendar.Reminder(a.o.Now())
	found := []finding{{name: models.AlarmCalendar, stands: reminder.Text != "", text: reminder.Text}}
	watched := a.watched()
	rights, err := a.rightsFindings(ctx, watched)
	if err != nil {
		a.logger.Warn("lost rights are not looked at", "error", err)
	}
	found = append(found, rights...)
	for _, account := range watched {
		f, err := a.atRisk(ctx, account, a.choiceOf(account.AppID))
		if err != nil {
			a.logger.Warn("waits at risk are not looked at", "account", account.AppID, "error", err)
			continue
		}
		found = append(found, f)
		if f, known := a.unassigned(ctx, account); known {
			found = append(found, f)
		}
	}
	found = append(found, a.caseFindings(ctx, watched)...)
	return append(found, a.tokenFindings(ctx, watched)...)
}

// caseFindings are the cases of which somebody was reminded today: told when that was, and on the next
// such day anew.
func (a *alarmer) caseFindings(ctx context.Context, watched []models.Account) (found []finding) {
	if a.o.Cases == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, alarmStep)
	defer cancel()
	for _, account := range watched {
		r, err := a.o.Cases.Reminded(ctx, account.AppID)
		if err != nil {
			a.logger.Warn("cases that are due are not looked at", "account", account.AppID, "error", err)
			continue
		}
		found = append(found, finding{appID: account.AppID, name: models.AlarmCases, stands: r.N() > 0, count: r.N(), text: r.Text()})
	}
	return found
}

// watched are the accounts that have a channel.
func (a *alarmer) watched() []models.Account {
	return slices.DeleteFunc(a.list(), func(account models.Account) bool {
		return !slices.ContainsFunc(a.targets, func(t accounts.AlarmTarget) bool { return t.AppID == account.AppID })
	})
}

func (a *alarmer) choiceOf(appID string) models.AlarmChoice {
	for i := range a.targets {
		if a.targets[i].AppID == appID {
			return a.targets[i].Choice
		}
	}
	return models.UsualAlarms()
}

func (a *alarmer) rightsFindings(ctx context.Context, watched []models.Account) ([]finding, error) {
	ctx, cancel := context.WithTimeout(ctx, alarmStep)
	defer cancel()
	known, err := a.o.Store.Rights(ctx)
	if err != nil {
		return nil, err
	}
	var found []finding
	for _, account := range watched {
		f := finding{appID: account.AppID, name: models.AlarmRights}
		var names []string
		for _, r := range known[account.AppID] {
			if !r.LostAt.IsZero() && a.o.Now().Sub(r.LostAt) < rightsAlarm {
				names = append(names, accounts.RightLabel(r.Name))
			}
		}
		f.count, f.weight, f.stands = int64(len(names)), int64(len(names)), len(names) > 0
		f.text = "微信收回了接口权限：" + strings.Join(names, "、") + "。\n自动回复不受影响；请到公众平台核对认证是否到期、接口是否被封禁。"
		found = append(found, f)
	}
	return found, nil
}

// tokenFindings ask for the access token of every account that wants it looked at, all at once. One
// that is valid is in memory; WeChat is asked when it has to be renewed.
func (a *alarmer) tokenFindings(ctx context.Context, watched []models.Account) []finding {
	ctx, cancel := context.WithTimeout(ctx, tokenWithin)
	defer cancel()
	found := make([]*finding, len(watched))
	var all sync.WaitGroup
	for i, account := range watched {
		if choice := a.choiceOf(account.AppID); account.Secret == "" || !choice.Wants(models.AlarmToken) {
			found[i] = &finding{appID: account.AppID, name: models.AlarmToken}
			continue
		}
		all.Go(func() {
			_, err := a.o.Accounts.Client(ctx, account).Token(ctx)
			if err != nil && ctx.Err() != nil {
				return // nothing is known
			}
			f := finding{appID: account.AppID, name: models.AlarmToken, stands: err != nil}
			if err != nil {
				f.text = "取不到接口凭证（access_token），菜单、客服消息和数据接口都用不了；自动回复不受影响。\n" + a.o.Accounts.Advise(err)
			}
			found[i] = &f
		})
	}
	all.Wait()
	var out []finding
	for _, f := range found {
		if f != nil {
			out = append(out, *f)
		}
	}
	return out
}
