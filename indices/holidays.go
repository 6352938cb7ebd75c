package indices

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/6tail/lunar-go/HolidayUtil"

	"github.com/wenzheng/wenzheng/models"
)

// The years for which the State Council's yearly notice on holidays is built in. A later
// year is counted by the weekday rule, and marked provisional, until it is imported.
const (
	firstNoticeYear = 2010
	firstSeedYear   = 2015
	lastNoticeYear  = 2026
)

// CalendarDay says of one date (2006-01-02) whether offices work on it.
type CalendarDay struct {
	Date string `json:"date"`
	Work bool   `json:"work"`
	Name string `json:"name,omitempty"` // the holiday it belongs to
}

// CalendarYear is one layer of a calendar: the days ruled by the notice of Year, or, with
// Year 0, days that an administrator overrides. A notice may rule days of the December before.
type CalendarYear struct {
	Year int
	Days []CalendarDay
}

// earlyNotice holds the days on which one yearly notice departs from the weekday rule, as
// month and day; a leading "-" of a date means the December before.
type earlyNotice struct {
	year      int
	off, work string
}

// earlyNotices are the five years that the seed module has with faults (it lacks the
// make-up days 2013-04-07 and 2013-10-12) or that nobody checked. Sources, in order:
// gov.cn/zhengce/zhengceku/2009-12/08/content_1476.htm, 2010-12/10/content_1423.htm,
// 2011-12/06/content_1411.htm, 2012-12/10/content_1353.htm, 2014-01/02/content_1194.htm.
func earlyNotices() []earlyNotice {
	return []earlyNotice{
		{
			2010,
			"0101 0215 0216 0217 0218 0219 0405 0503 0614 0615 0616 0922 0923 0924 1001 1004 1005 1006 1007",
			"0220 0221 0612 0613 0919 0925 0926 1009",
		},
		{
			2011,
			"0103 0202 0203 0204 0207 0208 0404 0405 0502 0606 0912 1003 1004 1005 1006 1007",
			"0130 0212 0402 1008 1009",
		},
		{
			2012,
			"0102 0103 0123 0124 0125 0126 0127 0402 0403 0404 0430 0501 0622 1001 1002 1003 1004 1005",
			"-1231 0121 0129 0331 0401 0428 0929",
		},
		{
			2013,
			"0101 0102 0103 0211 0212 0213 0214 0215 0404 0405 0429 0430 0501 0610 0611 0612 0919 0920 1001 1002 1003 1004 1007",
			"0105 0106 0216 0217 0407 0427 0428 0608 0609 0922 0929 1012",
		},
		{
			2014,
			"0101 0131 0203 0204 0205 0206 0407 0501 0502 0602 0908 1001 1002 1003 1006 1007",
			"0126 0208 0504 0928 1011",
		},
	}
}

func (n earlyNotice) days() []CalendarDay {
	var days []CalendarDay
	add := func(dates string, work bool) {
		for d := range strings.FieldsSeq(dates) {
			year := n.year
			if rest, before := strings.CutPrefix(d, "-"); before {
				d, year = rest, year-1
			}
			days = append(days, CalendarDay{Date: fmt.Sprintf("%04d-%s-%s", year, d[:2], d[2:]), Work: work})
		}
	}
	add(n.off, false)
	add(n.work, true)
	return days
}

// Notices returns the built-in notices 2010 to 2026. Those from 2015 on come from
// github.com/6tail/lunar-go, which agrees with holiday-cn on every day of 2015-2026.
func Notices() []CalendarYear {
	years := make([]CalendarYear, 0, lastNoticeYear-firstNoticeYear+1)
	for _, n := range earlyNotices() {
		years = append(years, CalendarYear{Year: n.year, Days: n.days()})
	}
	for year := firstSeedYear; year <= lastNoticeYear; year++ {
		y := CalendarYear{Year: year}
		list := HolidayUtil.GetHolidaysByYear(year)
		for e := list.Front(); e != nil; e = e.Next() {
			if h, ok := e.Value.(*HolidayUtil.Holiday); ok {
				y.Days = append(y.Days, CalendarDay{Date: h.GetDay(), Work: h.IsWork(), Name: h.GetName()})
			}
		}
		years = append(years, y)
	}
	return years
}

// ParseHolidayCN reads one year's file of https://github.com/NateScarlet/holiday-cn
// ({year, papers[], days[{name, date, isOffDay}]}). A file without days is a year whose
// notice is not out yet: it parses, and the year stays provisional. Faults are a
// *models.Error that names the field.
func ParseHolidayCN(data []byte) (CalendarYear, error) {
	var file struct {
		Year int `json:"year"`
		Days []struct {
			Name     string `json:"name"`
			Date     string `json:"date"`
			IsOffDay *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &file); err != nil {
		return CalendarYear{}, models.NewError(models.CodeInvalid, "节假日文件不是有效的 JSON，请使用 holiday-cn 的年度文件，例如 2027.json")
	}
	if file.Year < 2000 || file.Year > 2099 {
		return CalendarYear{}, models.FieldFault("节假日文件有误", "year", "缺少年份，或不在 2000 至 2099 之间")
	}
	year := CalendarYear{Year: file.Year, Days: make([]CalendarDay, 0, len(file.Days))}
	var faults []models.FieldError
	seen := map[string]bool{}
	for i, d := range file.Days {
		fault := func(text string) {
			faults = append(faults, models.FieldError{Field: fmt.Sprintf("days[%d]", i), Message: fmt.Sprintf("第 %d 天 %s %s", i+1, d.Date, text)})
		}
		n, ok := parseDay(d.Date)
		switch {
		case !ok:
			fault("不是日期，应为 2027-01-01 的形式")
		case yearOf(n) < file.Year-1 || yearOf(n) > file.Year+1:
			fault(fmt.Sprintf("不属于 %d 年的通知", file.Year))
		case d.IsOffDay == nil:
			fault("缺少 isOffDay，应为 true（放假）或 false（上班）")
		case seen[d.Date]:
			fault("写了两次")
		default:
			seen[d.Date] = true
			year.Days = append(year.Days, CalendarDay{Date: d.Date, Work: !*d.IsOffDay, Name: d.Name})
		}
	}
	if len(faults) > 0 {
		return CalendarYear{}, &models.Error{Code: models.CodeInvalid, Message: "节假日文件有误，未导入", Fields: faults}
	}
	return year, nil
}
