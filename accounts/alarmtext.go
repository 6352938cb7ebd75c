package accounts

import (
	"cmp"
	"fmt"
	"net/url"
	"time"

	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/models"
)

// alarmAbout says when an alarm comes.
func alarmAbout(n models.AlarmName) string {
	return map[models.AlarmName]string{
		models.AlarmAtRisk:     "市民的诉求快到时限还没有答复，或已超时",
		models.AlarmUnassigned: "转人工的市民满一小时办公时间没有人接入",
		models.AlarmRefused:    "十分钟内有 3 次以上微信的回调被拒绝或没有答复",
		models.AlarmRights:     "微信收回了账号原有的接口权限，提醒 7 天",
		models.AlarmToken:      "连续 2 分钟取不到接口凭证（access_token）",
		models.AlarmQuarantine: "有消息数据库不收，被隔离在本机",
		models.AlarmBacklog:    "消息超过 60 秒没有写入数据库",
		models.AlarmCalendar:   "缺当年（12 月起为次年）的放假安排，工时按周一至周五算",
		models.AlarmCases:      "工作日 9 点：有工单下一个工作日到期、今天到期或已超期，一天一次",
	}[n]
}

// alarmPath is the page of the console on which an alarm is seen to.
func alarmPath(m *models.Alarm) string {
	switch {
	case m.Name == models.AlarmCalendar:
		return "/calendar"
	case m.Name == models.AlarmAtRisk:
		return "/figures/waits?account=" + url.QueryEscape(m.AppID) + "&state=open"
	case m.Name == models.AlarmCases:
		return "/cases?account=" + url.QueryEscape(m.AppID)
	case m.Name == models.AlarmUnassigned:
		return "/desk?account=" + url.QueryEscape(m.AppID) + "&box=queue"
	case m.AppID != "":
		return "/accounts/" + url.PathEscape(m.AppID)
	}
	return "/"
}

// alarmLink is a page of the console, "" where its address is not known.
func (a *Accounts) alarmLink(path string) string {
	if a.options.Console == "" {
		return ""
	}
	return a.options.Console + path
}

// AlarmMessage is what a channel is told of an alarm, and how the history holds it when it has
// arrived. again: it may have been sent before.
func (a *Accounts) AlarmMessage(t *AlarmTarget, m *models.Alarm, kind models.AlarmKind, again bool) (robot.Message, models.AlarmSend) {
	now := a.options.Now().In(models.Shanghai())
	whose := t.AccountName
	if m.AppID == "" {
		whose = "问政服务"
	}
	told := m.Told[t.ID]
	if told == nil {
		told = &models.AlarmTold{}
	}
	lead := map[models.AlarmKind]string{models.AlarmFiring: "【问政告警】", models.AlarmRepeat: "【问政告警仍在】", models.AlarmResolved: "【问政告警解除】"}[kind]
	out := robot.Message{
		ID: fmt.Sprintf("%s-%s-%d", m.Episode, t.ID, told.Sends+1), Account: m.AppID, Name: whose, Condition: string(m.Name), State: string(kind),
		Title: lead + whose + "：" + m.Name.Title(), Count: m.Count, At: now, Link: a.alarmLink(alarmPath(m)), Again: again,
	}
	since := m.Since.In(models.Shanghai())
	out.Since = &since
	if kind == models.AlarmResolved {
		out.Text = "已恢复，不必再处理。" + lasted(since, cmp.Or(m.ClosedAt, now))
		out.Count = 0
	} else {
		out.Text = m.Text + "\n" + lasted(since, now)
	}
	done := t.send(m.Name, kind, &out)
	return out, done
}

// lasted says since when and how long something has been so.
func lasted(since, until time.Time) string {
	text := "始于 " + since.Format("1月2日 15:04")
	if d := until.Sub(since); d >= time.Minute {
		text += "，已 " + spanText(int64(d.Truncate(time.Minute).Seconds()))
	}
	return text + "。"
}

// ChannelRows list the channels of an account for people.
func ChannelRows(list []AlarmChannel) [][]string {
	if len(list) == 0 {
		return [][]string{{"还没有告警通道，用 wenzheng alarm add 添加（wenzheng alarm add --help 有例子）"}}
	}
	rows := make([][]string, len(list))
	for i, c := range list {
		rows[i] = []string{c.Name, c.Kind.Title(), c.Host, c.Address, "还没有发过"}
		if c.Last != nil {
			rows[i][4] = SendText(c.Last)
		}
	}
	return rows
}

// SendText is a message of the history in a line.
func SendText(s *models.AlarmSend) string {
	text := map[models.AlarmOutcome]string{models.AlarmSent: "已送到", models.AlarmFailed: "没有送到", models.AlarmDropped: "没有再发"}[s.Outcome]
	if s.Detail != "" {
		text += "：" + s.Detail
	}
	return s.At.In(models.Shanghai()).Format(time.DateTime) + " " + s.Name.Title() + " " + text
}

// AlarmRows says what an account wants to be told and what stands.
func AlarmRows(v *AlarmsView) [][]string {
	var rows [][]string
	for _, c := range v.Conditions {
		on := "关"
		if c.On {
			on = "开"
		}
		rows = append(rows, []string{string(c.Condition), on, c.Title, c.About})
	}
	for _, l := range v.Limits {
		when := "不提醒"
		if l.On {
			when = "提前 " + spanText(l.AheadS)
		}
		rows = append(rows, []string{l.Limit, when, "时限 " + spanText(l.LimitS), ""})
	}
	return append(rows, []string{"repeat", spanText(v.RepeatS), "仍未恢复时多久再提醒一次", ""})
}

// SpanText is a time span of whole seconds in words.
func SpanText(seconds int64) string { return spanText(seconds) }
