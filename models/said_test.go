package models

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSay_HolesAreFilled(t *testing.T) {
	got := Say("a_code", "在 {where} 有 {n} 处", "where", "乙", "n", "3")
	if d := cmp.Diff(Said{"a_code", map[string]string{"where": "乙", "n": "3"}, "在 乙 有 3 处"}, got); d != "" {
		t.Error(d)
	}
	if told := ReasonTexts([]Reason{{What: "clock", Said: got}, {Said: got}}); told[0] != "clock: 在 乙 有 3 处" || told[1] != "在 乙 有 3 处" {
		t.Errorf("%q", told)
	}
}
