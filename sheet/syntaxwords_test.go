package sheet

import (
	"strings"
	"testing"
	"unicode"
)

// TestSyntaxFaults_AreSaidInChinese: what the parsers of YAML and JSON find is told with its place and
// in words that say what to mend, never in the parser's own.
func TestSyntaxFaults_AreSaidInChinese(t *testing.T) {
	for _, c := range []struct {
		format     Format
		text, want string
	}{
		{YAML, "rules:\n  - name: a\n   keywords: [x\n", "列表项的缩进"},
		{YAML, "a: b: c\n", "冒号后要空一格"},
		{YAML, "rules:\n\t- name: x\n", "不用 Tab"},
		{YAML, "- name: @x\n", "请加引号"},
		{YAML, "- name: [a\n", "方括号"},
		{YAML, "- {name: a\n", "花括号"},
		{YAML, "- name: \"a\n", "引号没有写完"},
		{YAML, "- name: \"a\\q\"\n", "反斜杠"},
		{YAML, "- name: *b\n", "& 和 *"},
		{YAML, "- name: !a!b c\n", "! 和 %"},
		{YAML, "- name: a\x01\n", "控制字符"},
		{JSON, `[{"name" "a"}]`, "缺少冒号"},
		{JSON, `[{"name": "a" "match": "b"}]`, "缺少逗号或 }"},
		{JSON, `["a" "b"]`, "缺少逗号或 ]"},
		{JSON, `[{"name": "a",}]`, "多了一个逗号"},
		{JSON, `[{"name": 居住证}]`, "没有加双引号"},
		{JSON, "[\"a\nb\"]", "换行"},
		{JSON, `["a\q"]`, "反斜杠"},
		{JSON, `[1.x]`, "数字"},
		{JSON, `[nil]`, "true、false 和 null"},
	} {
		_, err := readForm("f", strings.NewReader(c.text), c.format)
		if err == nil {
			t.Errorf("%q is read", c.text)
			continue
		}
		got := err.Error()
		for _, word := range []string{"YAML", "JSON", "UTF-8", "Tab", "true", "false", "null", "f:", "f ", `\n`} {
			got = strings.ReplaceAll(got, word, "")
		}
		if !strings.Contains(err.Error(), c.want) || strings.ContainsFunc(got, func(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }) {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
	for text, want := range map[string]string{
		"":                             "文件是空的",
		"a: b: c\n":                    "第 1 行",
		"saturation: 1\nrules: []\n":   "没有“rules”这一项",
		"saturation: 1\nsaturation: 2": "“saturation”写了两次",
		"saturation: viel\n":           "值的种类不对",
	} {
		if _, err := ReadTopics("主题.yaml", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("topics %q: %v, want %s", text, err, want)
		}
	}
}
