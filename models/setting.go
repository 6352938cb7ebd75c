package models

import (
	"slices"
	"strings"
	"time"
)

// The settings of an account that hold from a day on.
const (
	SettingOfficeHours = "office_hours" // see ParseOfficeHours
	SettingLimits      = "limits"       // JSON, see indices.Limits
	SettingCorrection  = "correction"   // CorrectionOn, the default, or CorrectionOff
)

// Whether slips in what citizens write are put right when no rule answers them as written.
const (
	CorrectionOn  = "on"
	CorrectionOff = "off"
)

// Setting is the value of a setting of an account from a day on, until the next of the same name.
type Setting struct {
	Name      string `json:"name"`
	ValidFrom string `json:"valid_from,omitempty"` // 2006-01-02 in Asia/Shanghai, "" = always
	Value     string `json:"value"`
}

// maxSettingBytes bounds a value, as the database does.
const maxSettingBytes = 4000

// Validate returns every fault of the setting as one *Error, or nil. What a value means is checked
// by whoever gives it its meaning, but for office hours.
func (s *Setting) Validate() error {
	var f faults
	f.required("name", s.Name)
	f.date("valid_from", s.ValidFrom)
	if year := s.ValidFrom; year != "" && (year < "2000" || year >= "2100") {
		f.add("valid_from", "year_range", "日期应在 2000 至 2099 年之间")
	}
	if len(s.Value) > maxSettingBytes {
		f.add("value", "too_long", "内容太长")
	}
	if s.Name == SettingOfficeHours {
		if _, err := ParseOfficeHours(s.Value); err != nil {
			f.add("office_hours", "office_hours_form", "{said}", "said", err.Error())
		}
	}
	if values := DeskSettings()[s.Name]; values != nil && !slices.Contains(values, s.Value) {
		f.add("value", "one_of", "请写 {values}", "values", strings.Join(values, " 或 "))
	}
	if s.Name == SettingCorrection && s.Value != CorrectionOn && s.Value != CorrectionOff {
		f.add("value", "on_or_off", "请写 on 或 off")
	}
	if len(f) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Message: "账号设置有误", Fields: f}
}

// SettingsNamed returns the settings of one name, the earliest first.
func SettingsNamed(list []Setting, name string) []Setting {
	var out []Setting
	for _, s := range list {
		if s.Name == name {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Setting) int { return strings.Compare(a.ValidFrom, b.ValidFrom) })
	return out
}

// SettingOn returns the value that holds on a day (2006-01-02); false: none is set.
func SettingOn(list []Setting, name, day string) (value string, ok bool) {
	for _, s := range SettingsNamed(list, name) {
		if s.ValidFrom <= day {
			value, ok = s.Value, true
		}
	}
	return value, ok
}

// CalendarDay is a day that is not as the built-in calendar has it.
type CalendarDay struct {
	Day  string `json:"day"`            // 2006-01-02 in Asia/Shanghai
	Year int    `json:"year,omitempty"` // of the imported notice, 0 = set by hand, which wins over every notice
	Name string `json:"name,omitempty"`
	Work bool   `json:"work"`
}

// DayNumber counts days since 1970-01-01 of a date (2006-01-02); false: it is none.
func DayNumber(date string) (int64, bool) {
	t, err := time.Parse(time.DateOnly, date)
	return t.Unix() / 86400, err == nil && t.Unix() >= 0
}

// Shanghai is UTC+8 without daylight saving, as it has been since 1992; it needs no time
// zone files. A zone of whole hours without a name is one that package time keeps.
func Shanghai() *time.Location { return time.FixedZone("", 8*60*60) }

// DayStart is the Unix second at which a day (2006-01-02) begins in Asia/Shanghai; 0 for what is none.
func DayStart(day string) int64 {
	n, ok := DayNumber(day)
	if !ok {
		return 0
	}
	return n*86400 - 8*3600
}
