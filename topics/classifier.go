package topics

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/wenzheng/wenzheng/models"
)

// Model is weighted keywords by which texts are sorted into topics: what Learn finds and people
// may edit. A text belongs to the topic whose keywords weigh most.
type Model struct {
	// Saturation says how much a repeated keyword counts: n times count as
	// n*(s+1)/(n+s), so never more than s+1.
	Saturation float64 `yaml:"saturation" json:"saturation"`
	Topics     []Topic `yaml:"topics" json:"topics"`
}

// Topic is one topic and its keywords; a negative weight speaks against it.
type Topic struct {
	Name  string             `yaml:"name" json:"name"`
	Words map[string]float64 `yaml:"words" json:"words"`
}

// Classifier sorts texts by a Model. It is immutable and safe for concurrent use.
type Classifier struct {
	names      []string
	saturation float64
	doubt      float64 // the strongest word of a topic, on average: what one word is worth
	trie       trie
	words      []string
	start      []int32 // by word
	weights    []weight
	pool       sync.Pool // of *scratch
}

// scratch is the working memory of one text.
type scratch struct {
	text    []rune
	hits    []hit
	count   []uint16 // by word, zero between texts
	touched []int32
	found   []found
}

func (c *Classifier) memory() *scratch {
	if sc, ok := c.pool.Get().(*scratch); ok {
		return sc
	}
	return &scratch{text: make([]rune, 0, 512), hits: make([]hit, 0, 1024), count: make([]uint16, len(c.start))}
}

// weight is what one word says of one topic.
type weight struct {
	topic int32
	value float32
}

// Classifier makes the topics ready to sort texts. The error is a *models.Error that
// names what is wrong in the file.
func (t *Model) Classifier() (*Classifier, error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	c := &Classifier{saturation: t.Saturation}
	byWord := make(map[string][]weight)
	for i := range t.Topics {
		c.names = append(c.names, t.Topics[i].Name)
		strongest := 0.0
		for w, v := range t.Topics[i].Words {
			strongest = max(strongest, math.Abs(v))
			key := string(foldHan(nil, w))
			byWord[key] = append(byWord[key], weight{int32(i), float32(v)})
		}
		c.doubt += strongest / float64(len(t.Topics))
	}
	delete(byWord, "")
	for w := range byWord {
		c.words = append(c.words, w)
	}
	slices.Sort(c.words)
	for i, w := range c.words {
		c.trie.add([]rune(w), i)
		c.start = append(c.start, int32(len(c.weights))) //nolint:gosec // bounded by the file
		slices.SortFunc(byWord[w], func(a, b weight) int { return cmp.Compare(a.topic, b.topic) })
		c.weights = append(c.weights, byWord[w]...)
	}
	c.start = append(c.start, int32(len(c.weights))) //nolint:gosec // bounded by the file
	return c, nil
}

func (t *Model) validate() error {
	var fields []models.FieldError
	add := func(field, message string) {
		fields = append(fields, models.FieldError{Field: field, Message: message})
	}
	if !(t.Saturation > 0) || math.IsInf(t.Saturation, 0) {
		add("saturation", "应为大于 0 的数")
	}
	if len(t.Topics) == 0 {
		add("topics", "至少要有一个主题")
	}
	seen := make(map[string]bool)
	for i := range t.Topics {
		topic := &t.Topics[i]
		if strings.TrimSpace(topic.Name) == "" || seen[topic.Name] {
			add("topics", "主题名称不能为空，也不能重复："+topic.Name)
		}
		seen[topic.Name] = true
		for w, v := range topic.Words {
			if math.IsNaN(v) || math.IsInf(v, 0) || len(foldHan(nil, w)) == 0 {
				add(topic.Name, "关键词“"+w+"”或它的权重不对：关键词须含汉字等文字（字母和数字不算），权重须是普通的数")
			}
		}
	}
	if fields == nil {
		return nil
	}
	return &models.Error{Code: models.CodeInvalid, Message: "主题文件有误", Fields: fields}
}

