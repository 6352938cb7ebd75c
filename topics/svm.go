package topics

import (
	"math"
	"math/rand/v2"
	"sync"
)

// sample is one text as a vector of length 1.
type sample struct {
	label int32
	term  []int32
	value []float64
}

func newSample(label int32, list []found, factors []float64) sample {
	s := sample{label: label}
	norm := 0.0
	for _, f := range list {
		v := f.count * factors[f.word]
		if v == 0 {
			continue
		}
		s.term, s.value = append(s.term, f.word), append(s.value, v)
		norm += v * v
	}
	norm = math.Sqrt(norm)
	for i := range s.value {
		s.value[i] /= norm
	}
	return s
}

// trainAll learns one machine per topic against all others, side by side.
func trainAll(rows []sample, terms int, perTopic []float64) [][]float64 {
	out := make([][]float64, len(perTopic))
	var all sync.WaitGroup
	for topic := range perTopic {
		all.Go(func() { out[topic] = trainOne(rows, terms, int32(topic), perTopic[topic]) }) //nolint:gosec // a few topics
	}
	all.Wait()
	return out
}

const (
	svmCost   = 0.5
	svmRounds = 40
	svmEnough = 0.01 // the largest step of a round at which learning has settled
)

// trainOne solves the L2-regularised, squared-hinge support vector machine by dual
// coordinate descent (Hsieh et al. 2008, https://doi.org/10.1145/1390156.1390208, the
// method of LIBLINEAR). Faults on the topic's own texts cost more the fewer they are.
func trainOne(rows []sample, terms int, topic int32, own float64) []float64 {
	w := make([]float64, terms)
	alpha := make([]float64, len(rows))
	rng := rand.New(rand.NewPCG(1, uint64(topic))) //nolint:gosec // repeatable, not secret
	order := rng.Perm(len(rows))
	heavy := svmCost * (float64(len(rows)) - own) / max(own, 1)
	for range svmRounds {
		rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		largest := 0.0
		for _, i := range order {
			row := &rows[i]
			if len(row.term) == 0 {
				continue
			}
			y, cost := -1.0, svmCost
			if row.label == topic {
				y, cost = 1, max(heavy, svmCost/10)
			}
			largest = max(largest, row.step(w, &alpha[i], y, 1/(2*cost)))
		}
		if largest < svmEnough {
			break
		}
	}
	return w
}

// step improves one dual variable and returns the size of its projected gradient.
func (s *sample) step(w []float64, alpha *float64, y, soft float64) float64 {
	sum := 0.0
	for j, t := range s.term {
		sum += w[t] * s.value[j]
	}
	gradient := y*sum - 1 + soft**alpha
	if *alpha == 0 && gradient >= 0 {
		return 0
	}
	next := max(*alpha-gradient/(1+soft), 0)
	delta := (next - *alpha) * y
	*alpha = next
	for j, t := range s.term {
		w[t] += delta * s.value[j]
	}
	return math.Abs(gradient)
}
