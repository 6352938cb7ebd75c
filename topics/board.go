package topics

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Question is something a citizen has asked.
type Question struct {
	Key      string // of the row in the log
	Text     string
	At       time.Time
	Answered bool // a rule answers it: it is in no group, but keywords should not reach it
}

// Options bound what a Board lists; zero fields mean their defaults.
type Options struct {
	MinCount  int // questions of the smallest group, default 2
	MaxGroups int // groups of each kind, default 50
	// Answers returns for keywords what tells by which of them, by number and each once, a rule of
	// its own would answer a text; default: those that stand in it.
	Answers func(keywords []string) func(text string) []int
}

// Board groups questions by what they have in common. It is kept and added to: the words it has
// learned stay until so many questions were added that new ones may have come up, so that listing
// the groups once more costs a fraction of the first time. It is not safe for concurrent use.
type Board struct {
	options    Options
	vocabulary *vocabulary
	wordings   map[string]*wording
	open       []*wording // no rule answers them; their numbers are what terms list
	answered   []*wording
	learned    int // of open: the vocabulary comes from so many
	counted    int // of open: their words are counted in terms
	terms      map[string]*term
	folded     []rune // of the question being added
}

// wording is questions that are written alike.
type wording struct {
	text  []rune // folded, the first readCharacters
	shown string // as first written
	asks  []ask
}

// ask is one question.
type ask struct {
	key string
	at  time.Time
}

const (
	readCharacters = 200  // of a question: who writes more says in the beginning what it is about
	equalRunes     = 2048 // up to here texts must be equal to be one wording
	// The vocabulary is learned anew when the questions have grown by one part in relearnShare.
	relearnShare = 8
)

// NewBoard returns a Board without questions. Several boards may share a dictionary.
func NewBoard(d *Dictionary, o Options) *Board {
	o.MinCount = cmp.Or(o.MinCount, 2)
	o.MaxGroups = cmp.Or(o.MaxGroups, 50)
	if o.Answers == nil {
		o.Answers = standing
	}
	return &Board{options: o, vocabulary: newVocabulary(d), wordings: map[string]*wording{}, terms: map[string]*term{}}
}

// Add adds a question. Single characters and pure numbers, which answer menus, are left out.
func (b *Board) Add(q Question) {
	b.folded = fold(b.folded[:0], q.Text, equalRunes)
	text := b.folded
	if len(text) < 2 || !slices.ContainsFunc(text, func(r rune) bool { return r > '9' }) {
		return
	}
	key := strings.ReplaceAll(string(text), string(textBreak), "")
	w := b.wordings[key]
	if w == nil {
		w = &wording{text: slices.Clone(text[:min(len(text), readCharacters)]), shown: q.Text}
		b.wordings[key] = w
		if q.Answered {
			b.answered = append(b.answered, w)
		} else {
			b.open = append(b.open, w)
		}
	}
	w.asks = append(w.asks, ask{q.Key, q.At})
}

// prepare brings vocabulary and terms up to date.
func (b *Board) prepare() {
	if len(b.open) > b.learned+b.learned/relearnShare {
		texts := b.texts(0)
		b.vocabulary = newVocabulary(b.vocabulary.dictionary)
		b.vocabulary.learn(texts)
		b.learned, b.counted = len(b.open), 0
		b.terms = map[string]*term{}
	}
	if b.counted < len(b.open) {
		b.countTerms(b.texts(b.counted), b.counted)
		b.counted = len(b.open)
	}
	b.spread()
}

// texts are those of the open wordings from a number on.
func (b *Board) texts(from int) [][]rune {
	texts := make([][]rune, 0, len(b.open)-from)
	for _, w := range b.open[from:] {
		texts = append(texts, w.text)
	}
	return texts
}

// questions is how many questions are written in one of these wordings.
func (b *Board) questions(wordings []int32) int {
	n := 0
	for _, number := range wordings {
		n += len(b.open[number].asks)
	}
	return n
}
