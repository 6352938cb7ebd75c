package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

// Cells of a table on a terminal.
const (
	nameCells      = 30 // of the first column
	figureCells    = 22 // of an account, at least
	maxFigureCells = 30
	leastColumns   = nameCells + 1 + figureCells
)

// screen is a terminal of so many columns, divided among the accounts side by side.
type screen struct{ columns, perBlock, cells int }

func newScreen(columns, accounts int) screen {
	s := screen{columns: max(columns, leastColumns)}
	s.perBlock = max(1, min(accounts, (s.columns-nameCells)/(figureCells+1)))
	s.cells = min(maxFigureCells, (s.columns-nameCells)/s.perBlock-1)
	return s
}

// used is the width of a block of so many accounts.
func (s screen) used() int { return nameCells + s.perBlock*(s.cells+1) }

// WriteFiguresTable writes a book for a terminal of so many columns, accounts side by side,
// as many as fit at a time.
func WriteFiguresTable(w io.Writer, b *Book, columns int) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s\n统计窗口 %s（%s）\n数据截至 %s  公式 %s\n", b.Title, b.Window(), b.Channel,
		b.AsOf.In(shanghai()).Format(plainTime), b.FormulaVersion)
	out.WriteString("“—”为没有数据；括号内为威尔逊 95% 置信区间\n")
	s := newScreen(columns, len(b.Accounts))
	for start := 0; start < len(b.Accounts); start += s.perBlock {
		s.block(&out, b.Accounts[start:min(start+s.perBlock, len(b.Accounts))])
	}
	for i := range b.Accounts {
		s.findings(&out, &b.Accounts[i])
	}
	s.ranking(&out, b)
	tableHints(&out, b)
	if _, err := io.WriteString(w, textgrid.Fold(out.String(), s.columns)); err != nil {
		return fmt.Errorf("sheet: write figures: %w", err)
	}
	return nil
}

// tableHints says what would fill the gaps.
func tableHints(out *bytes.Buffer, b *Book) {
	if len(b.Hints) == 0 {
		return
	}
	out.WriteString("\n提示\n")
	for _, h := range b.Hints {
		fmt.Fprintf(out, "  · %s\n", h)
	}
}

func (s screen) block(out *bytes.Buffer, accounts []AccountFigures) {
	line := func(name string, cell func(c *AccountFigures) string) {
		out.WriteString(strings.TrimRight(s.line(name, accounts, cell), " ") + "\n")
	}
	out.WriteString("\n")
	for row, more := 0, true; more; row++ { // names that do not fit go on below
		more = false
		line("", func(c *AccountFigures) string {
			parts := textgrid.Lines(c.title(), s.cells)
			more = more || row+1 < len(parts)
			if row >= len(parts) {
				return ""
			}
			return parts[row]
		})
	}
	line("", func(c *AccountFigures) string {
		if len(c.Marks) == 0 {
			return ""
		}
		return "【" + strings.Join(c.Marks, "·") + "】"
	})
	group := ""
	for i := range accounts[0].Figures {
		f := &accounts[0].Figures[i]
		if f.Group != group {
			group = f.Group
			fmt.Fprintf(out, "── %s %s\n", group, strings.Repeat("─", max(0, s.used()-4-textgrid.Cells(group))))
		}
		line("  "+f.Name, func(c *AccountFigures) string {
			text := c.Figures[i].Show()
			if interval := c.Figures[i].Interval(); interval != "" {
				text += " (" + interval + ")"
			}
			return text
		})
	}
}

func (s screen) line(name string, accounts []AccountFigures, cell func(c *AccountFigures) string) string {
	var b strings.Builder
	b.WriteString(textgrid.Pad(name, nameCells, false))
	for i := range accounts {
		b.WriteString(" " + textgrid.Pad(cell(&accounts[i]), s.cells, true))
	}
	return b.String()
}

func (s screen) findings(out *bytes.Buffer, c *AccountFigures) {
	fmt.Fprintf(out, "\n%s 诊断\n", textgrid.Cut(c.title(), s.columns-5))
	for _, v := range c.Vetoes {
		fmt.Fprintf(out, "  单项否决：%s\n", v)
	}
	for _, d := range c.Findings {
		since := ""
		if d.Since != "" {
			since = "，" + d.Since
		}
		fmt.Fprintf(out, "  %s %s%s\n", textgrid.Pad(d.Name, 14, false), d.State, since)
		for _, e := range d.Evidence {
			fmt.Fprintf(out, "    · %s\n", e)
		}
		if d.Countermeasure != "" {
			fmt.Fprintf(out, "    对策：%s\n", d.Countermeasure)
		}
	}
}

func (s screen) ranking(out *bytes.Buffer, b *Book) {
	if len(b.Accounts) < 2 {
		return
	}
	out.WriteString("\n排名\n")
	for _, p := range b.Ranking {
		f := Figure{Unit: UnitPoints, Value: p.Value}
		place := p.Why
		if p.Place > 0 {
			place = "第 " + strconv.Itoa(p.Place) + " 名"
		}
		fmt.Fprintf(out, "  %s %s  %s\n", textgrid.Pad(place, 10, false), textgrid.Pad(f.Show(), 8, true), textgrid.Cut(p.Name, s.columns-23))
	}
	if b.RankingText != "" {
		fmt.Fprintf(out, "  %s\n", b.RankingText)
	}
}

// FigureColumns are the columns of the figures CSV, one row for each account and figure.
func FigureColumns() []string {
	return []string{
		"account", "name", "from", "to", "as_of", "formula_version", "marks",
		"metric", "title", "unit", "value", "low", "high", "n", "note",
	}
}

// WriteFiguresCSV writes one row for each account and figure: values in full, "" where a
// value does not exist. The days of the columns from and to are included.
func WriteFiguresCSV(w io.Writer, b *Book) error {
	rows := rowWriter{w: w}
	rows.begin()
	rows.row(FigureColumns())
	zone := shanghai()
	for i := range b.Accounts {
		c := &b.Accounts[i]
		for j := range c.Figures {
			f := &c.Figures[j]
			rows.row([]string{
				c.Account, c.Name, b.From.In(zone).Format(time.DateOnly), b.To.In(zone).Format(time.DateOnly),
				b.AsOf.In(zone).Format(time.RFC3339), b.FormulaVersion, strings.Join(c.Marks, "|"),
				f.Key, f.Name, string(f.Unit), f.plain(), plainNumber(f.Low), plainNumber(f.High), plainCount(f.N), f.Note,
			})
		}
	}
	return rows.flush()
}

func (f *Figure) plain() string {
	switch {
	case f.Raw != "":
		return f.Raw
	case f.Value != nil:
		return plainNumber(f.Value)
	default:
		return f.Text
	}
}

func plainNumber(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func plainCount(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}
