package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

const (
	nameCells   = 30 // of the first column
	figureCells = 22 // of an account
	perBlock    = (columns100 - nameCells) / (figureCells + 1)
)

// WriteFiguresTable writes a book for a terminal of 100 columns, accounts side by side, as
// many as fit at a time.
func WriteFiguresTable(w io.Writer, b *Book) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s\n统计窗口 %s（%s）  截至 %s  公式 %s\n", b.Title, b.Window(), b.Channel,
		b.AsOf.In(shanghai()).Format(plainTime), b.FormulaVersion)
	out.WriteString("“—”为没有数据；括号内为威尔逊 95% 置信区间\n")
	for start := 0; start < len(b.Accounts); start += perBlock {
		tableBlock(&out, b.Accounts[start:min(start+perBlock, len(b.Accounts))])
	}
	for i := range b.Accounts {
		tableFindings(&out, &b.Accounts[i])
	}
	tableRanking(&out, b)
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("sheet: write figures: %w", err)
	}
	return nil
}

func tableBlock(out *bytes.Buffer, accounts []AccountFigures) {
	line := func(name string, cell func(c *AccountFigures) string) {
		out.WriteString(strings.TrimRight(tableLine(name, accounts, cell), " ") + "\n")
	}
	out.WriteString("\n")
	line("", func(c *AccountFigures) string { return c.title() })
	line("", func(c *AccountFigures) string {
		if len(c.Marks) == 0 {
			return ""
		}
		return "【" + strings.Join(c.Marks, "·") + "】"
	})
	if len(accounts) == 0 {
		return
	}
	group := ""
	for i := range accounts[0].Figures {
		f := &accounts[0].Figures[i]
		if f.Group != group {
			group = f.Group
			fmt.Fprintf(out, "── %s %s\n", group, strings.Repeat("─", max(0, columns100-4-cellsOf(group))))
		}
		line("  "+f.Name, func(c *AccountFigures) string {
			text := c.Figures[i].Show()
			if interval := c.Figures[i].Interval(); interval != "" {
				text += " (" + interval + ")"
			}
			return text
		})
	}
	line("  单项否决", func(c *AccountFigures) string {
		if len(c.Vetoes) == 0 {
			return "无"
		}
		return strconv.Itoa(len(c.Vetoes)) + " 项"
	})
}

func tableLine(name string, accounts []AccountFigures, cell func(c *AccountFigures) string) string {
	var b strings.Builder
	b.WriteString(pad(name, nameCells, false))
	for i := range accounts {
		b.WriteString(" " + pad(cell(&accounts[i]), figureCells, true))
	}
	return b.String()
}

func tableFindings(out *bytes.Buffer, c *AccountFigures) {
	fmt.Fprintf(out, "\n%s 诊断\n", c.title())
	for _, v := range c.Vetoes {
		fmt.Fprintf(out, "  单项否决：%s\n", v)
	}
	for _, d := range c.Findings {
		fmt.Fprintf(out, "  %s %s\n", pad(d.Name, 14, false), d.State)
		for _, e := range d.Evidence {
			fmt.Fprintf(out, "    · %s\n", e)
		}
		if d.Countermeasure != "" {
			fmt.Fprintf(out, "    对策：%s\n", d.Countermeasure)
		}
	}
}

func tableRanking(out *bytes.Buffer, b *Book) {
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
		fmt.Fprintf(out, "  %s %s  %s\n", pad(place, 10, false), pad(f.Show(), 8, true), strings.TrimRight(pad(p.Name, columns100-25, false), " "))
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
// value does not exist. The day of the column to is not included.
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