// readByTopic is how many characters of a text are read to find its topic.
const readByTopic = 8192

// maxReasons is how many keywords explain a prediction.
const maxReasons = 5

// Undecided stands for the topic of a text of which the Classifier is not sure enough: of 1,842 real
// messages one in twenty scores less than 0.5, and half of those would be put wrong.
const Undecided = "未定"

// Classify returns the topic of a text, how sure it is (0 to 1) and the keywords that
// spoke most for it, the strongest first. A text without any known keyword has topic ""
// and score 0.
func (c *Classifier) Classify(text string) (topic string, score float64, keywords []string) {
	sc := c.memory()
	defer c.pool.Put(sc)
	sc.text = foldHan(sc.text[:0], text)
	found := c.find(sc)
	if len(found) == 0 {
		return "", 0, nil
	}
	sums := make([]float64, len(c.names))
	norm := c.doubt * c.doubt
	for _, f := range found {
		for _, w := range c.weights[c.start[f.word]:c.start[f.word+1]] {
			v := f.count * float64(w.value)
			sums[w.topic] += v
			norm += v * v
		}
	}
	best := 0
	for i, s := range sums {
		if s > sums[best] {
			best = i
		}
	}
	if norm == 0 {
		return "", 0, nil // every weight is 0
	}
	return c.names[best], confidence(sums, best, math.Sqrt(norm)), c.reasons(found, best)
}

// found is a word of the text and what its occurrences count.
type found struct {
	word  int32
	count float64
}

// find counts the words of sc.text; the result is valid until sc is used again.
func (c *Classifier) find(sc *scratch) []found {
	sc.hits = c.trie.all(sc.hits[:0], sc.text)
	sc.touched, sc.found = sc.touched[:0], sc.found[:0]
	for _, h := range sc.hits {
		if sc.count[h.word] == 0 {
			sc.touched = append(sc.touched, h.word)
		}
		sc.count[h.word]++
	}
	for _, w := range sc.touched {
		sc.found = append(sc.found, found{w, saturate(float64(sc.count[w]), c.saturation)})
		sc.count[w] = 0
	}
	return sc.found
}

func saturate(n, s float64) float64 { return n * (s + 1) / (n + s) }

// sharpness makes confidence about as large as the share of predictions that are right.
const sharpness = 3

// confidence is the softmax of the topics' sums, measured in the text's own evidence so
// that long texts are not sure by length alone, and in what one word is worth so that a
// single word is not.
func confidence(sums []float64, best int, norm float64) float64 {
	total := 0.0
	for _, s := range sums {
		total += math.Exp((s - sums[best]) / norm * sharpness)
	}
	return 1 / total
}

// reasons are the words that speak most for the topic; of words within each other the
// longer, single characters only when there is nothing else.
func (c *Classifier) reasons(list []found, topic int) []string {
	type said struct {
		word  int32
		value float64
	}
	all := make([]said, 0, len(list))
	for _, f := range list {
		for _, w := range c.weights[c.start[f.word]:c.start[f.word+1]] {
			if int(w.topic) != topic || w.value <= 0 {
				continue
			}
			v := f.count * float64(w.value)
			if len(c.words[f.word]) <= 3 {
				v /= 1000
			}
			all = append(all, said{f.word, v})
		}
	}
	slices.SortFunc(all, func(a, b said) int {
		if a.value != b.value {
			return cmp.Compare(b.value, a.value)
		}
		return cmp.Compare(a.word, b.word)
	})
	var out []string
	for _, s := range all {
		word := c.words[s.word]
		if slices.ContainsFunc(out, func(o string) bool { return strings.Contains(o, word) || strings.Contains(word, o) }) {
			continue
		}
		if len(word) <= 3 && len(out) > 0 {
			break // sorted behind all words
		}
		if out = append(out, word); len(out) == maxReasons {
			break
		}
	}
	return out
}
