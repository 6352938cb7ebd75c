package sheet

import (
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

// sheetNames are names for the accounts' sheets that Excel accepts and that differ.
func (x *figureBook) sheetNames() []string {
	used := map[string]bool{strings.ToLower(sheetComparison): true, strings.ToLower(sheetDefinitions): true}
	names := make([]string, len(x.book.Accounts))
	for i := range x.book.Accounts {
		base := strings.Map(func(r rune) rune {
			if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
				return '_'
			}
			return r
		}, x.book.Accounts[i].title())
		if base == "" {
			base = "账号"
		}
		name := cutName(base, "")
		for n := 2; used[strings.ToLower(name)]; n++ {
			name = cutName(base, " "+strconv.Itoa(n))
		}
		used[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

func cutName(base, tail string) string {
	runes := []rune(base)
	return string(runes[:min(len(runes), maxSheetName-len(tail))]) + tail
}

func (x *figureBook) sheet(name string) {
	if x.err == nil {
		_, err := x.file.NewSheet(name)
		x.keep(err)
	}
}

func (x *figureBook) account(name string, c *AccountFigures) {
	x.sheet(name)
	row := x.title(name, c.title()+"（"+c.Account+"）", c.Marks)
	x.widths(name, 34, 18, 9, 12, 12, 10, 60)
	x.head(name, row, "指标", "数值", "单位", "95% 下限", "95% 上限", "样本 n", "说明")
	x.freeze(name, row, 1)
	group := ""
	for i := range c.Figures {
		f := &c.Figures[i]
		row++
		if f.Group != group {
			group = f.Group
			x.band(name, row, 7, group)
			row++
		}
		x.put(name, 1, row, f.Name, style{})
		x.number(name, 2, row, f)
		x.put(name, 3, row, cellUnit(f.Unit), style{right: true, grey: true})
		for k, bound := range []*float64{f.Low, f.High} {
			if bound != nil {
				x.number(name, 4+k, row, &Figure{Unit: f.Unit, Value: bound})
			}
		}
		if f.N != nil {
			x.put(name, 6, row, *f.N, style{right: true, format: "#,##0"})
		}
		x.put(name, 7, row, f.Note, style{grey: true, wrap: true})
	}
	x.findings(name, row+1, c)
}

func (x *figureBook) findings(name string, row int, c *AccountFigures) {
	x.band(name, row, 7, "诊断与对策")
	for _, v := range c.Vetoes {
		row++
		x.put(name, 1, row, "单项否决", style{bold: true})
		x.put(name, 7, row, v, style{wrap: true})
	}
	for _, d := range c.Findings {
		row++
		x.put(name, 1, row, d.Name, style{})
		x.put(name, 2, row, d.State, style{right: true})
		text := strings.Join(d.Evidence, "\n")
		if d.Since != "" {
			text = d.Since + "\n" + text
		}
		if d.Countermeasure != "" {
			text += "\n对策：" + d.Countermeasure
		}
		x.put(name, 7, row, strings.TrimPrefix(text, "\n"), style{wrap: true})
		if lines := strings.Count(text, "\n") + 1; lines > 1 && x.err == nil {
			x.keep(x.file.SetRowHeight(name, row, float64(15*lines)))
		}
	}
}

func (x *figureBook) definitions() {
	x.sheet(sheetDefinitions)
	x.widths(sheetDefinitions, 26, 80, 44)
	for i, t := range []string{"指标", "定义", "依据"} {
		x.put(sheetDefinitions, i+1, 1, t, style{bold: true, fill: fillHead})
	}
	x.freeze(sheetDefinitions, 1, 1)
	for i, d := range x.book.Definitions {
		x.put(sheetDefinitions, 1, i+2, d.Name, style{bold: true})
		x.put(sheetDefinitions, 2, i+2, d.Text, style{wrap: true})
		x.put(sheetDefinitions, 3, i+2, d.Source, style{wrap: true, grey: true})
		lines := max(1, (textgrid.Cells(d.Text)+75)/76, (textgrid.Cells(d.Source)+39)/40)
		if x.err == nil {
			x.keep(x.file.SetRowHeight(sheetDefinitions, i+2, float64(16*lines)))
		}
	}
}
