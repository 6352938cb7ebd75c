package bot

import (
	"cmp"
	"math"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// Labelled is a text whose topic is known.
type Labelled struct {
	Topic string
	Text  string
}

// What LearnTopics keeps and how it weighs.
const (
	maxTerms      = 4000  // keywords kept in all
	maxWeights    = 10000 // weights kept in all: a keyword speaks of two or three topics
	saturation    = 12    // see Topics.Saturation
	singleShare   = 0.7   // single characters are less sure than words
	leastLabelled = 2     // topics needed
)

// LearnTopics finds keywords and weights from texts with known topics: a linear support
// vector machine over word-like pieces of text, weighed by how unevenly they fall on the
// topics; the best 4,000 are kept and learned again alone. The same rows give the same
// result. It takes seconds for thousands of rows. The error is a *models.Error when fewer
// than two topics or no keywords are found.
func LearnTopics(rows []Labelled) (*Topics, error) {
	l := newLearner(rows)
	if len(l.names) < leastLabelled {
		return nil, models.NewError(models.CodeInvalid, "至少需要两个主题的样例，每行写 topic 和 text（或 detail）")
	}
	if len(l.terms) == 0 {
		return nil, models.NewError(models.CodeInvalid, "样例太少或太短，找不到反复出现的词，请增加样例")
	}
	all := l.train(l.factors())
	l.keep(all)
	return l.topics(l.train(l.factors())), nil
}

type learner struct {
	names   []string
	labels  []int32
	texts   [][]rune
	terms   []term
	counts  [][]found // by text: terms and how often they occur
	perName []float64 // texts of every topic
}

func newLearner(rows []Labelled) *learner {
	l := &learner{}
	for _, r := range rows {
		if r.Topic != "" && !slices.Contains(l.names, r.Topic) {
			l.names = append(l.names, r.Topic)
		}
	}
	slices.Sort(l.names)
	l.perName = make([]float64, len(l.names))
	for _, r := range rows {
		text := topicText(nil, r.Text)
		if r.Topic == "" || len(text) == 0 {
			continue
		}
		label := slices.Index(l.names, r.Topic)
		l.perName[label]++
		l.labels = append(l.labels, int32(label)) //nolint:gosec // a few topics
		l.texts = append(l.texts, text)
	}
	l.terms = terms(l.texts)
	l.count()
	return l
}

// count finds the terms of every text.
func (l *learner) count() {
	keys := make([][]rune, len(l.terms))
	for i := range l.terms {
		keys[i] = []rune(l.terms[i].text)
	}
	c := Classifier{trie: newTrie(keys), saturation: saturation, start: make([]int32, len(keys)+1)}
	sc := c.scratch()
	l.counts = make([][]found, len(l.texts))
	for i, text := range l.texts {
		sc.text = text
		l.counts[i] = slices.Clone(c.find(sc))
	}
}

// factors weigh the terms before learning: the square root of the inverse document
// frequency times the greatest log ratio of a topic's texts that hold the term to the
// others' (as in NB-SVM, Wang and Manning 2012, https://aclanthology.org/P12-2018/).
func (l *learner) factors() []float64 {
	held := make([][]float64, len(l.names))
	for i := range held {
		held[i] = make([]float64, len(l.terms))
	}
	for i, list := range l.counts {
		for _, f := range list {
			held[l.labels[i]][f.word]++
		}
	}
	n := float64(len(l.texts))
	out := make([]float64, len(l.terms))
	for t := range out {
		texts := float64(l.terms[t].texts)
		ratio := 0.0
		for c := range held {
			in, of := held[c][t]+1, max(l.perName[c], 1)
			rest, others := texts-held[c][t]+1, max(n-l.perName[c], 1)
			ratio = max(ratio, math.Abs(math.Log(in/of)-math.Log(rest/others)))
		}
		out[t] = math.Sqrt(math.Log((n+1)/(texts+0.5))) * ratio
		if len([]rune(l.terms[t].text)) == 1 {
			out[t] *= singleShare
		}
	}
	return out
}

// train returns the weight of every term for every topic, factors included.
func (l *learner) train(factors []float64) [][]float64 {
	rows := make([]sample, len(l.counts))
	for i, list := range l.counts {
		rows[i] = newSample(l.labels[i], list, factors)
	}
	weights := trainAll(rows, len(l.terms), l.perName)
	for _, w := range weights {
		for t := range w {
			w[t] *= factors[t]
		}
	}
	return weights
}

// keep leaves only the terms that decide most: weight, by how often it plays.
func (l *learner) keep(weights [][]float64) {
	factors := l.factors()
	order := make([]int, len(l.terms))
	value := make([]float64, len(l.terms))
	for t := range order {
		order[t] = t
		for _, w := range weights {
			if factors[t] > 0 {
				v := w[t] / factors[t]
				value[t] += v * v
			}
		}
		value[t] *= math.Sqrt(float64(l.terms[t].texts))
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(value[b], value[a]), cmp.Compare(a, b))
	})
	order = order[:min(len(order), maxTerms)]
	slices.Sort(order)
	kept := make([]term, len(order))
	for i, t := range order {
		kept[i] = l.terms[t]
	}
	l.terms = kept
	l.count()
}

// entryOf is one weight on its way into the file.
type entryOf struct {
	topic, term int
	value, play float64
}

// topics writes the weights down. What a keyword says of all topics alike says nothing
// and is taken off; of the rest the most telling are kept, rounded for people to read.
func (l *learner) topics(weights [][]float64) *Topics {
	factors := l.factors()
	var list []entryOf
	for t := range l.terms {
		mean := 0.0
		for c := range weights {
			mean += weights[c][t] / float64(len(weights))
		}
		if factors[t] == 0 {
			continue
		}
		for c := range weights {
			v := weights[c][t] - mean
			list = append(list, entryOf{c, t, v, math.Abs(v) / factors[t] * math.Sqrt(float64(l.terms[t].texts))})
		}
	}
	slices.SortFunc(list, func(a, b entryOf) int {
		return cmp.Or(cmp.Compare(b.play, a.play), cmp.Compare(a.term, b.term), cmp.Compare(a.topic, b.topic))
	})
	out := &Topics{Saturation: saturation}
	for _, name := range l.names {
		out.Topics = append(out.Topics, Topic{Name: name, Words: make(map[string]float64)})
	}
	for _, e := range list[:min(len(list), maxWeights)] {
		if v := math.Round(e.value*1000) / 1000; v != 0 {
			out.Topics[e.topic].Words[l.terms[e.term].text] = v
		}
	}
	return out
}
