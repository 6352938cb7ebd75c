package indices

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func commonSpread() SpreadInput {
	return SpreadInput{
		Days: 7, Posts: 10,
		Total:     Vector{21000, 140, 210, 420},
		Headlines: Vector{14000, 84, 126, 280},
		Max:       Vector{6000, 40, 60, 150},
	}
}

func TestWCI(t *testing.T) {
	board := SpreadInput{Days: 1, Posts: 3, Total: Vector{Reads: 29396, Zaikan: 72}, Max: Vector{Reads: 22858, Zaikan: 49}}
	for _, c := range []struct {
		version SpreadVersion
		in      SpreadInput
		want    float64
	}{
		{WCI2, SpreadInput{Days: 1, Posts: 100, Total: Vector{Reads: 10000, Zaikan: 4000}, Max: Vector{Reads: 300, Zaikan: 60}}, 411.4875079},
		{WCI11, board, 812.0233948},
		{WCI12, commonSpread(), 549.027412},
		{WCI13, commonSpread(), 553.148468},
		{WCI14Three, commonSpread(), 689.724772},
		{WCI14Four, commonSpread(), 647.125461},
		{WCIProvincial, commonSpread(), 571.898068},
	} {
		got, _, ok := WCI(c.version, c.in)
		if !ok || math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%s: %.7f, want %.7f", c.version, got, c.want)
		}
	}
	exact := earlyWCI(board.Total, board.Total.over(3), board.Max, 10)
	if math.Abs(exact-812.0231742) > 1e-6 {
		t.Errorf("V11 with the exact mean: %.7f", exact)
	}
}

func TestWCILevels(t *testing.T) {
	for version, want := range map[SpreadVersion]Levels{
		WCI14Three: {7.625420, 7.269143, 7.204723, 8.318101},
		WCI14Four:  {7.384204, 7.028013, 6.963607, 8.110232},
	} {
		_, got, _ := WCI(version, commonSpread())
		for i, pair := range [][2]float64{
			{got.Overall, want.Overall},
			{got.Average, want.Average},
			{got.Head, want.Head},
			{got.Peak, want.Peak},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-6 {
				t.Errorf("%s level %d: %.6f, want %.6f", version, i, pair[0], pair[1])
			}
		}
	}
}

func TestWCIOfNothing(t *testing.T) {
	for _, v := range []SpreadVersion{WCI14Four, WCI14Three, WCI13, WCI12, WCI11, WCI2, WCIProvincial} {
		if got, _, ok := WCI(v, SpreadInput{Days: 7}); !ok || got != 0 {
			t.Errorf("%s: %v", v, got)
		}
	}
	if _, _, ok := WCI("V99", commonSpread()); ok {
		t.Error("there is no V99")
	}
}

func TestSpreadOf(t *testing.T) {
	if diff := cmp.Diff(commonSpread(), SpreadOf(toyArticles(t), 7)); diff != "" {
		t.Error(diff)
	}
}

func TestS100(t *testing.T) {
	for wci, want := range map[float64]float64{495.10: 70.36, 655: 80.93, 1117: 100, 647.125461: 80.44, 0: 0} {
		if got := S100(wci); math.Abs(got-want) > .005 {
			t.Errorf("S100(%v) = %.4f, want %v", wci, got, want)
		}
	}
}

func TestReadersAreLabelled(t *testing.T) {
	in := Inputs{Articles: toyArticles(t), Readers: true, From: clock(t, "2026-03-01 00:00"), To: clock(t, "2026-03-08 00:00")}
	in.AsOf = clock(t, "2026-03-10 00:00")
	if s := spread(&in); s.Label != "WCI-u" || s.Days != 7 {
		t.Errorf("%+v", s)
	}
}

func TestSpread_DaysToComeAreNoDays(t *testing.T) {
	today := Inputs{Articles: toyArticles(t), From: clock(t, "2026-03-01 00:00"), To: clock(t, "2026-03-06 00:00"), AsOf: clock(t, "2026-03-05 12:00")}
	quarter := today
	quarter.To = clock(t, "2026-04-01 00:00")
	if a, b := spread(&today), spread(&quarter); a.Days != 5 || b.Days != 5 || *a.S100 != *b.S100 {
		t.Errorf("to today %v days, S100 %v; to the end of the quarter %v days, %v", a.Days, *a.S100, b.Days, *b.S100)
	}
}

func TestCoverage(t *testing.T) {
	for permille, want := range map[float64]float64{10: 51.957, 100: 100, 500: 100, 0: 0} {
		if got := Coverage(permille); math.Abs(got-want) > .0005 {
			t.Errorf("%v‰: %v, want %v", permille, got, want)
		}
	}
	in := Inputs{Followers: 100, ActiveCitizens: 50, Permille30: []float64{5, 15}}
	near(t, "mean of windows", Compute(&in).Interaction.Coverage, 51.957, .0005)
}
