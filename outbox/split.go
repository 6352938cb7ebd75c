package outbox

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxParts is how many messages a long text may become: as many as a citizen's message allows.
const maxParts = 5

// split cuts a text into parts of at most longest bytes, at the ends of paragraphs or sentences, else
// between words or characters, never within what is shown as one character. White space at a cut is left
// out.
func split(text string, longest int) []string {
	var parts []string
	for text = strings.TrimSpace(text); len(text) > longest; {
		n := cut(text, longest)
		parts = append(parts, strings.TrimRightFunc(text[:n], unicode.IsSpace))
		text = strings.TrimLeftFunc(text[n:], unicode.IsSpace)
	}
	if text != "" {
		parts = append(parts, text)
	}
	return parts
}

// cut returns where to cut a text that is longer than longest bytes. The ends of sentences in the
// first half are left alone: parts would be short and many.
func cut(text string, longest int) int {
	var sentence, word, character, last int
	var before rune
	for at, r := range text {
		if at > longest {
			break
		}
		last = at
		if at > 0 && !joined(before, r) {
			character = at
			switch {
			case before == '\n', strings.ContainsRune("。！？；!?;…", before) && !closing(r):
				sentence = at
			case closing(before) && sentence > 0 && at-sentence <= 2*utf8.UTFMax, unicode.IsSpace(before), strings.ContainsRune("，、：,", before):
				word = at
			}
		}
		before = r
	}
	for _, at := range []int{sentence, word} {
		if at > longest/2 {
			return at
		}
	}
	if character == 0 { // what is shown as one character is longer than a part
		return last
	}
	return character
}

// closing reports whether r ends a quotation and belongs to the sentence before it.
func closing(r rune) bool { return strings.ContainsRune("”’」』）》】)\"。！？", r) }

// joined reports whether two characters are shown as one, as a letter and its accent or the parts of
// an emoji.
func joined(before, r rune) bool {
	const zeroWidthJoiner, emojiTones = '\u200d', 0x1F3FB
	switch {
	case before == zeroWidthJoiner || r == zeroWidthJoiner || before == '\r' && r == '\n':
		return true
	case r >= emojiTones && r <= emojiTones+4, unicode.In(r, unicode.Mn, unicode.Me, unicode.Variation_Selector):
		return true
	case r >= 0x1F1E6 && r <= 0x1F1FF: // flags are pairs
		return before >= 0x1F1E6 && before <= 0x1F1FF
	}
	return false
}
