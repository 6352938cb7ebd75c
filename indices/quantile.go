package indices

import (
	"encoding/json"
	"fmt"
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

const unanswered = "unanswered"

// MarshalJSON writes null, the seconds, or "unanswered".
func (q Quantile) MarshalJSON() ([]byte, error) {
	switch {
	case q.N == 0:
		return []byte("null"), nil
	case q.Unanswered:
		return json.Marshal(unanswered)
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
	case `"` + unanswered + `"`:
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

// histogram counts answers by whole seconds.
type histogram map[int64]int64

func (h histogram) add(counts []models.ResponseCount, firstOnly bool) {
	for _, c := range counts {
		if c.First || !firstOnly {
			h[c.Seconds] += c.Count
		}
	}
}

func (h histogram) sum() (n, seconds int64) {
	for sec, c := range h {
		n += c
		seconds += c * sec
	}
	return n, seconds
}

// quantile is the q-th percentile over n waits, of which those not in h are unanswered.
func (h histogram) quantile(q, n int64) Quantile {
	if n <= 0 {
		return Quantile{}
	}
	keys := make([]int64, 0, len(h))
	for sec := range h {
		keys = append(keys, sec)
	}
	slices.Sort(keys)
	rank, seen := NearestRank(q, n), int64(0)
	for _, sec := range keys {
		if seen += h[sec]; seen >= rank {
			return Quantile{N: n, Seconds: sec}
		}
	}
	return Quantile{N: n, Unanswered: true}
}
