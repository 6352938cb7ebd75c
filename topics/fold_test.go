package topics

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TestFold_EveryCharacterAsItsParts holds the quick way to the library's own.
func TestFold_EveryCharacterAsItsParts(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		want := []rune{'a'}
		for _, p := range norm.NFKD.String(string(r)) {
			want = foldPart(want, 0, p)
		}
		if got := foldRare([]rune{'a'}, 0, r); string(got) != string(want) {
			t.Fatalf("%U: %q, want %q", r, string(got), string(want))
		}
	}
}

// TestFold_PunctuationCostsNoMemory: a question for indices folds tens of thousands of texts, and
// each has a comma.
func TestFold_PunctuationCostsNoMemory(t *testing.T) {
	buffer := fold(nil, "请问，公积金怎么提取？（急）", equalRunes)
	if n := testing.AllocsPerRun(100, func() { buffer = fold(buffer[:0], "请问，公积金怎么提取？（急）", equalRunes) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	c := &corpus{ids: map[string]int32{}}
	word := []rune("住房公积金提取业务办理流程")
	c.token(word)
	if n := testing.AllocsPerRun(100, func() { c.token(word) }); n != 0 {
		t.Errorf("a known word: %v allocations", n)
	}
}
