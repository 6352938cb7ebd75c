package models

import (
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// Spelling is a name as it is typed by its sound: the readings of each character without tones,
// the usual one first (重 zhong chong); what is no Han character is itself in small letters.
func Spelling(name string) [][]string {
	args := pinyin.NewArgs()
	args.Heteronym = true
	out := [][]string{}
	for _, r := range name {
		readings := pinyin.SinglePinyin(r, args)
		if len(readings) == 0 {
			readings = []string{strings.ToLower(string(r))}
		}
		out = append(out, distinct(readings))
	}
	return out
}

// distinct keeps the first of each: readings that differ by tone only are one.
func distinct(words []string) []string {
	var out []string
	for _, w := range words {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
