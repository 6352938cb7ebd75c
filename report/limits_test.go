package report

import (
	"testing"
)

func TestLimitName_NotWholeHoursOrMinutes(t *testing.T) {
	for seconds, want := range map[int64]string{
		20: "20 秒", 90: "90 秒", 180: "3 分钟", 1800: "30 分钟", 5400: "90 分钟", 7200: "2 小时", 172800: "48 小时",
	} {
		if got := limitName(seconds); got != want {
			t.Errorf("%d s: %q, want %q", seconds, got, want)
		}
	}
}
