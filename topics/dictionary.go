package topics

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"weak"

	"github.com/go-ego/gse"

	"github.com/wenzheng/wenzheng/models"
)

// Dictionary knows 270,000 Chinese words and how common each is. It is immutable, safe for
// concurrent use and holds about 20 MB: let go of it when no Board is needed any more.
type Dictionary struct {
	words trie
	idf   []float32 // by number of the word
}

const (
	longestEntry = 7 // characters; longer entries are sayings and titles
	// An entry that begins or ends with a function word and is rarer than this is a slip of the
	// program that made the list, such as 的房, and so is one with 不 in it of three characters.
	slipIDF    = 9
	slipNotIDF = 10.5
)

// loaded is the dictionary as long as somebody uses it.
var loaded struct {
	sync.Mutex
	dictionary weak.Pointer[Dictionary]
}

// LoadDictionary returns the dictionary that is in use, or reads the word list that is part of the
// program, which takes about 0.3 s. It is safe for concurrent use.
func LoadDictionary() *Dictionary {
	loaded.Lock()
	defer loaded.Unlock()
	d := loaded.dictionary.Value()
	if d == nil {
		d = readDictionary()
		loaded.dictionary = weak.Make(d)
	}
	return d
}

// readDictionary reads the word list. The measure of a word is its inverse document frequency: the
// natural logarithm of a million texts by those that hold it.
func readDictionary() *Dictionary {
	d := &Dictionary{}
	var word []rune
	for line := range strings.Lines(gse.ZhIdf) {
		entry, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		idf, err := strconv.ParseFloat(value, 32)
		if err != nil {
			continue
		}
		word = word[:0]
		for _, r := range entry {
			word = append(word, r)
		}
		if !wholeEntry(word, idf) {
			continue
		}
		word = fold(word[:0], entry, longestEntry)
		if n, known := d.words.number(word); known {
			d.idf[n] = min(d.idf[n], float32(idf)) // the traditional form of another
			continue
		}
		d.words.add(word, len(d.idf))
		d.idf = append(d.idf, float32(idf))
	}
	return d
}

// wholeEntry reports whether an entry of the list is a word in Han characters.
func wholeEntry(word []rune, idf float64) bool {
	n := len(word)
	if n == 0 || n > longestEntry || slices.ContainsFunc(word, func(r rune) bool { return r < firstHan || r > lastHan }) {
		return false
	}
	if n == 1 {
		return true
	}
	slip := idf > slipIDF && (models.FunctionWord(word[0]) || models.FunctionWord(word[n-1])) ||
		n == 3 && idf > slipNotIDF && slices.Contains(word[1:], '不')
	return !slip
}

// lookup returns how rare a word is, and false when it is in no dictionary.
func (d *Dictionary) lookup(word string) (idf float64, known bool) {
	var buffer [longestEntry + 1]rune
	runes := buffer[:0]
	for _, r := range word {
		if len(runes) > longestEntry {
			return 0, false
		}
		runes = append(runes, r)
	}
	n, known := d.words.number(runes)
	if !known {
		return 0, false
	}
	return float64(d.idf[n]), true
}
