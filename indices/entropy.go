package indices

import (
	"maps"
	"math"
	"slices"
)

func shares(counts map[string]int64) map[string]float64 {
	total := int64(0)
	for _, n := range counts {
		total += n
	}
	p := make(map[string]float64, len(counts))
	for k, n := range counts {
		if total > 0 && n > 0 {
			p[k] = float64(n) / float64(total)
		}
	}
	return p
}

// Entropy returns H/ln K of a distribution over k topics (0 for fewer than two) and the
// largest share. It sums in the order of the names, so that it is the same every time.
func Entropy(p map[string]float64, k int) (entropy, top float64) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		x := p[name]
		top = math.Max(top, x)
		if x > 0 {
			entropy -= x * math.Log(x)
		}
	}
	if k < 2 {
		return 0, top
	}
	return entropy / math.Log(float64(k)), top
}

// Divergence is the Jensen-Shannon divergence in bits of two distributions, 0 to 1.
func Divergence(p, q map[string]float64) float64 {
	names := map[string]bool{}
	for k := range p {
		names[k] = true
	}
	for k := range q {
		names[k] = true
	}
	d := 0.0
	for _, k := range slices.Sorted(maps.Keys(names)) {
		a, b := p[k], q[k]
		mean := (a + b) / 2
		if a > 0 {
			d += a / 2 * math.Log2(a/mean)
		}
		if b > 0 {
			d += b / 2 * math.Log2(b/mean)
		}
	}
	return d
}
