package topics

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

// What Learn keeps and how it weighs.
const (
	maxTerms      = 4000 // keywords kept in all
	saturation    = 25   // see Model.Saturation
	singleShare   = 0.7  // single characters are less sure than words
	leastLabelled = 2    // topics needed
)

// Learn finds keywords and weights from texts with known topics: a linear support vector machine
// over word-like pieces of text, weighed by how unevenly they fall on the topics; the best 4,000
// are kept and learned again alone. A text that comes twice has the topic of its last row, so
// corrections are rows at the end; those marked Undecided are left out. The tree holds the names of
// finer topics with the topic each belongs to; they are samples of their own, those of topics
// without labelled texts aside. The same rows give the same result. It takes seconds for thousands
// of rows. The error is a *models.Error when fewer than two topics or no keywords are found.
func Learn(rows, tree []Labelled) (*Model, error) {
	l := newLearner(rows, tree)
	if len(l.names) < leastLabelled {
		return nil, models.NewError(models.CodeInvalid, "至少需要两个主题的样例，每行写 topic 和 text（或 detail）")
	}
	if len(l.terms) == 0 {
		return nil, models.NewError(models.CodeInvalid, "样例太少或太短，找不到反复出现的词，请增加样例")
	}
	all := l.train(l.factors())
	l.keep(all)
	return l.model(l.train(l.factors())), nil
}

type learner struct {
	names   []string
	labels  []int32
	texts   [][]rune
	terms   []feature
	counts  [][]found // by text: terms and how often they occur
	perName []float64 // texts of every topic
}

func newLearner(rows, tree []Labelled) *learner {
	l := &learner{}
	texts, labels := lastLabels(rows)
	for _, topic := range labels {
		if !slices.Contains(l.names, topic) {
			l.names = append(l.names, topic)
		}
	}
	slices.Sort(l.names)
	l.perName = make([]float64, len(l.names))
	for i, text := range texts {
		l.add(labels[i], text)
	}
	for _, r := range tree {
		l.add(r.Topic, foldHan(nil, r.Text))
	}
	l.terms = features(l.texts)
	l.count()
	return l
}

func (l *learner) add(topic string, text []rune) {
	label := slices.Index(l.names, topic)
	if label < 0 || len(text) == 0 {
		return
	}
	l.perName[label]++
	l.labels = append(l.labels, int32(label)) //nolint:gosec // a few topics
	l.texts = append(l.texts, text)
}

// lastLabels are the texts, each with the topic of the last row that has it.
func lastLabels(rows []Labelled) (texts [][]rune, labels []string) {
	last := make(map[string]string)
	var keys []string
	for _, r := range rows {
		text := foldHan(nil, r.Text)
		if r.Topic == "" || r.Topic == Undecided || len(text) == 0 {
			continue
		}
		key := string(fold(nil, r.Text, readByTopic))
		last[key] = r.Topic
		keys, texts = append(keys, key), append(texts, text)
	}
	for _, key := range keys {
		labels = append(labels, last[key])
	}
	return texts, labels
}

// count finds the terms of every text.
func (l *learner) count() {
	c := &Classifier{saturation: saturation, start: make([]int32, len(l.terms)+1)}
	for i := range l.terms {
		c.trie.add([]rune(l.terms[i].text), i)
	}
	sc := c.memory()
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
	kept := make([]feature, len(order))
	for i, t := range order {
		kept[i] = l.terms[t]
	}
	l.terms = kept
	l.count()
}

// model writes the weights down, rounded for people to read. What a keyword says of all topics
// alike says nothing and is taken off.
func (l *learner) model(weights [][]float64) *Model {
	out := &Model{Saturation: saturation}
	for _, name := range l.names {
		out.Topics = append(out.Topics, Topic{Name: name, Words: make(map[string]float64)})
	}
	for t := range l.terms {
		mean := 0.0
		for c := range weights {
			mean += weights[c][t] / float64(len(weights))
		}
		for c := range weights {
			if v := math.Round((weights[c][t]-mean)*1000) / 1000; v != 0 {
				out.Topics[c].Words[l.terms[t].text] = v
			}
		}
	}
	return out
}
