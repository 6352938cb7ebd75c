package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/sheet"
)

func sample() *Document {
	return &Document{
		Title: "自查报告", Period: "2026 年第三季度", Window: "w", AsOf: "a", Formula: `f"</style><script>`,
		Overview: []Table{{Head: []string{"指标", "甲<b>"}, Rows: [][]string{{"RTI", "45.63"}}}},
		Accounts: []Account{{
			ID: "wx1", Name: "<img src=x onerror=alert(1)>", Marks: []string{"暂定"},
			Cards: []Card{{Name: "G", Value: "63.57", Remark: "不合格", Grey: true}}, Vetoes: []string{"V1 未更新"},
			Limits: []Limit{{Name: "48 小时", Due: "6", State: LimitMissed}, {Name: "办件", State: LimitNoData}, {Name: "2 小时", State: LimitMet}},
			Charts: []Chart{
				{Title: "诉求轮次", Bars: true, Points: []Point{{Label: "7/1", Value: new(3.)}, {Label: "7/5"}, {Label: "7/12", Value: new(2.), Part: true}}},
				{Title: "空", Points: []Point{{Label: "7/1"}}},
			},
			Groups:   []Group{{Name: "时限", Figures: []*sheet.Figure{{Name: "响应率", Unit: sheet.UnitPercent, Value: new(83.33), Low: new(43.6), High: new(97.0), N: new(int64(6))}}}},
			Findings: []Finding{{Diagnosis: sheet.Diagnosis{Name: "互动反馈少", State: "预警", Evidence: []string{"48 小时响应率低"}, Countermeasure: "值班"}, Level: "amber"}},
		}},
		Definitions: []sheet.Definition{{Name: "响应率", Text: "定义", Source: "依据"}},
	}
}

func TestPeriodName(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.ParseInLocation(time.DateOnly, s, indices.Shanghai())
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range [][3]string{
		{"2026-07-01", "2026-10-01", "2026 年第三季度"},
		{"2026-10-01", "2027-01-01", "2026 年第四季度"},
		{"2026-08-01", "2026-11-01", "2026-08-01 至 2026-10-31"},
		{"2026-02-01", "2026-03-01", "2026 年 2 月"},
		{"2026-07-01", "2026-08-01", "2026 年 7 月"},
		{"2026-07-02", "2026-07-03", "2026-07-02 至 2026-07-02"},
	} {
		if got := PeriodName(day(c[0]), day(c[1]).UTC()); got != c[2] {
			t.Errorf("%s to %s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, sample()); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		"<!doctype html>", `lang="zh-CN"`, "@page", "V1 未更新", "43.6–97.0", "值班", "本期无数据", "7/12", `class="tag red">未达标`,
		`class="tag ok">达标`, `class="tag none">无数据`, "counter(pages)", `class="card grey"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, bad := range []string{"<script", "<img", "ZgotmplZ", "甲<b>", "http://", "https://", "url(", "<no value>", "NaN", "%!"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if n := strings.Count(text, "</style>"); n != 1 {
		t.Errorf("%d ends of the style", n)
	}
	wellFormed(t, regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(text, -1))
}

func wellFormed(t *testing.T, drawings []string) {
	t.Helper()
	if len(drawings) != 2 {
		t.Fatalf("%d drawings", len(drawings))
	}
	for _, s := range drawings {
		d := xml.NewDecoder(strings.NewReader(s))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v in %s", err, s)
			}
		}
	}
}

func TestDraw(t *testing.T) {
	d := draw(Chart{Bound: new(80.), BoundName: "80%", Top: 100, Points: []Point{
		{Label: "a", Value: new(50.)}, {Label: "b", Value: new(100.)}, {Label: "c"}, {Label: "d", Value: new(0.)},
	}})
	if len(d.Lines) != 1 || strings.Count(d.Lines[0], ",") != 2 || len(d.Dots) != 3 || d.Bound == nil {
		t.Errorf("a gap is no 0: %+v", d)
	}
	if d.Dots[1].Y != coordinate(top) || d.Dots[2].Y != d.Base {
		t.Errorf("full marks at %s, none at %s", d.Dots[1].Y, d.Dots[2].Y)
	}
	if d.Summary != "a 50；b 100；c 无数据；d 0" {
		t.Errorf("summary %s", d.Summary)
	}
	if b := draw(Chart{Bars: true, Points: []Point{{Label: "a", Value: new(0.)}}}); b.Empty || b.Bars[0].H != "0.0" {
		t.Errorf("a 0 is a value: %+v", b)
	}
	long := Chart{}
	for range 60 {
		long.Points = append(long.Points, Point{Label: "1/1", Value: new(1.)})
	}
	if n := len(draw(long).Labels); n > 8 {
		t.Errorf("%d labels side by side", n)
	}
}

func TestAxisEndsRound(t *testing.T) {
	for v, want := range map[float64]float64{0: 4, .5: .6, 1: 1, 3: 4, 55: 60, 61: 80, 99: 100, 101: 200, 1234: 2000} {
		if got := axisEnd(v); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%v: %v, want %v", v, got, want)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWriteFails(t *testing.T) {
	if err := Write(fullDisk{}, sample()); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("got %v", err)
	}
}
