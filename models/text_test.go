package models

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestCleanTextIsWhatXMLAllows: character by character, whatever stands beside it.
func TestCleanTextIsWhatXMLAllows(t *testing.T) {
	parts := []string{
		"社", "，", "“", "é", "😀", "a", "plain ascii of some length", "\t", "\n", "\r", "\x00", "\x1f", "\x7f", "\ufffd", "\ufffe",
		"\uffff", "\ud7ff", "\ue000", "\U0001ffff", "\xff", "\x80", "\xe7\xa4", "\xed\xa0\x80", "\xef\xbf", "\xc0\x80", "\xf4\x90\x80\x80",
	}
	clean := 0
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 12).Draw(t, "parts"), "")
		var want strings.Builder
		for rest := s; rest != ""; {
			r, size := utf8.DecodeRuneInString(rest)
			if xmlChar(r) && (r != utf8.RuneError || size > 1) {
				want.WriteRune(r)
			}
			rest = rest[size:]
		}
		if got := CleanText(s); got != want.String() {
			t.Fatalf("%q became %q, want %q", s, got, want.String())
		}
		if same := want.String() == s; IsClean(s) != same || IsClean([]byte(s)) != same {
			t.Fatalf("%q is clean: %v, as bytes %v, want %v", s, IsClean(s), IsClean([]byte(s)), same)
		}
		if s != "" && IsClean(s) {
			clean++
		}
	})
	if clean == 0 {
		t.Error("no clean text was drawn: half of the property is empty")
	}
}
