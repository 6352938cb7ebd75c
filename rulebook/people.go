package rulebook

import (
	"cmp"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// CheckNobody is the code of a finding: a rule hands citizens to people or begins a case, and the account has
// nobody who takes it, so that citizens get its reply and nothing else. A doubt, no error: the account's
// setting may follow the rules.
const CheckNobody = "nobody"

// nobody finds such rules as the account is set at an instant.
func nobody(account models.Account, rules []models.Rule, now time.Time) (found []models.Finding) {
	today := now.In(models.Shanghai()).Format(time.DateOnly)
	set, _ := models.SettingOn(account.Settings, models.SettingHuman, today)
	human := cmp.Or(set, models.HumanNone)
	if human == models.HumanDesk {
		return nil
	}
	how := openDesk(account, today)
	for i := range rules {
		r := &rules[i]
		_, opens := r.Action.Case()
		lost := ""
		switch {
		case r.State == models.RuleArchived:
		case opens && human == models.HumanNone:
			lost = "账号没有人工接待，市民只得到回复，不会开始登记诉求。" + how
		case r.Action == models.ActionHandover && human == models.HumanNone:
			lost = "账号没有人工接待，市民只得到回复，不会转给任何人。" + how
		case r.Action == models.ActionHandover && clicked(r):
			lost = "微信客服工具只能接市民发来的消息，点菜单、关注、扫码都转不过去，市民只得到回复。请把 action 写在由文字命中的规则里，或改在接待台答复"
		}
		if lost != "" {
			found = append(found, models.Finding{
				Code: CheckNobody, Severity: models.SeverityWarning, Rule: r.Name, RuleID: r.ID, Example: string(r.Action), Message: "action 为 " + string(r.Action) + "：" + lost,
			})
		}
	}
	return found
}

// openDesk says what to do about an account where nobody answers today.
func openDesk(account models.Account, today string) string {
	for _, s := range models.SettingsNamed(account.Settings, models.SettingHuman) {
		if s.ValidFrom > today && s.Value != models.HumanNone {
			return "人工接待 " + s.ValidFrom + " 才打开，之前请先不要发布，或删去 action"
		}
	}
	return "请系统管理员打开（控制台“账号”，或 wenzheng account human " + account.AppID + " desk），或删去 action"
}

// clicked reports whether only events begin a rule, nothing that citizens write or send.
func clicked(r *models.Rule) bool {
	return len(r.On) > 0 && !slices.ContainsFunc(r.On, func(on models.Trigger) bool {
		return !slices.Contains([]models.Trigger{models.OnSubscribe, models.OnScan, models.OnClick, models.OnPhoto}, on)
	})
}
