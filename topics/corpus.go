package topics

import "unicode/utf8"

// corpus is texts cut into tokens, which are numbered.
type corpus struct {
	words  []string // by token
	ids    map[string]int32
	tokens []int32 // breakToken between clauses, endToken behind a text
	texts  []int32 // by position: the text it stands in
	buffer []byte  // of the word being looked up
}

const (
	breakToken = -1
	endToken   = -2
)

func (c *corpus) token(word []rune) int32 {
	c.buffer = c.buffer[:0]
	for _, r := range word {
		c.buffer = utf8.AppendRune(c.buffer, r)
	}
	if id, ok := c.ids[string(c.buffer)]; ok {
		return id
	}
	key := string(c.buffer)
	id := int32(len(c.words)) //nolint:gosec // fewer than 2^31
	c.words = append(c.words, key)
	c.ids[key] = id
	return id
}

// newCorpus cuts texts, which are numbered from 0.
func newCorpus(cut *cutter, texts [][]rune) *corpus {
	characters := 0
	for _, text := range texts {
		characters += len(text)
	}
	room := characters*3/5 + 2*len(texts) // a token has about two characters
	c := &corpus{ids: make(map[string]int32), tokens: make([]int32, 0, room), texts: make([]int32, 0, room)}
	for number, text := range texts {
		add := func(token int32) {
			c.tokens = append(c.tokens, token)
			c.texts = append(c.texts, int32(number)) //nolint:gosec // fewer than 2^31
		}
		cut.cut(text, func(i, j int) {
			if text[i] == textBreak {
				add(breakToken)
				return
			}
			add(c.token(text[i:j]))
		})
		add(endToken)
	}
	return c
}

// at returns the token at a position; behind the last one texts end.
func (c *corpus) at(position int) int32 {
	if position < 0 || position >= len(c.tokens) {
		return endToken
	}
	return c.tokens[position]
}
