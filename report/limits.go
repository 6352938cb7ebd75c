package report

import (
	"fmt"

	"github.com/wenzheng/wenzheng/indices"
)

// LimitsValueText says the limits of a setting (models.SettingLimits), "" is the limits by default.
func LimitsValueText(value string) (string, error) {
	l, err := indices.LimitsOf(nil)
	if value != "" {
		l, err = indices.ParseLimits(value)
	}
	if err != nil {
		return "", err
	}
	return limitsText(&l), nil
}

// limitsText says the limits that can be set, in one line.
func limitsText(l *indices.Limits) string {
	text := "会话"
	for _, s := range l.Chat {
		text += " " + limitName(s)
	}
	return text + fmt.Sprintf("；自动答复静默 %s；窗口将闭 %s；办件 受理 %d、咨询 %d、投诉建议 %d、复杂 %d 个工作日；舆情 %s、重大 %s；断更 %d、%d、%d 天；测试留言 %d 个工作日",
		limitName(l.BotSilence), limitName(l.AtRisk), l.Case.Limit(indices.CaseAcceptance), l.Case.Limit(indices.CaseConsultation),
		l.Case.Limit(indices.CaseComplaint), l.Case.Limit(indices.CaseComplex), limitName(l.FirstWord), limitName(l.MajorFirstWord),
		l.GapNotice, l.GapAmber, l.GapVeto, l.TestAnswer)
}

// limitName is a limit in seconds as people say it.
func limitName(seconds int64) string {
	switch {
	case seconds%3600 == 0:
		return fmt.Sprintf("%d 小时", seconds/3600)
	case seconds%60 == 0:
		return fmt.Sprintf("%d 分钟", seconds/60)
	}
	return fmt.Sprintf("%d 秒", seconds)
}
