package sheet

import (
	"regexp"
	"strconv"
	"strings"
)

// said is what a parser says of a text, and how people do.
type said struct{ pattern, words string }

// yamlPlace divides an error of the YAML parser into its line, 1 where it names none, and what it says.
func yamlPlace(err error) (line int, what string) {
	line, what = 1, err.Error()
	if m := yamlLine.FindStringSubmatch(what); m != nil {
		what, _, _ = strings.Cut(m[2], "\n") // the first of several
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
	}
	return line, what
}

// yamlWords says what the YAML parser found.
func yamlWords(what string) string {
	return inWords(what, "请检查缩进、冒号和引号", []said{
		{`expected '-' indicator|sequence entries`, "列表项的缩进不齐，或缺少开头的“- ”"},
		{`tab character|cannot start any token`, "缩进请用空格，不用 Tab；以 @、%、反引号等符号开头的文字请加引号"},
		{`',' or ']'`, "方括号没有写完，或缺少逗号"},
		{`',' or '\}'`, "花括号没有写完，或缺少逗号"},
		{`mapping values|mapping keys|expected ':'|expected key`, "缩进不齐，或冒号的位置不对：冒号后要空一格，含冒号的文字请加引号"},
		{`unexpected end of stream|unexpected document indicator`, "引号没有写完"},
		{`escape`, `双引号里的反斜杠 \ 写法不对，可改用单引号`},
		{`anchor|alias|merge`, "不支持 & 和 * 的引用，请把内容写全；以它们开头的文字请加引号"},
		{`octet|UTF-|Unicode|control characters`, "含有乱码或看不见的控制字符，请在原来的程序里另存为 UTF-8"},
		{`\btag\b|handle|'!'|URI|directive|version number`, "不支持 ! 和 % 的标记，请删去，或给文字加引号"},
		{`field (\S+) (?:not found|already set).*`, "没有“$1”这一项，或写了两次"},
		{`mapping key "(.*)" already defined.*`, "“$1”写了两次"},
		{`cannot unmarshal`, "值的种类不对：该写数字、文字或列表的地方写了别的"},
		{`^EOF$`, "文件是空的"},
	})
}

// jsonWords says what the JSON parser found.
func jsonWords(what string) string {
	return inWords(what, "请检查引号、逗号和括号", []said{
		{`after object key:value pair`, "缺少逗号或 }"},
		{`after object key`, "名称后面缺少冒号"},
		{`after array element`, "缺少逗号或 ]"},
		{`object key string`, "这里应是带双引号的名称，前面可能多了一个逗号"},
		{`beginning of value`, "这里缺少一个值，或文字没有加双引号"},
		{`after top-level value`, "后面还有多余的内容"},
		{`escape`, `反斜杠 \ 写法不对`},
		{`in string literal`, "引号里有换行或控制字符，换行请写成 \\n"},
		{`numeric literal`, "数字写得不对"},
		{`in literal`, "文字要加双引号；不加的只能是 true、false 和 null"},
		{`unexpected end`, "没有写完，缺少括号或引号"},
	})
}

// inWords is the words of the first pattern found in what a parser says, with what the pattern
// picks out of it; usual where there is none: its own English tells people nothing.
func inWords(what, usual string, list []said) string {
	for _, s := range list {
		p := regexp.MustCompile(s.pattern) // on a fault only, once
		if m := p.FindStringSubmatchIndex(what); m != nil {
			return string(p.ExpandString(nil, s.words, what, m))
		}
	}
	return usual
}
