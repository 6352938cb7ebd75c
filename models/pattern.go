package models

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"unicode/utf8"
)

// The bounds of a rule's regular expression. RE2 is linear but not free: (?:.{0,30}){30}x
// takes 28 ms on 2,048 bytes.
const (
	MaxPatternRunes   = 128
	MaxPatternRepeat  = 50
	maxPatternProduct = 1000 // of nested repeats
)

// ParsePattern parses a regular expression of a rule and holds it to the bounds that can
// be seen without running it. The error is for people.
func ParsePattern(pattern string) (*syntax.Regexp, error) {
	if utf8.RuneCountInString(pattern) > MaxPatternRunes {
		return nil, fmt.Errorf("正则表达式最长 %d 个字符", MaxPatternRunes)
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("正则表达式写错了：%s", patternFault(err))
	}
	if product, most := repeats(tree); product > maxPatternProduct || most > MaxPatternRepeat {
		return nil, fmt.Errorf("正则表达式的重复次数不能超过 %d（嵌套的相乘不能超过 %d）", MaxPatternRepeat, maxPatternProduct)
	}
	return tree, nil
}

func patternFault(err error) string {
	var fault *syntax.Error
	if !errors.As(err, &fault) {
		return "无法解析"
	}
	switch fault.Code {
	case syntax.ErrMissingBracket:
		return "缺少 ]：" + fault.Expr
	case syntax.ErrMissingParen, syntax.ErrUnexpectedParen:
		return "括号不成对：" + fault.Expr
	case syntax.ErrMissingRepeatArgument:
		return "* + ? 前面没有可重复的内容：" + fault.Expr
	case syntax.ErrInvalidPerlOp:
		return "不支持前后断言等写法：" + fault.Expr
	case syntax.ErrInvalidRepeatSize:
		return "重复次数不对：" + fault.Expr
	}
	return "不支持的写法：" + fault.Expr
}

// repeats returns the greatest product of nested repeats and the greatest repeat.
func repeats(re *syntax.Regexp) (product, most int) {
	product = 1
	for _, sub := range re.Sub {
		p, m := repeats(sub)
		product, most = max(product, p), max(most, m)
	}
	if re.Op == syntax.OpRepeat {
		n := max(re.Min, re.Max)
		product *= max(n, 1)
		most = max(most, n)
	}
	return product, most
}

func (f *faults) patterns(field string, patterns []string) {
	for i, p := range patterns {
		at := fmt.Sprintf("%s[%d]", field, i)
		if p == "" {
			f.add(at, "required", "不能为空")
			continue
		}
		if _, err := ParsePattern(p); err != nil {
			f.add(at, "pattern_wrong", "{said}", "said", err.Error())
		}
	}
}
