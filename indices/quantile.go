package indices

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
)

// Quantile is a nearest-rank quantile of response times, in which a wait without an answer
// ranks as +∞. N = 0 means there is none.
type Quantile struct {
	N          int64
	Seconds    int64 // when answered
	Unanswered bool  // the rank fell on a wait without an answer
}

// UnansweredText stands for the seconds of a quantile that falls on a wait without an answer.
const UnansweredText = "unanswered"

// MarshalJSON writes null, the seconds, or "unanswered".
func (q Quantile) MarshalJSON() ([]byte, error) {
	switch {
	case q.N == 0:
		return []byte("null"), nil
	case q.Unanswered:
		return json.Marshal(UnansweredText)
	default:
		return strconv.AppendInt(nil, q.Seconds, 10), nil
	}
}

// UnmarshalJSON reads what MarshalJSON writes; N becomes 0 or 1, as it is not written.
func (q *Quantile) UnmarshalJSON(data []byte) error {
	*q = Quantile{}
	switch string(data) {
	case "null":
		return nil
	case `"` + UnansweredText + `"`:
		*q = Quantile{N: 1, Unanswered: true}
		return nil
	}
	q.N = 1
	if err := json.Unmarshal(data, &q.Seconds); err != nil {
		return fmt.Errorf("indices: read quantile: %w", err)
	}
	return nil
}

// Text is the quantile for people: "—", "≥48 h/未答" from last seconds on or without an
// answer, else the seconds.
func (q Quantile) Text(last int64) string {
	switch {
	case q.N == 0:
		return absent
	case q.Unanswered || q.Seconds >= last:
		return "≥" + strconv.FormatInt(last/3600, 10) + " h/未答"
	default:
		return strconv.FormatInt(q.Seconds, 10) + " s"
	}
}

// NearestRank is the nearest rank of the q-th percentile among n, counted from 1, in integers.
func NearestRank(q, n int64) int64 { return max(1, (q*n+99)/100) }

// histogram counts answers by seconds, or bands of seconds.
type histogram struct {
	bins       []bin // in order once sorted was called
	inOrder    bool
	n, seconds int64
}

// bin is a band of seconds, both ends included, and how many answers took so long.
type bin struct{ low, high, count int64 }

func (h *histogram) add(b *models.ResponseBand) {
	h.bins, h.inOrder = append(h.bins, bin{b.Low, b.High, b.Count}), false
	h.n += b.Count
	h.seconds += b.Seconds
}

// sorted are the bins by their lower ends, each once, a band before the seconds that lie in it.
func (h *histogram) sorted() []bin {
	if h.inOrder {
		return h.bins
	}
	slices.SortFunc(h.bins, func(a, b bin) int { return cmp.Or(cmp.Compare(a.low, b.low), cmp.Compare(b.high, a.high)) })
	once := h.bins[:0]
	for _, b := range h.bins {
		if last := len(once) - 1; last >= 0 && once[last].low == b.low && once[last].high == b.high {
			once[last].count += b.count
		} else {
			once = append(once, b)
		}
	}
	h.bins, h.inOrder = once, true
	return once
}

// quantile is the q-th percentile over n waits, of which those not in h are unanswered.
func (h *histogram) quantile(q, n int64) Quantile {
	if n <= 0 {
		return Quantile{}
	}
	return h.at(NearestRank(q, n), n)
}

// at is the wait of a rank among n, counted from 1.
func (h *histogram) at(rank, n int64) Quantile {
	seen := int64(0)
	for _, b := range h.sorted() {
		if seen += b.count; seen >= rank {
			return Quantile{N: n, Seconds: b.high}
		}
	}
	return Quantile{N: n, Unanswered: true}
}

// medianInterval is the 95 % interval of the median over n waits: the waits at the ranks n/2 ∓ 1.96·√n/2,
// the upper one plus 1, to the nearest (Campbell and Gardner, BMJ 296 (1988) 1454–1456,
// https://doi.org/10.1136/bmj.296.6634.1454). Fewer than six have none.
func (h *histogram) medianInterval(n int64) (low, high Quantile) {
	if n < 6 {
		return Quantile{}, Quantile{}
	}
	half, spread := float64(n)/2, 1.96*math.Sqrt(float64(n))/2
	return h.at(int64(math.Round(half-spread)), n), h.at(int64(math.Round(1+half+spread)), n)
}

// MedianInterval is over how many waits the median response time of in is, and its 95 % interval; with
// first of the first waits of sessions. Responses must be given second by second.
func MedianInterval(in *Inputs, first bool) (n int64, low, high Quantile) {
	t := newTally(in.limitsAtEnd(), &in.Sums, in.Responses, in.Live, in.AsOf.Unix())
	h, n := &t.all, t.need(lastLimit)
	if first {
		h, n = &t.first, t.firstNeed()
	}
	low, high = h.medianInterval(n)
	return n, low, high
}

// shown are the percentiles that reports show.
func shown() []int64 { return []int64{50, 90} }

// ranked returns the bands wider than a second in which the rank of a shown percentile over n
// waits falls: among the answers of the band and single answers that lie in it.
func (h *histogram) ranked(n int64) []bin {
	var out []bin
	bins := h.sorted()
	seen := int64(0)
	for i, b := range bins {
		inside := b.count
		for k := i + 1; k < len(bins) && b.high > b.low && bins[k].low <= b.high; k++ {
			inside += bins[k].count
		}
		for _, q := range shown() {
			if rank := NearestRank(q, n); n > 0 && b.high > b.low && rank > seen && rank <= seen+inside {
				out = append(out, b)
				break
			}
		}
		seen += b.count
	}
	return out
}

// Ranked returns the lower ends, sorted, of those bands in which the rank of a quantile that
// is shown falls. Such a band must be given to Compute second by second; of the others the
// seconds do not matter, only counts and sums. Bands must not overlap, and those of first
// waits must have the same bounds as the others.
func Ranked(limits *Limits, sums *models.WaitSums, bands []models.ResponseBand, live []models.Wait, asOf int64) []int64 {
	t := newTally(limits, sums, bands, live, asOf)
	var out []int64
	for _, b := range append(t.all.ranked(t.need(lastLimit)), t.first.ranked(t.firstNeed())...) {
		out = append(out, b.low)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
