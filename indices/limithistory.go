package indices

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// limitPeriod are the limits from a Unix second on.
type limitPeriod struct {
	since  int64
	limits Limits
}

// LimitsOf returns the limits that an account set, the latest ones; At gives those of any time. A
// value is a JSON object with the limits that are not the default ones. Faults are a *models.Error.
func LimitsOf(settings []models.Setting) (Limits, error) {
	list := models.SettingsNamed(settings, models.SettingLimits)
	if len(list) == 0 {
		return DefaultLimits(), nil
	}
	periods := make([]limitPeriod, 0, len(list)+1)
	if list[0].ValidFrom != "" {
		periods = append(periods, limitPeriod{limits: DefaultLimits()})
	}
	for _, v := range list {
		limits, err := ParseLimits(v.Value)
		if err != nil {
			return limits, err
		}
		since := int64(0)
		if n, ok := parseDay(v.ValidFrom); ok {
			since = dayStart(n)
		}
		periods = append(periods, limitPeriod{since, limits})
	}
	for i := range periods {
		periods[i].limits.periods = periods
	}
	return periods[len(periods)-1].limits, nil
}

// At returns the limits at a Unix second: a wait is held against those of when it was opened.
func (l *Limits) At(sec int64) *Limits {
	for i := len(l.periods) - 1; i >= 0; i-- {
		if l.periods[i].since <= sec {
			return &l.periods[i].limits
		}
	}
	return l
}

// changes are the days (2006-01-02) within [from, to) from which on other limits hold.
func (l *Limits) changes(from, to int64) (days []string) {
	for _, p := range l.periods {
		if p.since > from && p.since < to {
			days = append(days, DayOf(p.since))
		}
	}
	return days
}

// ParseLimits reads a JSON object of those limits that are not the default ones, see Limits. What
// the platform fixes can not be set. Faults are a *models.Error.
func ParseLimits(text string) (Limits, error) {
	l := DefaultLimits()
	usual := DefaultLimits()
	own := l.Case
	l.Case = nil
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return usual, limitFault("limits", "limits_form", "时限应为 JSON 对象，例 {\"chat_s\":[180,7200,86400,172800]}，并只写已有的项目")
	}
	maps.Copy(own, l.Case)
	l.Case = own
	if l.Expiry != usual.Expiry || l.SessionGap != usual.SessionGap || l.Quota != usual.Quota {
		return usual, limitFault("limits", "limits_wechat", "48 小时的会话窗口和 5 条客服消息由微信规定，不能改")
	}
	err := l.validate()
	return l, err
}

func (l *Limits) validate() error {
	for i, limit := range l.Chat {
		if limit < 1 || limit > l.Expiry || i > 0 && limit <= l.Chat[i-1] {
			return limitFault("chat_s", "chat_limits", "四个会话时限应由短到长，最长 48 小时")
		}
	}
	if l.BotSilence < 60 || l.BotSilence > l.Expiry || l.AtRisk < 60 || l.AtRisk > l.Expiry {
		return limitFault("bot_silence_s", "silence_range", "机器人静默期和窗口将闭的时限应在 1 分钟至 48 小时之间")
	}
	for _, category := range slices.Sorted(maps.Keys(l.Case)) {
		if days := l.Case[category]; days < 1 || days > 366 {
			return limitFault("case."+category, "case_limits", "办件时限应为 1 至 366 个工作日")
		}
	}
	switch {
	case l.CaseFull < 1 || l.CaseZero <= l.CaseFull || l.CaseZero > 366:
		return limitFault("case_zero_wd", "case_score_days", "办件满分与零分的工作日应由少到多，最多 366")
	case l.MajorFirstWord < 60 || l.FirstWord < l.MajorFirstWord || l.FirstWord > 31*daySeconds:
		return limitFault("first_word_s", "first_word_order", "重大舆情的首次回应不能晚于一般舆情，最长 31 天")
	case l.GapNotice < 1 || l.GapAmber < l.GapNotice || l.GapVeto < l.GapAmber || l.GapVeto > 366:
		return limitFault("gap_veto_d", "gap_days", "断更的提醒、警示、否决天数应由少到多，最多 366 天")
	case l.TestAnswer < 1 || l.TestAnswer > 366:
		return limitFault("test_answer_wd", "test_answer_days", "测试留言的答复时限应为 1 至 366 个工作日")
	case l.MinRatings < 1 || l.MinWaits < 1:
		return limitFault("min_waits", "sample_least", "样本下限至少为 1")
	}
	return nil
}

func limitFault(field, code, text string) error {
	return models.Faulty(fmt.Sprintf("时限有误（%s）", field), models.Fault(field, code, text))
}
