package report

import (
	"math"
	"strconv"
	"strings"
)

// Chart is a trend over equal steps of time.
type Chart struct {
	Title  string
	Unit   string // behind the numbers of the axis, may be ""
	Bars   bool   // bars from 0, else a line
	Points []Point
	// Bound is drawn as a dashed line, when there is one.
	Bound     *float64
	BoundName string
	// Top is the end of the axis; 0 = a round number above the largest value.
	Top float64
}

// Point is one step; without a value there is a gap, never a 0. Part is a step that is shorter than
// the others or not final (暂定): it is hatched and joined to no other.
type Point struct {
	Label string
	Value *float64
	Part  bool
}

// Size of a drawing, in the units of its view box.
const (
	chartWidth  = 360
	chartHeight = 112
	left        = 44
	right       = 8
	top         = 14
	bottom      = 20
	steps       = 4 // of the axis
)

// drawing is a chart as shapes.
type drawing struct {
	Width, Height int
	Left, Right   string
	Base          string // y of the axis
	Empty         bool
	Part          bool     // a point is one
	Hatch         []string // paths
	Grid          []mark
	Labels        []mark // of the steps of time
	Bars          []bar
	Lines         []string // points of polylines, without gaps
	Dots          []dot
	Values        []mark
	Bound         *mark
	Summary       string // for those who do not see it
}

type mark struct{ X, Y, Text string }

type bar struct {
	X, Y, W, H string
	Part       bool
}

type dot struct {
	X, Y string
	Part bool
}

// draw turns a chart into shapes.
func draw(c Chart) drawing {
	d := drawing{
		Width: chartWidth, Height: chartHeight, Left: coordinate(left), Right: coordinate(chartWidth - right),
		Base: coordinate(chartHeight - bottom), Empty: true,
	}
	for _, p := range c.Points {
		d.Empty = d.Empty && p.Value == nil
	}
	if d.Empty {
		return d
	}
	end := c.Top
	if end <= 0 {
		end = axisEnd(largest(&c))
	}
	s := scale{n: len(c.Points), end: end}
	for i := range steps + 1 {
		v := end * float64(i) / steps
		d.Grid = append(d.Grid, mark{coordinate(left - 5), coordinate(s.y(v)), short(v) + c.Unit})
	}
	if c.Bound != nil && *c.Bound <= end {
		d.Bound = &mark{coordinate(chartWidth - right), coordinate(s.y(*c.Bound)), c.BoundName}
	}
	d.points(&c, s)
	return d
}

// points places bars, lines, dots and labels.
func (d *drawing) points(c *Chart, s scale) {
	var line []string
	flush := func() {
		if len(line) > 1 {
			d.Lines = append(d.Lines, strings.Join(line, " "))
		}
		line = nil
	}
	every := (len(c.Points) + 6) / 7 // labels that fit side by side
	var said []string
	for i, p := range c.Points {
		x := s.x(i)
		if i%every == 0 {
			d.Labels = append(d.Labels, mark{coordinate(x), coordinate(chartHeight - 7), p.Label})
		}
		d.Part = d.Part || p.Part
		if p.Part {
			flush() // what is not whole makes no trend
			d.hatch(c, s, i)
		}
		if p.Value == nil {
			flush()
			said = append(said, p.Label+map[bool]string{false: " 无数据", true: " 未定稿"}[p.Part])
			continue
		}
		y := s.y(*p.Value)
		said = append(said, p.Label+" "+short(*p.Value)+c.Unit)
		d.Values = append(d.Values, mark{coordinate(x), coordinate(y - 5), short(*p.Value)})
		if c.Bars {
			w := s.barWidth()
			d.Bars = append(d.Bars, bar{coordinate(x - w/2), coordinate(y), coordinate(w), coordinate(chartHeight - bottom - y), p.Part})
			continue
		}
		if !p.Part {
			line = append(line, coordinate(x)+","+coordinate(y))
		}
		d.Dots = append(d.Dots, dot{coordinate(x), coordinate(y), p.Part})
	}
	flush()
	d.Summary = strings.Join(said, "；")
}

// hatch marks a part step: its bar, or the whole height where there is a line.
func (d *drawing) hatch(c *Chart, s scale, i int) {
	w, y := s.step()*.8, float64(top)
	if c.Bars {
		w, y = s.barWidth(), chartHeight-bottom
		if v := c.Points[i].Value; v != nil {
			y = s.y(*v)
		}
	}
	if path := hatched(s.x(i)-w/2, y, w, chartHeight-bottom-y); path != "" {
		d.Hatch = append(d.Hatch, path)
	}
}

// hatched are rising lines 5 apart inside a rectangle, as a path.
func hatched(x, y, w, h float64) string {
	const apart = 5
	var b strings.Builder
	for c := float64(apart); c < w+h; c += apart {
		x1, y1 := math.Max(0, c-h), math.Min(c, h) // from the lower left corner, rightwards and upwards
		x2, y2 := math.Min(c, w), math.Max(0, c-w)
		b.WriteString("M" + coordinate(x+x1) + " " + coordinate(y+y1) + "L" + coordinate(x+x2) + " " + coordinate(y+y2))
	}
	return b.String()
}

// scale maps steps and values to coordinates.
type scale struct {
	n   int
	end float64
}

func (s scale) step() float64 { return float64(chartWidth-left-right) / float64(max(s.n, 1)) }

func (s scale) barWidth() float64 { return math.Min(22, .62*s.step()) }

func (s scale) x(i int) float64 { return left + s.step()*(float64(i)+.5) }

func (s scale) y(v float64) float64 {
	share := math.Max(0, math.Min(1, v/s.end))
	return chartHeight - bottom - share*(chartHeight-top-bottom)
}

func largest(c *Chart) float64 {
	v := 0.0
	for _, p := range c.Points {
		if p.Value != nil {
			v = math.Max(v, *p.Value)
		}
	}
	if c.Bound != nil {
		v = math.Max(v, *c.Bound)
	}
	return v
}

// axisEnd is a round number not below v, divisible into steps that read well.
func axisEnd(v float64) float64 {
	if v <= 0 {
		return steps
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 4, 6, 8, 10} {
		if end := m * power; end >= v {
			return math.Max(end, .04)
		}
	}
	return 10 * power
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// short prints a number with as few digits as tell it apart on paper.
func short(v float64) string {
	switch {
	case v == math.Trunc(v):
		return strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}
