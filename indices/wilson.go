package indices

import (
	"math"
	"strconv"
)

// z95 is the two-sided 95 % quantile of the standard normal distribution.
const z95 = 1.959963984540054

// Wilson returns the 95 % score interval of hits among n, in percent (E. B. Wilson, 1927,
// JASA 22:209-212). n must be positive.
func Wilson(hits, n int64) (low, high float64) {
	p, m := float64(hits)/float64(n), float64(n)
	z2 := z95 * z95
	centre := p + z2/(2*m)
	half := z95 * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	scale := 100 / (1 + z2/m)
	return max(0, (centre-half)*scale), min(100, (centre+half)*scale)
}

// Rate is a share in percent with its counts and its Wilson interval.
type Rate struct {
	Hits  int64    `json:"hits"`
	N     int64    `json:"n"`
	Value *float64 `json:"value"` // null without a denominator
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

// NewRate returns hits among n; without n there is no value, never 0.
func NewRate(hits, n int64) Rate {
	r := Rate{Hits: hits, N: n}
	if n > 0 {
		low, high := Wilson(hits, n)
		r.Value, r.Low, r.High = new(100*float64(hits)/float64(n)), &low, &high
	}
	return r
}

// absent is how a value that does not exist is printed.
const absent = "—"

// Number is a value for people: two decimals, or "—" when it does not exist.
func Number(v *float64) string {
	if v == nil {
		return absent
	}
	return strconv.FormatFloat(*v, 'f', 2, 64)
}
