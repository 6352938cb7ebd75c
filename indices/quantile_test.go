package indices

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQuantiles(t *testing.T) {
	five := histogram{60: 1, 120: 1, 300: 1, 600: 1, 3600: 1}
	for _, c := range []struct {
		h    histogram
		q, n int64
		want Quantile
		text string
	}{
		{five, 90, 5, Quantile{N: 5, Seconds: 3600}, "3600 s"},
		{five, 50, 5, Quantile{N: 5, Seconds: 300}, "300 s"},
		{five, 50, 10, Quantile{N: 10, Seconds: 3600}, "3600 s"},
		{five, 90, 10, Quantile{N: 10, Unanswered: true}, "≥48 h/未答"},
		{histogram{200000: 1}, 50, 1, Quantile{N: 1, Seconds: 200000}, "≥48 h/未答"},
		{histogram{}, 50, 1, Quantile{N: 1, Unanswered: true}, "≥48 h/未答"},
		{histogram{}, 50, 0, Quantile{}, "—"},
	} {
		got := c.h.quantile(c.q, c.n)
		if got != c.want || got.Text(172800) != c.text {
			t.Errorf("P%d of %d in %v: %+v %s", c.q, c.n, c.h, got, got.Text(172800))
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
