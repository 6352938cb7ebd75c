package bot

import "testing"

// TestTry_ShowsTheKeywordAsWritten: 著作权 is matched in one form with 着作权 and shown as the
// office wrote it.
func TestTry_ShowsTheKeywordAsWritten(t *testing.T) {
	k := newTalk(t, Options{}, contains("甲", "著作权"), contains("乙", "乾隆"), contains("丙", " VIP窗口"), contains("丁", "三號線"))
	for text, want := range map[string]string{
		"著作权登记": "著作权", "著作權登記": "著作权", "乾隆年间": "乾隆", "vip窗口在哪": "VIP窗口", "3号线": "三號線",
	} {
		if match := k.explain(testApp, text); match.Keyword != want {
			t.Errorf("%q: keyword %q, want %q", text, match.Keyword, want)
		}
	}
}
