package sheet

import (
	"strings"
	"testing"
)

// TestFieldLines_LongTextsAreCutAboutTheDifference: what two long texts share is left out.
func TestFieldLines_LongTextsAreCutAboutTheDifference(t *testing.T) {
	t.Parallel()
	shared := strings.Repeat("同", 100)
	got := FieldLines("  ", []FieldChange{
		{Title: "名称", After: "甲\n乙"},
		{Title: "回复", Before: shared + "旧", After: shared + "新" + strings.Repeat("尾", 100)},
	})
	near := strings.Repeat("同", 20)
	want := "  名称：— -> 甲⏎乙\n  回复：……" + near + "旧 -> ……" + near + "新" + strings.Repeat("尾", 59) + "……\n"
	if got != want {
		t.Errorf("%s", got)
	}
}
