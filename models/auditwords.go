package models

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// AuditTitle says in Chinese what an audited action is, 操作 where the action has no word.
func AuditTitle(action string) string {
	return cmp.Or(map[string]string{
		"account.create": "添加账号", "account.update": "更新账号", "account.set": "改变账号设置", "account.unset": "撤销账号设置",
		"alarm.add": "添加告警通道", "alarm.choose": "改变告警设置", "alarm.remove": "删除告警通道", "alarm.test": "试发告警",
		"audit.accept": "接受审计链的现状", "calendar.change": "改变工作日历", "incident.set": "登记安全事件", "incident.clear": "解除安全事件",
		"gap.ignore": "忽略未命中", "gap.recall": "恢复未命中", "surge.mark": "标记舆情",
		"log.correct": "更正日志", "log.export_openid": "导出真实 openid", "log.reveal": "查看原始内容", "menu.draft": "改菜单草稿", "menu.submit": "菜单送审", "menu.approve": "菜单审核通过", "menu.return": "退回菜单", "menu.take_back": "收回菜单",
		"menu.discard": "丢弃菜单草稿", "menu.publish": "发布菜单", "pin.set": "应急置顶", "pin.remove": "取消置顶",
		"rule.draft": "改草稿", "rule.submit": "送审", "rule.approve": "审核通过", "rule.return": "退回", "rule.discard": "丢弃草稿",
		"rule.publish": "发布一条规则", "rule.archive": "停用规则", "rule.rollback": "回滚规则", "rules.rollback": "回滚全部规则", "rules.schedule": "定时发布", "rules.unschedule": "取消定时发布", "rules.draft": "存草稿", "rules.publish": "发布规则",
		"outbox.send": "给市民发消息", "outbox.cancel": "取消待发的消息", "outbox.resolve": "认定消息是否送达", "outbox.resend": "重发消息", "outbox.channel": "改换发送通道",
		"desk.begin": "发起接待", "desk.take": "接入", "desk.transfer": "转交", "desk.close": "结束接待", "desk.note": "写备注", "message.reveal": "查看消息原文", "note.reveal": "查看备注原文", "roster.set": "改值班安排", "kf.pull": "读客服工具的记录",
		"case.open": "登记工单", "case.change": "改工单", "case.reveal": "查看工单原文", "case.accept": "受理工单", "case.reject": "提出不予受理", "case.assign": "交办工单",
		"case.return": "退回工单", "case.ask": "请市民补充", "case.extend": "申请延期", "case.draft": "写答复草稿", "case.submit": "答复送审", "case.approve": "审核通过工单",
		"case.refuse": "审核退回工单", "case.reopen": "重新办理工单", "case.urge": "催办工单", "case.export": "导出工单", "case.import": "导入工单",
		"text.draft": "改文本草稿", "text.submit": "文本送审", "text.take_back": "收回文本", "text.discard": "丢弃文本草稿", "text.approve": "文本审核通过并生效", "text.return": "退回文本",
		"template.save": "改模板", "template.approve": "模板审核通过", "template.return": "退回模板", "template.remove": "删除模板",
		"wait.mark":     "标记诉求",
		"history.begin": "开始写入演示往来", "history.end": "写完演示往来", "history.records": "导入演示数据", "history.desk": "写入演示接待",
	}[action], signInTitle(action), "操作")
}

// signInTitle is AuditTitle of what concerns people and programs that sign in.
func signInTitle(action string) string {
	switch action {
	case "access.refuse":
		return "越权被拒"
	case "admin.recover":
		return "恢复三员"
	case "grant.change":
		return "改变授权"
	case "session.open":
		return "登录"
	case "session.password":
		return "密码通过"
	case "session.code":
		return "验证码通过，密码待更换"
	case "session.recovery_code":
		return "用恢复码登录"
	case "session.close":
		return "退出"
	case "session.end":
		return "结束登录"
	case "operator.create":
		return "添加人员"
	case "operator.disable":
		return "停用人员"
	case "operator.enable":
		return "启用人员"
	case "operator.unlock":
		return "解锁人员"
	case "operator.reset":
		return "重置人员"
	case "operator.welcome":
		return "设定密码"
	case "operator.enrol":
		return "启用验证器"
	case "operator.password":
		return "改密码"
	case "operator.prove":
		return "验证密码"
	case "operator.codes":
		return "重新生成恢复码"
	case "token.create":
		return "发放令牌"
	case "token.revoke":
		return "吊销令牌"
	case "audit.verify":
		return "核对审计"
	case "audit.export":
		return "导出审计"
	}
	return ""
}

// AuditChange is a field that an audited action changed; "" stands for a field that is not there.
type AuditChange struct {
	Field  string `json:"field"` // its path in the JSON, 内容 for a value that is no object
	Before string `json:"before"`
	After  string `json:"after"`
}

// Changes are the fields in which Before and After differ, by name.
func (e *AuditEntry) Changes() []AuditChange {
	was, is := jsonFields(e.Before), jsonFields(e.After)
	names := maps.Clone(was)
	maps.Copy(names, is)
	var list []AuditChange
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if was[name] != is[name] {
			list = append(list, AuditChange{name, was[name], is[name]})
		}
	}
	return list
}

// jsonFields are the values of a JSON object as texts, by their path; what is no object is one value.
func jsonFields(text string) map[string]string {
	out := map[string]string{}
	if text == "" {
		return out
	}
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		value = text
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		if object, ok := v.(map[string]any); ok {
			for name, inner := range object {
				walk(strings.TrimPrefix(path+"."+name, "."), inner)
			}
			return
		}
		if s, ok := v.(string); ok {
			out[cmp.Or(path, "内容")] = s
		} else if b, err := json.Marshal(v); err == nil && v != nil {
			out[cmp.Or(path, "内容")] = string(b)
		}
	}
	walk("", value)
	return out
}
