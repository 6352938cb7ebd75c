package reading

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// The bounds of regular expressions that show only when they run.
const (
	worstTextBytes = 2048
	// maxPatternSteps take about 2 ms. They are counted and not timed: a rule that is fine is fine on
	// a slow machine and on a busy one.
	maxPatternSteps = 400_000
)

var (
	errPatternSlow  = errors.New("正则表达式太慢（最坏情况超过 2 毫秒），请写得更具体，少用嵌套的重复")
	errPatternEmpty = errors.New("正则表达式能匹配空文字，会对所有问题生效，请写得更具体")
)

// CompilePattern folds the pattern like the texts it will meet (width, case, simplified
// characters), checks the bounds and counts its steps.
func CompilePattern(pattern string) (*regexp.Regexp, error) {
	tree, err := models.ParsePattern(pattern)
	if err != nil {
		return nil, err
	}
	foldPattern(tree)
	re, err := regexp.Compile(tree.String())
	if err != nil {
		return nil, fmt.Errorf("reading: folded pattern: %w", err)
	}
	if re.MatchString("") {
		return nil, errPatternEmpty
	}
	n, err := steps(tree)
	if err != nil {
		return nil, err
	}
	if n > maxPatternSteps {
		return nil, errPatternSlow
	}
	return re, nil
}

// foldPattern rewrites literals and small classes into the folded alphabet.
func foldPattern(re *syntax.Regexp) {
	t := folding()
	switch re.Op {
	case syntax.OpLiteral:
		for i, r := range re.Rune {
			if f := t.at(r); f.class() != classMany && f.class() != classDrop {
				re.Rune[i] = f.rune()
			}
		}
	case syntax.OpCharClass:
		re.Rune = foldClass(t, re.Rune)
	}
	for _, sub := range re.Sub {
		foldPattern(sub)
	}
}

// foldClass adds the folded form of every member of a class of at most 256 characters.
func foldClass(t *foldTable, ranges []rune) []rune {
	size := 0
	for i := 0; i < len(ranges); i += 2 {
		size += int(ranges[i+1]-ranges[i]) + 1
	}
	if size > 256 {
		return ranges
	}
	out := ranges
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if f := t.at(r); f.class() != classMany && f.class() != classDrop && f.rune() != r {
				out = append(out, f.rune(), f.rune())
			}
		}
	}
	return sortRanges(out)
}

func sortRanges(ranges []rune) []rune {
	for i := 2; i < len(ranges); i += 2 {
		for j := i; j > 0 && ranges[j] < ranges[j-2]; j -= 2 {
			ranges[j], ranges[j-2] = ranges[j-2], ranges[j]
			ranges[j+1], ranges[j-1] = ranges[j-1], ranges[j+1]
		}
	}
	return ranges
}

// steps counts what the pattern costs on the worst text we know: one letter, one Han character,
// the pattern's own letters over and over, and those with a break between.
func steps(tree *syntax.Regexp) (int, error) {
	counter, err := newStepCounter(tree)
	if err != nil {
		return 0, err
	}
	own := literals(tree)
	if own == "" {
		own = "0a"
	}
	worst := 0
	for _, unit := range []string{"a", "的", own, own + "1的"} {
		text := strings.Repeat(unit, worstTextBytes/len(unit)+1)[:worstTextBytes]
		worst = max(worst, counter.count(strings.ToValidUTF8(text, "")))
	}
	return worst, nil
}

func literals(re *syntax.Regexp) string {
	var b strings.Builder
	if re.Op == syntax.OpLiteral {
		b.WriteString(string(re.Rune))
	}
	if re.Op == syntax.OpCharClass && len(re.Rune) > 0 {
		b.WriteRune(re.Rune[0])
	}
	for _, sub := range re.Sub {
		b.WriteString(literals(sub))
	}
	return b.String()
}
