package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// cellFormat is what a number of a cell is shown as.
type cellFormat struct {
	kind   formatKind
	digits int // of zeroes: how many
}

type formatKind int

const (
	formatGeneral formatKind = iota
	formatDate
	formatTime
	formatDateTime
	formatPercent
	formatZeroes // a number with leading zeroes
)

// readStyles reads the number formats of the cell styles.
func (b *workbook) readStyles(part string) error {
	var doc struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	r, err := b.open(part, false)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // read only
	if err := xml.NewDecoder(r).Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	own := make(map[int]cellFormat, len(doc.Formats))
	for _, f := range doc.Formats {
		own[f.ID] = formatOfCode(f.Code)
	}
	b.formats = make([]cellFormat, len(doc.Styles))
	for i, s := range doc.Styles {
		f, ok := own[s.ID]
		if !ok {
			f.kind = builtIn(s.ID)
		}
		b.formats[i] = f
	}
	return nil
}

// builtIn is the kind of a format that files refer to by number alone, those of Chinese
// editions among them (ECMA-376 part 1, 18.8.30).
func builtIn(id int) formatKind {
	switch {
	case id == 9 || id == 10:
		return formatPercent
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return formatDate
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return formatTime
	case id == 22:
		return formatDateTime
	}
	return formatGeneral
}

var (
	formatNoise  = regexp.MustCompile(`"[^"]*"|\\.|[_*].|\[[^\]]*\]`)
	formatPeriod = regexp.MustCompile(`(?i)am/pm|a/p|上午/下午`)
)

// formatOfCode tells the kind by the letters of a format code.
func formatOfCode(code string) cellFormat {
	elapsed := regexpElapsed.MatchString(code)
	bare := formatNoise.ReplaceAllString(code, "")
	bare, _, _ = strings.Cut(bare, ";")
	bare = strings.ToLower(formatPeriod.ReplaceAllString(bare, "h"))
	if bare == "general" || strings.Contains(bare, "e+") || strings.Contains(bare, "e-") {
		return cellFormat{}
	}
	day := strings.ContainsAny(bare, "ydeg") || strings.Contains(bare, "aaa")
	clock := strings.ContainsAny(bare, "hs") || elapsed
	if !clock && strings.Contains(bare, "m") {
		day = true
	}
	switch {
	case day && clock:
		return cellFormat{kind: formatDateTime}
	case day:
		return cellFormat{kind: formatDate}
	case clock:
		return cellFormat{kind: formatTime}
	case strings.Contains(bare, "%"):
		return cellFormat{kind: formatPercent}
	case len(bare) > 1 && strings.Trim(bare, "0") == "":
		return cellFormat{kind: formatZeroes, digits: len(bare)}
	}
	return cellFormat{}
}

var regexpElapsed = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)

// The problems of a number.
const (
	problemLongNumber = "是超过 15 位的数字，Excel 只保留前 15 位：请把这一列设为“文本”格式，再重新填写"
	problemNoDate     = "的格式是日期，但它的值不是日期"
)

// show is a number as the cell shows it, but dates and times in one form and whole.
func (f cellFormat) show(raw string, date1904 bool) (text, problem string) {
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return raw, ""
	}
	switch f.kind {
	case formatDate, formatTime, formatDateTime:
		return f.moment(v, date1904)
	case formatPercent:
		return decimal(v*100) + "%", ""
	}
	if math.Abs(v) >= 1e15 {
		return raw, problemLongNumber
	}
	text = decimal(v)
	if f.kind == formatZeroes && v == math.Trunc(v) && v >= 0 && len(text) < f.digits {
		text = strings.Repeat("0", f.digits-len(text)) + text
	}
	return text, ""
}

// decimal writes a number with the 15 digits that Excel holds, never as an exponent.
func decimal(v float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		rounded = v
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// moment is a number of days as date, time of day, or both where the number has both.
func (f cellFormat) moment(days float64, date1904 bool) (text, problem string) {
	const lastDay = 2958465 // 9999-12-31
	if days < 0 || days > lastDay+1 {
		return decimal(days), problemNoDate
	}
	whole := math.Floor(days)
	ms := int64(math.Round((days - whole) * 86_400_000))
	if f.kind == formatTime && whole == 0 {
		return time.UnixMilli(ms).UTC().Format("15:04:05.999"), ""
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case whole < 61: // Excel counts a 29 February 1900
		epoch = epoch.AddDate(0, 0, 1)
	}
	at := epoch.AddDate(0, 0, int(whole)).Add(time.Duration(ms) * time.Millisecond)
	if f.kind == formatDate && ms == 0 {
		return at.Format(time.DateOnly), ""
	}
	return at.Format("2006-01-02 15:04:05.999"), ""
}

// isErrorValue reports whether a cell holds what spreadsheets write where a formula fails or
// a column is too narrow.
func isErrorValue(s string) bool {
	switch s {
	case "#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!":
		return true
	}
	return len(s) > 2 && strings.Trim(s, "#") == ""
}

func problemErrorValue(s string) string {
	return "是错误值 " + s + "，请改正公式或直接填写内容"
}

// exponentForm is a number that a spreadsheet or a script has shortened; 1e5 may be a key of
// hexadecimal digits.
var exponentForm = regexp.MustCompile(`^[+-]?\d(?:(?:\.\d+)?[Ee][+-]\d{1,3}|\.\d+[Ee]\d{1,3})$`)

// spoiled says what a spreadsheet has done to a text of a CSV that can not be undone, or "".
func spoiled(s string) string {
	if s = tidy(s); s == "" || !strings.ContainsRune("#+-0123456789", rune(s[0])) {
		return "" // as nearly every cell
	}
	switch {
	case isErrorValue(s):
		return problemErrorValue(s)
	case strings.ContainsAny(s, "Ee") && exponentForm.MatchString(s):
		return "是 " + s + "，后面的位数已经丢失：请在 Excel 里把这一列设为“文本”格式，再重新填写"
	}
	return ""
}
