package models

// WaitMark says why a wait needs no answer. A person says so, or its citizen; nothing is guessed.
type WaitMark string

// The marks. MarkNone: the wait counts as every other.
const (
	MarkNone   WaitMark = ""
	MarkThanks WaitMark = "thanks" // 感谢
	MarkSpam   WaitMark = "spam"   // 广告骚扰
	MarkTest   WaitMark = "test"   // 测试
	// MarkWithdrawn: the citizen withdrew the case. Nobody else gives this mark or takes it back.
	MarkWithdrawn WaitMark = "withdrawn"
)

// WaitMarks are the marks that a person may give.
func WaitMarks() []WaitMark { return []WaitMark{MarkThanks, MarkSpam, MarkTest} }

// Title is the mark in Chinese, "" of none.
func (m WaitMark) Title() string {
	switch m {
	case MarkThanks:
		return "感谢"
	case MarkSpam:
		return "广告骚扰"
	case MarkTest:
		return "测试"
	case MarkWithdrawn:
		return "市民撤回"
	}
	return ""
}

// ParseWaitMark reads a mark by its word or its Chinese title.
func ParseWaitMark(s string) (WaitMark, bool) {
	for _, m := range WaitMarks() {
		if s == string(m) || s == m.Title() {
			return m, true
		}
	}
	return MarkNone, false
}
