package reading

import (
	"slices"
	"strings"
	"sync"
)

// A word that a citizen names only to say that it is not what is meant is not counted: in
// 我不是问社保卡，是问医保卡 the matter is 医保卡. Only in short texts, only where the word is said
// once, and only right behind the words below: 没交社保 and 没有房产证 are matters.

// maxDenial is how many characters a text may have in which denials are looked for.
const maxDenial = 60

// denialWords are what a word is denied with: one of each line in front, one behind the stroke.
const denialWords = `
不是 不是想 不是要 不是来 / 问 说 讲 查 找 办 要 指 咨询 打听 办理 投诉 反映
不 不想 没 没有 / 问
别 别再 别给我 别再给我 不要 不要再 不要给我 不要再给我 / 发 发送 推送`

// denials are the denialWords as they are matched; they never change.
type denials struct {
	words   *Trie
	ends    bits // of last characters, those of contrasted denials too
	longest int
}

var denial = sync.OnceValue(func() *denials {
	d := &denials{}
	var list []string
	for line := range strings.Lines(strings.TrimSpace(denialWords)) {
		starts, verbs, _ := strings.Cut(line, "/")
		for start := range strings.FieldsSeq(starts) {
			for verb := range strings.FieldsSeq(verbs) {
				list = append(list, start+verb)
			}
		}
	}
	d.words, _ = TrieOf(list)
	for _, s := range append(list, "不是", "除了") {
		w := Key(s)
		d.ends.add(w[len(w)-1])
		d.longest = max(d.longest, len(w))
	}
	return d
})

// before returns where the denial of the word text[i:j] begins, or -1.
func (d *denials) before(text []rune, i, j int) int {
	if i < 2 || !d.ends.has(text[i-1]) {
		return -1
	}
	for n := 2; n <= min(i, d.longest); n++ {
		if d.words.Lookup(text[i-n:i]) >= 0 {
			return i - n
		}
	}
	not, besides := endsWith(text[:i], "不是"), endsWith(text[:i], "除了")
	if (not || besides) && contrasted(text[j:], besides) {
		return i - 2
	}
	return -1
}

// contrasted reports whether what follows a word names another matter in its place: 不是X，是Y.
func contrasted(rest []rune, besides bool) bool {
	for _, filler := range [...]string{"的问题", "的事情", "的事", "的"} {
		if beginsWith(rest, filler) {
			rest = rest[len([]rune(filler)):]
			break
		}
	}
	if besides && (beginsWith(rest, "外") || beginsWith(rest, "以外") || beginsWith(rest, "之外")) {
		return true
	}
	if beginsWith(rest, "是") { // 是不是 and 是否 ask about the word itself
		return !beginsWith(rest, "是不") && !beginsWith(rest, "是否")
	}
	return beginsWith(rest, "而是") || beginsWith(rest, "我要") || beginsWith(rest, "我问")
}

func beginsWith(text []rune, word string) bool {
	for _, r := range word {
		if len(text) == 0 || text[0] != r {
			return false
		}
		text = text[1:]
	}
	return true
}

func endsWith(text []rune, word string) bool {
	n := 0
	for range word {
		n++
	}
	return n <= len(text) && beginsWith(text[len(text)-n:], word)
}

// asksBack reports a denial at text[from:i] before the word text[i:j] that is none: 是不是, 要不要,
// 难道不是, 不管不问, 区别发, and the 不是说…吗 of people who insist on the word. The text ends
// and begins where a sentence or clause does.
func asksBack(text []rune, from, i, j int) bool {
	before, said := text[:from], text[from:i]
	if from > 0 && said[0] == '不' && before[from-1] == said[1] || endsWith(before, "难道") {
		return true
	}
	switch {
	case said[0] == '别':
		return from > 0 && strings.ContainsRune("特分个区级类性", before[from-1])
	case beginsWith(said, "不问"):
		return endsWith(before, "不管") || endsWith(before, "不闻")
	case beginsWith(said, "不是"):
		rest := text[j:]
		return beginsWith(rest, "吗") || beginsWith(rest, "嘛") ||
			endsWith(said, "说") && (endsWith(rest, "吗") || endsWith(rest, "嘛") || endsWith(rest, "么"))
	}
	return false
}

// BehindDenial reports whether the word found in a text in the matched form stands right behind a
// denial.
func BehindDenial(text []rune, h Hit) bool {
	return denial().before(text, int(h.At), int(h.At+h.Length)) >= 0
}

// Denied reports whether the word that was found there is denied there and said nowhere else.
func (t *Text) Denied(form int, h Hit) bool {
	text, at, end := t.forms[form], int(h.At), int(h.At+h.Length)
	if at < 2 || len(t.Runes()) > maxDenial {
		return false
	}
	from := denial().before(text, at, end)
	if from < 0 {
		return false
	}
	stop := func(m mark) bool { return m&markStop != 0 }
	marks := t.marksOf(form)
	if slices.ContainsFunc(marks[from+1:at+1], stop) {
		return false // 这个不是。社保卡是什么
	}
	begin, stops := from, end
	for begin > 0 && !stop(marks[begin]) {
		begin--
	}
	for stops < len(text) && !stop(marks[stops]) {
		stops++
	}
	return !asksBack(text[begin:stops], from-begin, at-begin, end-begin) && t.once(form, h)
}

// once reports whether a word is said at this place of a form only.
func (t *Text) once(form int, h Hit) bool {
	text := t.forms[form]
	word := text[h.At : h.At+h.Length]
	for other := (Hit{Length: h.Length}); int(other.At+other.Length) <= len(text); other.At++ {
		if other.At != h.At && slices.Equal(text[other.At:other.At+other.Length], word) && t.Whole(form, other) {
			return false
		}
	}
	return true
}

// startsDenial reports whether a denial begins with the character.
func startsDenial(r rune) bool { return r == '不' || r == '没' || r == '别' || r == '除' }

// MayDeny is false where Denies is for every word.
func (t *Text) MayDeny() bool {
	return len(t.Runes()) <= maxDenial && slices.ContainsFunc(t.Key(), startsDenial)
}

// Denies reports whether the text names a word only to deny it.
func (t *Text) Denies(w *Word) bool {
	for form := range t.Forms() {
		for h, ok := t.next(form, w, 0); ok; h, ok = t.next(form, w, int(h.At)+1) {
			if t.Denied(form, h) {
				return true
			}
		}
	}
	return false
}
