package reading

import "slices"

// Within returns the words that a phrase holds beside itself.
func Within(phrase []rune, words [][]rune) [][]rune {
	var out [][]rune
	for _, w := range words {
		if len(w) < len(phrase) && Index(phrase, w) >= 0 {
			out = append(out, w)
		}
	}
	return out
}

// brokenWord reports whether a phrase and a text agree up to the first or last character
// of the phrase: 职业技能 and 职业技术 are two things. A suffix that names a paper, a place
// or a sum breaks no word (社保 and 社保卡) unless another takes its place (养老金 and
// 养老院), and what stands elsewhere in the text is no
// other word.
func brokenWord(phrase, text []rune) bool {
	n := len(phrase) - 1
	if n < 2 || Index(text, phrase) >= 0 {
		return false
	}
	if at := Index(text, phrase[:n]); at >= 0 {
		last, next := phrase[n], at+n
		if suffix(last) {
			return next < len(text) && suffix(text[next])
		}
		return !slices.Contains(text, last)
	}
	return Index(text, phrase[1:]) >= 0 && !slices.Contains(text, phrase[0])
}

func suffix(r rune) bool {
	switch r {
	case '证', '卡', '费', '金', '款', '税', '票', '单', '书', '本', '表', '号', '院', '局', '所', '厅', '站', '店', '人', '员', '者', '户', '处', '点', '料', '器', '机', '车', '房', '场', '位', '权':
		return true
	}
	return false
}

// Accident reports whether a phrase, which holds these words, and a text look alike by chance: they
// share no more than half of the phrase, everyday words counted half, or nothing but those, or only a
// part of a word.
func (p *Pairs) Accident(phrase []rune, words [][]rune, text []rune) bool {
	if brokenWord(phrase, text) || slices.ContainsFunc(words, func(w []rune) bool { return brokenWord(w, text) }) {
		return true
	}
	p.mark(phrase)
	all, shared, telling := 0, 0, 0
	for i := range phrase {
		all += 2
		switch {
		case !inPair(phrase, i, text):
		case p.ordinary[i]:
			shared++
		default:
			shared += 2
			telling++
		}
	}
	return telling < 2 || 2*shared <= all
}

// inPair reports whether a character of the phrase stands in the text with one of its
// neighbours, near or next but one.
func inPair(phrase []rune, i int, text []rune) bool {
	for j, r := range text {
		if r != phrase[i] {
			continue
		}
		for _, d := range [...]int{-2, -1, 1, 2} {
			if i+d >= 0 && i+d < len(phrase) && j+d >= 0 && j+d < len(text) && phrase[i+d] == text[j+d] {
				return true
			}
		}
	}
	return false
}
