package indices

import "math"

// SpreadVersion names a formula of the WeChat communication index WCI.
type SpreadVersion string

// The versions of section 4.4 of the metrics. The numerals of V13 and the levels of the
// provincial variant are unconfirmed.
const (
	WCI2          SpreadVersion = "V2.0"
	WCI11         SpreadVersion = "V11"
	WCI12         SpreadVersion = "V12.0"
	WCI13         SpreadVersion = "V13.0"
	WCI14Three    SpreadVersion = "V14.2/3"
	WCI14Four     SpreadVersion = "V14.2/4"
	WCIProvincial SpreadVersion = "浙江2024"
	DefaultSpread               = WCI14Four
)

// Vector is one value for each of reads, 在看 (before 2018: likes), 点赞 and 转发.
type Vector struct{ Reads, Zaikan, Likes, Shares float64 }

func (v Vector) over(n float64) Vector {
	if n <= 0 {
		return Vector{}
	}
	return Vector{v.Reads / n, v.Zaikan / n, v.Likes / n, v.Shares / n}
}

// SpreadInput is what the articles of a window add up to.
type SpreadInput struct {
	Days      float64
	Posts     int
	Total     Vector
	Headlines Vector // totals of first articles (头条)
	Max       Vector // best single post, each component by itself
}

// SpreadOf adds up articles over so many days.
func SpreadOf(articles []Article, days float64) SpreadInput {
	in := SpreadInput{Days: days, Posts: len(articles)}
	for i := range articles {
		a := &articles[i]
		v := Vector{float64(a.Reads), float64(a.Zaikan), float64(a.Likes), float64(a.Shares)}
		in.Total = in.Total.plus(v)
		if a.Headline {
			in.Headlines = in.Headlines.plus(v)
		}
		in.Max = Vector{
			max(in.Max.Reads, v.Reads), max(in.Max.Zaikan, v.Zaikan), max(in.Max.Likes, v.Likes), max(in.Max.Shares, v.Shares),
		}
	}
	return in
}

func (v Vector) plus(w Vector) Vector {
	return Vector{v.Reads + w.Reads, v.Zaikan + w.Zaikan, v.Likes + w.Likes, v.Shares + w.Shares}
}

// Spread is the spread index 传播指数: WCI, the logs it is made of and its image on 0-100.
type Spread struct {
	WCI     *float64      `json:"wci"`
	Version SpreadVersion `json:"version"`
	Label   string        `json:"label"` // "WCI", or "WCI-u" when counted in readers: never set beside public boards
	Overall *float64      `json:"o"`     // totals per day
	Average *float64      `json:"a"`     // per post
	Head    *float64      `json:"h"`     // headlines per day
	Peak    *float64      `json:"p"`     // maxima
	S100    *float64      `json:"s100"`
	Posts   int           `json:"posts"`
	Days    float64       `json:"days"`
}

func spread(in *Inputs) Spread {
	version := in.SpreadBy
	if version == "" {
		version = DefaultSpread
	}
	s := Spread{Version: version, Label: "WCI"}
	if in.Readers {
		s.Label = "WCI-u"
	}
	days := float64(in.lastDay() - dayOf(in.From.Unix()) + 1)
	if in.Articles == nil || days < 1 {
		return s
	}
	input := SpreadOf(in.Articles, days)
	wci, levels, ok := WCI(version, input)
	if !ok {
		return s
	}
	s.WCI, s.S100, s.Posts, s.Days = &wci, new(S100(wci)), input.Posts, days
	if levels != nil {
		s.Overall, s.Average, s.Head, s.Peak = &levels.Overall, &levels.Average, &levels.Head, &levels.Peak
	}
	return s
}

// Levels are the logs O, A, H and P of a WCI from V13 on.
type Levels struct{ Overall, Average, Head, Peak float64 }

// weights are the shares of reads, 在看, 点赞 and 转发 inside one level.
type weights struct{ reads, zaikan, likes, shares float64 }

func (w weights) part(v Vector) float64 {
	return w.reads*math.Log(v.Reads+1) + w.zaikan*math.Log(10*v.Zaikan+1) +
		w.likes*math.Log(10*v.Likes+1) + w.shares*math.Log(10*v.Shares+1)
}

func (w weights) levels(in SpreadInput) Levels {
	return Levels{
		Overall: w.part(in.Total.over(in.Days)), Average: w.part(in.Total.over(float64(in.Posts))),
		Head: w.part(in.Headlines.over(in.Days)), Peak: w.part(in.Max),
	}
}

// WCI returns the index by one version, and its levels from V13 on; false for a version that
// does not exist. Sources: V2.0 http://www.gulangu.com/a/344.html, V13.0
// https://zhangjunbk.com/article/28649, V14.2 http://m.weizhi.cc/tech/detail-262353.html (whose
// last coefficient is a misprint of .06) and 清博's formula page.
func WCI(version SpreadVersion, in SpreadInput) (float64, *Levels, bool) {
	two := weights{reads: .85, zaikan: .15}
	var l Levels
	switch version {
	case WCI2:
		return earlyWCI(in.Total, in.Total.over(float64(in.Posts)), in.Max, 1), nil, true
	case WCI11:
		return earlyWCI(in.Total, boardAverage(in), in.Max, 10), nil, true
	case WCI12:
		return earlyWCI(in.Total.over(in.Days), boardAverage(in), in.Max, 10), nil, true
	case WCI13:
		l = two.levels(in)
		return 10 * square(.3*l.Overall+.3*l.Average+.3*l.Head+.1*l.Peak), &l, true
	case WCI14Three:
		l = weights{reads: .85, zaikan: .09, likes: .06}.levels(in)
	case WCI14Four:
		l = weights{reads: .70, zaikan: .09, likes: .06, shares: .15}.levels(in)
	case WCIProvincial:
		l = two.levels(in)
		return 10 * square(.42*l.Overall+.42*l.Average+.16*l.Peak), &l, true
	default:
		return 0, nil, false
	}
	return 12 * square(.6*l.Overall+.2*l.Average+.1*l.Head+.1*l.Peak), &l, true
}

// boardAverage is the mean per post as the boards of 2016 and 2017 took it: reads rounded to 0.1.
func boardAverage(in SpreadInput) Vector {
	v := in.Total.over(float64(in.Posts))
	v.Reads = math.Round(10*v.Reads) / 10
	return v
}

// earlyWCI is V2.0 to V12: reads to 80 %, 在看 (then likes) to 20 %, these times factor.
func earlyWCI(total, average, best Vector, factor float64) float64 {
	level := func(a, b, c float64) float64 {
		return .40*math.Log(a+1) + .45*math.Log(b+1) + .15*math.Log(c+1)
	}
	reads := level(total.Reads, average.Reads, best.Reads)
	likes := level(factor*total.Zaikan, factor*average.Zaikan, factor*best.Zaikan)
	return 10 * square(.8*reads+.2*likes)
}

func square(x float64) float64 { return x * x }

// S100 maps a WCI to 0-100. The root undoes the square of WCI, so that points are linear in
// log-reads; the constant 1000 is ours, anchored at http://kmf.ac.cn/p/170/.
func S100(wci float64) float64 { return math.Min(100, 100*math.Sqrt(math.Max(0, wci)/1000)) }
