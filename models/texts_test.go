package models

import "testing"

// TestSensitive_FoundHoweverWritten: width, case, blanks and invisible characters do not hide a word.
func TestSensitive_FoundHoweverWritten(t *testing.T) {
	s := SensitiveOf([]Setting{{Name: SettingWordsSensitive, Value: "内部号码\nＶIP通道"}, {Name: SettingWordsCrisis, Value: "跳江"}})
	for text, want := range map[string]string{
		"请拨打内部号码": "内部号码", "内 部\u200b号\n码": "内部号码", "可走 vip 通道。": "ＶIP通道", "内部的号码": "", "跳江": "", "": "",
	} {
		if got := s.In("无", text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if none := SensitiveOf(nil); !none.None() || none.In("内部号码") != "" {
		t.Error("without a list nothing is sensitive")
	}
}
