package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// TestGlossary: a word stands in docs/glossary.md once, and what its column of code names is
// in the code.
func TestGlossary(t *testing.T) {
	page, err := os.ReadFile("../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	err = filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for word := range strings.FieldsFuncSeq(string(b), func(c rune) bool { return c != '_' && (c > 'z' || !unicode.IsLetter(c) && !unicode.IsDigit(c)) }) {
			known[word] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	words := slices.Sorted(maps.Keys(known))
	row, quoted, seen := regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|`), regexp.MustCompile("`([A-Za-z_./]+)(?:\\(\\))?`"), map[string]bool{}
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		for word := range strings.SplitSeq(m[1], "、") {
			if seen[word] && word != "中文" && word != "---" {
				t.Errorf("%s is explained twice", word)
			}
			seen[word] = true
		}
		for _, name := range quoted.FindAllStringSubmatch(m[3], -1) {
			last := strings.TrimSuffix(name[1], "/")
			last = last[strings.LastIndexAny(last, "./")+1:]
			if i, _ := slices.BinarySearch(words, last); i == len(words) || !strings.HasPrefix(words[i], last) {
				t.Errorf("%s: the code knows no %s", m[1], name[1])
			}
		}
	}
	if len(seen) < 80 {
		t.Errorf("only %d words were found", len(seen))
	}
}
