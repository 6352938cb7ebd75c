package indices

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

// seconds is a histogram of single answers.
func seconds(list ...int64) *histogram {
	h := &histogram{}
	for _, sec := range list {
		h.add(&models.ResponseBand{Low: sec, High: sec, Count: 1, Seconds: sec})
	}
	return h
}

// coarse puts answers into bands of width seconds, but those whose lower ends are fine.
func coarse(list []models.ResponseBand, width int64, fine []int64) []models.ResponseBand {
	var out []models.ResponseBand
	wide := map[models.ResponseBand]*models.ResponseBand{}
	for _, b := range list {
		low := b.Low / width * width
		if slices.Contains(fine, low) {
			out = append(out, b)
			continue
		}
		k := models.ResponseBand{First: b.First, Low: low, High: low + width - 1}
		if wide[k] == nil {
			wide[k] = new(k)
		}
		wide[k].Count += b.Count
		wide[k].Seconds += b.Seconds
	}
	for _, b := range wide {
		out = append(out, *b)
	}
	return out
}

// A report from bands, of which only those that Ranked names are known second by second, is
// the report from all seconds.
func TestBandsGiveTheSameReport(t *testing.T) {
	limits := DefaultLimits()
	rapid.Check(t, func(t *rapid.T) {
		exact := Inputs{AsOf: time.Unix(1_772_413_200, 0), Backlog: []models.Wait{}}
		exact.Live = Rebuild(drawRows(t), &limits, nil)
		for range rapid.IntRange(0, 30).Draw(t, "answers") {
			sec := rapid.Int64Range(0, 90).Draw(t, "sec")
			n := rapid.Int64Range(1, 4).Draw(t, "count")
			b := models.ResponseBand{First: rapid.Bool().Draw(t, "first"), Low: sec, High: sec, Count: n, Seconds: n * sec}
			exact.Responses = append(exact.Responses, b)
			exact.Sums.Human += n
		}
		exact.Sums.Opened = exact.Sums.Human
		exact.Sums.Expired = rapid.Int64Range(0, 30).Draw(t, "expired")
		exact.Sums.FirstLost = rapid.Int64Range(0, exact.Sums.Expired).Draw(t, "first lost")
		width := rapid.Int64Range(2, 40).Draw(t, "width")
		banded := exact
		banded.Responses = coarse(exact.Responses, width, nil)
		fine := Ranked(&limits, &banded.Sums, banded.Responses, banded.Live, exact.AsOf.Unix())
		if len(fine) > 2*len(shown()) {
			t.Fatalf("%d bands for %d quantiles", len(fine), 2*len(shown()))
		}
		banded.Responses = coarse(exact.Responses, width, fine)
		if diff := cmp.Diff(Compute(&exact), Compute(&banded)); diff != "" {
			t.Fatalf("bands %v fine (-seconds +bands):\n%s", fine, diff)
		}
	})
}

func TestQuantiles(t *testing.T) {
	five := seconds(60, 120, 300, 600, 3600)
	for _, c := range []struct {
		h    *histogram
		q, n int64
		want Quantile
		text string
	}{
		{five, 90, 5, Quantile{N: 5, Seconds: 3600}, "3600 s"},
		{five, 50, 5, Quantile{N: 5, Seconds: 300}, "300 s"},
		{five, 50, 10, Quantile{N: 10, Seconds: 3600}, "3600 s"},
		{five, 90, 10, Quantile{N: 10, Unanswered: true}, "≥48 h/未答"},
		{seconds(200000), 50, 1, Quantile{N: 1, Seconds: 200000}, "≥48 h/未答"},
		{seconds(), 50, 1, Quantile{N: 1, Unanswered: true}, "≥48 h/未答"},
		{seconds(), 50, 0, Quantile{}, "—"},
	} {
		got := c.h.quantile(c.q, c.n)
		if got != c.want || got.Text(172800) != c.text {
			t.Errorf("P%d of %d in %v: %+v %s", c.q, c.n, c.h.bins, got, got.Text(172800))
		}
		data, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var back Quantile
		if err := json.Unmarshal(data, &back); err != nil || back.Seconds != got.Seconds || back.Unanswered != got.Unanswered {
			t.Errorf("%s: %+v, %v", data, back, err)
		}
	}
	for _, c := range [][3]int64{{50, 5, 3}, {90, 5, 5}, {90, 10, 9}, {50, 1, 1}, {100, 7, 7}} {
		if got := NearestRank(c[0], c[1]); got != c[2] {
			t.Errorf("P%d of %d: rank %d, want %d", c[0], c[1], got, c[2])
		}
	}
	var q Quantile
	if err := json.Unmarshal([]byte(`"soon"`), &q); err == nil {
		t.Error("read a quantile of words")
	}
}

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		hits, n   int64
		low, high float64
	}{{4, 6, 30.0, 90.3}, {90, 100, 82.6, 94.5}, {5, 6, 43.6, 97.0}} {
		low, high := Wilson(c.hits, c.n)
		if math.Abs(low-c.low) > .05 || math.Abs(high-c.high) > .05 {
			t.Errorf("%d/%d: %.2f to %.2f", c.hits, c.n, low, high)
		}
	}
	if low, high := Wilson(0, 3); low != 0 || high >= 100 {
		t.Errorf("0/3: %v to %v", low, high)
	}
	if diff := cmp.Diff(Rate{}, NewRate(0, 0)); diff != "" {
		t.Error(diff)
	}
	if Number(nil) != "—" || Number(new(45.63062)) != "45.63" {
		t.Error("a value that does not exist prints as a dash, others with two decimals")
	}
}

func TestMedianInterval(t *testing.T) {
	var hundred []int64
	for sec := range int64(100) {
		hundred = append(hundred, sec+1)
	}
	answered := func(n, sec int64) Quantile { return Quantile{N: n, Seconds: sec} }
	for _, tt := range []struct {
		name      string
		list      []int64
		n         int64
		low, high Quantile
	}{
		{"a hundred", hundred, 100, answered(100, 40), answered(100, 61)},
		{"six", []int64{10, 20, 30, 40, 50, 60}, 6, answered(6, 10), answered(6, 60)},
		{"five", []int64{10, 20, 30, 40, 50}, 5, Quantile{}, Quantile{}},
		{"half unanswered", []int64{10, 20, 30, 40}, 8, answered(8, 10), Quantile{N: 8, Unanswered: true}},
	} {
		low, high := seconds(tt.list...).medianInterval(tt.n)
		if low != tt.low || high != tt.high {
			t.Errorf("%s: %+v to %+v, want %+v to %+v", tt.name, low, high, tt.low, tt.high)
		}
	}
}
