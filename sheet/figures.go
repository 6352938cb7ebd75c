package sheet

import (
	"strconv"
	"time"
)

// Unit says what the number of a figure means.
type Unit string

// The units. Percent values are 0 to 100.
const (
	UnitCount   Unit = "count"
	UnitPercent Unit = "percent"
	UnitSeconds Unit = "seconds"
	UnitDays    Unit = "days"
	UnitPoints  Unit = "points" // of an index, mostly 0 to 100
	UnitNumber  Unit = "number" // without a unit of its own
	UnitText    Unit = "text"
)

// Figure is one value of one account, ready to be written down. Without Value and Text it
// does not exist, and prints as "—", never as 0.
type Figure struct {
	Key   string // stable, for programs: "limits.172800.rate"
	Group string // heading in tables for people
	Name  string
	Unit  Unit
	Value *float64
	Text  string // instead of the number: "≥48 h/未答", "良"
	Raw   string // what CSV writes instead of Text, "" = Text
	// Low and High are the 95 % interval of a share, N its denominator; nil = none.
	Low, High *float64
	N         *int64
	Note      string
}

// AccountFigures is one account: its figures, in the same order as those of every other account,
// and what must be known to read them (暂定, 样本不足 ...).
type AccountFigures struct {
	Account  string
	Name     string
	Marks    []string
	Vetoes   []string
	Figures  []Figure
	Findings []Diagnosis
}

// Diagnosis is one problem that was looked for.
type Diagnosis struct {
	Name           string
	State          string // 未见异常, 无数据, or the severity
	Since          string // from when on, "" = it is not known
	Evidence       []string
	Countermeasure string
}

// Definition explains a figure and names its source.
type Definition struct{ Name, Text, Source string }

// Book is a set of accounts over one window.
type Book struct {
	Title          string
	FormulaVersion string
	Channel        string
	From, To       time.Time // To is the last second, AsOf while the window runs
	AsOf           time.Time
	Accounts       []AccountFigures
	Ranking        []Place
	RankingText    string
	Definitions    []Definition
	Hints          []string // what people may do where figures are missing
}

// Place is a line of the ranking; Place 0 is unranked, for the reason Why.
type Place struct {
	Place int
	Name  string
	Value *float64
	Why   string
}

// absent is how a value that does not exist is printed.
const absent = "—"

// Show is the figure for people: two decimals for shares and points, times as hours,
// minutes and seconds, "—" when there is none.
func (f *Figure) Show() string {
	switch {
	case f.Text != "":
		return f.Text
	case f.Value == nil:
		return absent
	}
	switch f.Unit {
	case UnitCount:
		return strconv.FormatFloat(*f.Value, 'f', 0, 64)
	case UnitPercent:
		return strconv.FormatFloat(*f.Value, 'f', 2, 64) + "%"
	case UnitSeconds:
		return showSeconds(*f.Value)
	case UnitDays:
		return strconv.FormatFloat(*f.Value, 'f', -1, 64) + " 天"
	default:
		return strconv.FormatFloat(*f.Value, 'f', 2, 64)
	}
}

// Interval is the 95 % interval for people, or "".
func (f *Figure) Interval() string {
	if f.Low == nil || f.High == nil {
		return ""
	}
	return strconv.FormatFloat(*f.Low, 'f', 1, 64) + "–" + strconv.FormatFloat(*f.High, 'f', 1, 64)
}

// showSeconds writes whole seconds with at most two units, largest first.
func showSeconds(v float64) string {
	sec := int64(v + .5)
	day, hour, minute := sec/86400, sec%86400/3600, sec%3600/60
	switch {
	case day > 0:
		return join(day, "天", hour, "小时")
	case hour > 0:
		return join(hour, "小时", minute, "分")
	case minute > 0:
		return join(minute, "分", sec%60, "秒")
	default:
		return strconv.FormatInt(sec, 10) + "秒"
	}
}

func join(a int64, unitA string, b int64, unitB string) string {
	s := strconv.FormatInt(a, 10) + unitA
	if b > 0 {
		s += strconv.FormatInt(b, 10) + unitB
	}
	return s
}

// UnitName is the unit for people, or "".
func (u Unit) UnitName() string {
	switch u {
	case UnitPercent:
		return "%"
	case UnitSeconds:
		return "秒"
	case UnitDays:
		return "天"
	case UnitPoints:
		return "分"
	default:
		return ""
	}
}

// Window is the window for people, its last day included; one that runs says until when.
func (b *Book) Window() string {
	zone := shanghai()
	text := b.From.In(zone).Format(time.DateOnly) + " 至 " + b.To.In(zone).Format(time.DateOnly)
	if !b.AsOf.After(b.To) {
		text += "（截至 " + b.AsOf.In(zone).Format("15:04") + "，未结束）"
	}
	return text
}

func (c *AccountFigures) title() string {
	if c.Name == "" {
		return c.Account
	}
	return c.Name
}
