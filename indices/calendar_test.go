package indices

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

func mustCalendar(t testing.TB, layers ...CalendarYear) *Calendar {
	t.Helper()
	c, err := NewCalendar(layers...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// clock reads "2006-01-02 15:04" or with seconds as Shanghai time.
func clock(t testing.TB, s string) time.Time {
	t.Helper()
	layout := "2006-01-02 15:04"
	if strings.Count(s, ":") == 2 {
		layout += ":05"
	}
	at, err := time.ParseInLocation(layout, s, Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// departures lists the days of a year that do not follow the weekday rule.
func departures(c *Calendar, year int) (off, work []string) {
	for d := time.Date(year, 1, 1, 12, 0, 0, 0, Shanghai()); d.Year() == year; d = d.AddDate(0, 0, 1) {
		weekday := d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
		switch {
		case weekday && !c.Workday(d):
			off = append(off, d.Format("01-02"))
		case !weekday && c.Workday(d):
			work = append(work, d.Format("01-02"))
		}
	}
	return off, work
}

func TestCalendar2026(t *testing.T) {
	c := mustCalendar(t)
	_, work := departures(c, 2026)
	if diff := cmp.Diff([]string{"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}, work); diff != "" {
		t.Errorf("make-up workdays: %s", diff)
	}
	spans := [][2]string{
		{"01-01", "01-03"},
		{"02-15", "02-23"},
		{"04-04", "04-06"},
		{"05-01", "05-05"},
		{"06-19", "06-21"},
		{"09-25", "09-27"},
		{"10-01", "10-07"},
	}
	for _, s := range spans {
		last := clock(t, "2026-"+s[1]+" 12:00")
		for d := clock(t, "2026-"+s[0]+" 12:00"); !d.After(last); d = d.AddDate(0, 0, 1) {
			if c.Workday(d) {
				t.Errorf("%s is worked on", d.Format(time.DateOnly))
			}
		}
	}
}

// Every notice moves days and gives none away: a weekday off is either one of the statutory
// holidays or made up for on a weekend.
func TestNoticesAreConsistent(t *testing.T) {
	c := mustCalendar(t)
	for year := firstNoticeYear; year <= lastNoticeYear; year++ {
		off, work := departures(c, year)
		if free := len(off) - len(work); free < 7 || free > 13 {
			t.Errorf("%d: %d weekdays off and %d make-up days", year, len(off), len(work))
		}
		if c.Provisional(year) {
			t.Errorf("%d is provisional", year)
		}
	}
}

func TestEarlyNotices(t *testing.T) {
	c := mustCalendar(t)
	for day, want := range map[string]bool{
		"2010-02-20": true, "2010-09-19": true, "2010-10-09": true, "2010-06-14": false,
		"2011-12-31": true, "2012-01-02": false, "2012-09-29": true, "2012-10-08": true,
		"2013-04-07": true, "2013-10-12": true, "2013-06-10": false, "2014-05-04": true, "2014-02-06": false,
		"2015-09-03": false, "2015-09-06": true, "2020-01-31": false, "2020-02-01": false,
	} {
		if got := c.Workday(clock(t, day+" 00:00")); got != want {
			t.Errorf("%s: workday %v, want %v", day, got, want)
		}
	}
}

func TestCalendarWithoutData(t *testing.T) {
	c := mustCalendar(t)
	if !c.Provisional(2027) || c.Provisional(2026) {
		t.Error("2027 has no notice, 2026 has one")
	}
	if off, work := departures(c, 2027); off != nil || work != nil {
		t.Errorf("2027 departs from the weekday rule: %v %v", off, work)
	}
	if !c.ProvisionalSpan(clock(t, "2026-12-30 10:00"), clock(t, "2027-01-04 10:00")) ||
		c.ProvisionalSpan(clock(t, "2026-12-30 10:00"), clock(t, "2026-12-31 23:59")) {
		t.Error("a span is provisional when it reaches into 2027")
	}
	if off, _ := departures(c, 1999); off != nil {
		t.Errorf("1999: %v", off)
	}
}

func TestParseHolidayCN(t *testing.T) {
	year, err := ParseHolidayCN([]byte(`{"year":2027,"papers":["x"],"days":[
		{"name":"元旦","date":"2026-12-31","isOffDay":false},
		{"name":"元旦","date":"2027-01-01","isOffDay":true},
		{"name":"元旦","date":"2027-01-02","isOffDay":true},
		{"name":"元旦","date":"2027-01-03","isOffDay":true},
		{"name":"春节","date":"2027-02-20","isOffDay":true},
		{"name":"春节","date":"2027-02-27","isOffDay":true}]}`))
	if err != nil {
		t.Fatal(err)
	}
	december := CalendarYear{Year: 2027, Days: append(year.Days, CalendarDay{Date: "2026-12-30"})}
	override := CalendarYear{Days: []CalendarDay{{Date: "2027-02-27", Work: true}}}
	c := mustCalendar(t, override, december)
	if c.Provisional(2027) {
		t.Error("2027 was imported")
	}
	if c.Workday(clock(t, "2026-12-30 09:00")) {
		t.Error("the notice of 2027 rules a day of December 2026")
	}
	if !c.Workday(clock(t, "2027-02-27 09:00")) || c.Workday(clock(t, "2027-01-01 09:00")) {
		t.Error("an override wins over a notice, a notice over the weekday rule")
	}
	want := []string{"2026-12-30", "2027-01-01", "2027-02-27"}
	if diff := cmp.Diff(want, mustCalendar(t).ChangedDays(c)); diff != "" {
		t.Error(diff)
	}
}

func TestParseHolidayCNWithoutDays(t *testing.T) {
	year, err := ParseHolidayCN([]byte(`{"year":2027,"papers":[],"days":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	if c := mustCalendar(t, year); !c.Provisional(2027) {
		t.Error("an empty file is no notice")
	}
}

func TestParseHolidayCNFaults(t *testing.T) {
	for _, bad := range []string{
		``,
		`[]`,
		`{"days":[]}`,
		`{"year":2027,"days":[{"date":"2027-13-01","isOffDay":true}]}`,
		`{"year":2027,"days":[{"date":"2027-01-01"}]}`,
		`{"year":2027,"days":[{"date":"2020-01-01","isOffDay":true}]}`,
		`{"year":2027,"days":[{"date":"2027-01-01","isOffDay":true},{"date":"2027-01-01","isOffDay":false}]}`,
	} {
		if _, err := ParseHolidayCN([]byte(bad)); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := NewCalendar(CalendarYear{Days: []CalendarDay{{Date: "tomorrow"}}}); models.ErrorCode(err) != models.CodeInvalid {
		t.Error(err)
	}
}

func TestOfficeSeconds(t *testing.T) {
	office := mustCalendar(t).Office()
	for _, c := range []struct {
		name, from, to string
		want           int64
	}{
		{"over the Spring Festival", "2026-02-14 10:00", "2026-02-24 09:30", 23400},
		{"wait E", "2026-03-04 08:00", "2026-03-05 09:00", 25200},
		{"wait C, over noon", "2026-03-02 11:00", "2026-03-02 13:00", 3600},
		{"by night", "2026-03-02 20:00", "2026-03-02 23:00", 0},
		{"backwards", "2026-03-03 10:00", "2026-03-02 10:00", 0},
		{"a day", "2026-03-02 00:00", "2026-03-03 00:00", 25200},
		{"beyond the table", "2040-01-02 00:00", "2040-01-09 00:00", 5 * 25200},
		{"before the table", "1999-01-04 00:00", "1999-01-11 00:00", 5 * 25200},
	} {
		if got := office.Seconds(clock(t, c.from).Unix(), clock(t, c.to).Unix()); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if h := clock(t, "2026-02-24 09:30").Sub(clock(t, "2026-02-14 10:00")).Hours(); h != 239.5 {
		t.Errorf("calendar %v h", h)
	}
}

func TestDeadlines(t *testing.T) {
	calendar := mustCalendar(t)
	office := calendar.Office()
	received := clock(t, "2026-02-14 10:00")
	for k, want := range map[int]string{5: "2026-02-28 17:30", 15: "2026-03-13 17:30", 1: "2026-02-24 17:30", 0: "2026-02-14 17:30"} {
		if got := office.Deadline(received, k).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%d working days: %s, want %s", k, got, want)
		}
	}
	if n := calendar.ElapsedWorkdays(received, clock(t, "2026-02-27 09:00")); n != 4 {
		t.Errorf("elapsed %d working days, want 4", n)
	}
	if n := calendar.ElapsedWorkdays(received, clock(t, "2026-01-01 09:00")); n != 0 {
		t.Errorf("backwards: %d", n)
	}
}

// hoursOf are office hours that changed on days (2006-01-02=hours), or those of always.
func hoursOf(values ...string) ([]models.OfficePeriod, error) {
	var settings []models.Setting
	for _, v := range values {
		day, hours, dated := strings.Cut(v, "=")
		if !dated {
			day, hours = "", v
		}
		settings = append(settings, models.Setting{Name: models.SettingOfficeHours, ValidFrom: day, Value: hours})
	}
	return models.OfficePeriods(settings)
}

// TestOffice_HoursFromADayOn: a change never rewrites the past.
func TestOffice_HoursFromADayOn(t *testing.T) {
	periods, err := hoursOf("08:00-12:00", "2026-06-01=09:00-12:00; 5 off; 6 09:00-10:00", "2030-01-01=00:00-24:00")
	if err != nil {
		t.Fatal(err)
	}
	o := mustCalendar(t).Office(periods...)
	for _, c := range []struct {
		name, from, to string
		hours          int64
	}{
		{"before the change", "2026-05-25 00:00", "2026-05-30 00:00", 5 * 4},
		{"over the change", "2026-05-29 11:00", "2026-06-01 10:00", 2},
		{"a week after it, Friday closed and Saturday open", "2026-06-01 00:00", "2026-06-08 00:00", 4*3 + 1},
		{"the Saturday of a holiday", "2026-06-20 00:00", "2026-06-21 00:00", 0},
		{"a make-up Sunday, with ordinary hours", "2026-09-20 00:00", "2026-09-21 00:00", 3},
		{"beyond the notices", "2029-06-04 00:00", "2029-06-11 00:00", 4*3 + 1},
		{"over a change beyond the notices", "2029-12-31 00:00", "2030-01-02 00:00", 3 + 24},
		{"long after it", "2035-01-01 00:00", "2035-01-08 00:00", 5 * 24},
		{"long before", "1999-01-04 00:00", "1999-01-11 00:00", 5 * 4},
	} {
		if got := o.Seconds(clock(t, c.from).Unix(), clock(t, c.to).Unix()); got != c.hours*3600 {
			t.Errorf("%s: %d s, want %d h", c.name, got, c.hours)
		}
	}
	if got := o.Deadline(clock(t, "2026-06-03 10:00"), 2).Format("2006-01-02 15:04"); got != "2026-06-05 24:00" && got != "2026-06-06 00:00" {
		t.Errorf("a deadline on a workday without hours: %s", got)
	}
}

func TestOfficeHours(t *testing.T) {
	c := mustCalendar(t)
	for _, bad := range []string{"9-12", "12:00-09:00", "09:00-12:00,11:00-13:00", "09:00", "25:00-26:00", "09:00-09:00", ","} {
		if _, err := hoursOf(bad); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	periods, err := hoursOf(" 13:00-24:00 , 08:00-12:00")
	if err != nil {
		t.Fatal(err)
	}
	o := c.Office(periods...)
	if got := o.Seconds(clock(t, "2026-03-02 00:00").Unix(), clock(t, "2026-03-03 00:00").Unix()); got != 15*3600 {
		t.Errorf("%d s a day", got)
	}
	for at, want := range map[string]bool{
		"2026-03-02 08:00": true, "2026-03-02 12:00": false, "2026-03-02 23:59": true,
		"2026-03-01 10:00": false, "2026-02-28 10:00": true,
	} {
		if sec := clock(t, at).Unix(); (o.Seconds(sec, sec+1) == 1) != want {
			t.Errorf("open at %s: want %v", at, want)
		}
	}
}

// The prefix sums agree with counting minute by minute, inside and outside the table.
func TestOfficeSecondsCounted(t *testing.T) {
	calendar := mustCalendar(t)
	office := calendar.Office()
	rapid.Check(t, func(t *rapid.T) {
		from := dayStart(dayNumber(2009, 6, 1)) + 60*rapid.Int64Range(0, 19*365*1440).Draw(t, "from")
		to := from + 60*rapid.Int64Range(0, 20*1440).Draw(t, "span")
		var want int64
		for m := from; m < to; m += 60 {
			at := time.Unix(m, 0).In(Shanghai())
			clock := at.Hour()*60 + at.Minute()
			if calendar.Workday(at) && (clock >= 540 && clock < 720 || clock >= 810 && clock < 1050) {
				want += 60
			}
		}
		if got := office.Seconds(from, to); got != want {
			t.Fatalf("%d to %d: %d, want %d", from, to, got, want)
		}
	})
}

// TestCalendar_ImportedNotice: it replaces the built-in notice of its year, rules days of the years
// beside it without making them known, and a day set by hand wins over it.
func TestCalendar_ImportedNotice(t *testing.T) {
	year, err := ParseHolidayCN([]byte("\xef\xbb\xbf" + `{"year":2027,"days":[{"date":"2026-12-31","isOffDay":true},{"date":"2027-01-02","isOffDay":false},
		{"date":"2027-02-05","isOffDay":true},{"date":"2028-01-03","isOffDay":true}]}`))
	if err != nil {
		t.Fatal(err)
	}
	c := mustCalendar(t, year, CalendarYear{Days: []CalendarDay{{Date: "2027-02-05", Work: true}, {Date: "2029-05-09"}}}, CalendarYear{Year: 2026, Days: []CalendarDay{{Date: "2026-05-04"}}})
	for day, want := range map[string]bool{
		"2026-12-31": false, "2027-01-02": true, "2027-02-05": true, "2028-01-03": false, "2029-05-09": false, "2027-03-01": true, "2026-05-04": false, "2026-05-05": true,
	} {
		if got := c.Workday(clock(t, day+" 12:00")); got != want {
			t.Errorf("%s is a workday: %v, want %v", day, got, want)
		}
	}
	for y, want := range map[int]bool{2026: false, 2027: false, 2028: true, 2029: true} {
		if c.Provisional(y) != want {
			t.Errorf("%d is provisional: want %v", y, want)
		}
	}
}

// TestLimits_At: limits hold from a day on, the default ones before the first.
func TestLimits_At(t *testing.T) {
	l, err := LimitsOf([]models.Setting{
		{Name: models.SettingLimits, ValidFrom: "2026-07-01", Value: `{"chat_s":[60,3600,7200,86400],"case":{"complaint":3}}`},
		{Name: models.SettingLimits, ValidFrom: "2026-09-01", Value: `{"gap_veto_d":20}`},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at              string
		first           int64
		complaint, veto int
	}{{"2020-01-01 00:00", 180, 5, 14}, {"2026-06-30 23:59", 180, 5, 14}, {"2026-07-01 00:00", 60, 3, 14}, {"2026-09-01 00:00", 180, 5, 20}} {
		got := l.At(clock(t, c.at).Unix())
		if got.Chat[0] != c.first || got.Case.Limit(CaseComplaint) != c.complaint || got.GapVeto != c.veto {
			t.Errorf("at %s: %+v", c.at, got)
		}
	}
	for _, bad := range []string{``, `[]`, `{"chat_s":[1,2]}`, `{"chat_s":[180,7200,86400,172801]}`, `{"expiry_s":1}`, `{"case":{"complaint":0}}`, `{"nonsense":1}`, `{"gap_amber_d":1}`} {
		if _, err := ParseLimits(bad); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
