package models

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

var (
	dayForm   = regexp.MustCompile(`^\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?([^\d].*)?$`)
	clockForm = regexp.MustCompile(`^(上午|下午|AM|PM|am|pm)?\s*(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(AM|PM|am|pm)?$`)
)

// CutDay reads the day that a text begins with as people and spreadsheets write it, 2026-03-02,
// 2026/3/2, 2026.3.2 or 2026年3月2日, in digits of either width, and gives it as 2026-03-02. rest
// is what stands behind it; ok is false where there is no such day.
func CutDay(s string) (day, rest string, ok bool) {
	m := dayForm.FindStringSubmatch(norm.NFKC.String(s))
	if m == nil {
		return "", "", false
	}
	day = m[1] + "-" + twoDigits(m[2]) + "-" + twoDigits(m[3])
	_, err := time.Parse(time.DateOnly, day)
	return day, strings.TrimSpace(m[4]), err == nil
}

// PlainTime writes a time, its day in any form of CutDay and its seconds perhaps left out, as
// 2006-01-02 15:04:05, perhaps with a fraction. What is no such time it returns as it is.
func PlainTime(s string) string {
	day, rest, ok := CutDay(s)
	if !ok {
		return s
	}
	m := clockForm.FindStringSubmatch(strings.TrimPrefix(rest, "T"))
	if m == nil {
		return s
	}
	hour, err := strconv.Atoi(m[2])
	half := strings.ToLower(m[1] + m[6])
	switch {
	case err != nil || half != "" && (hour < 1 || hour > 12):
		return s
	case half == "上午" || half == "am":
		hour %= 12
	case half == "下午" || half == "pm":
		hour = hour%12 + 12
	case half != "":
		return s
	}
	seconds := m[4]
	if seconds == "" {
		seconds = "00"
	}
	return day + " " + twoDigits(strconv.Itoa(hour)) + ":" + m[3] + ":" + seconds + m[5]
}

func twoDigits(digits string) string {
	if len(digits) == 1 {
		return "0" + digits
	}
	return digits
}
