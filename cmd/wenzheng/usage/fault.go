package usage

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/wenzheng/wenzheng/models"
)

// Fault says what is wrong with a command line, and where its help is.
func Fault(err error) error {
	return fmt.Errorf("%s；用法见 wenzheng %s--help", inWords(err), commandPath(err))
}

// commandPath is how far the command line was understood, for the pointer to its help.
func commandPath(err error) string {
	if n := selected(err); n != nil {
		return strings.TrimPrefix(n.FullPath(), "wenzheng ") + " "
	}
	return ""
}

// selected is the command a faulty command line is about; nil before any was understood.
func selected(err error) *kong.Node {
	var fault *kong.ParseError
	if errors.As(err, &fault) && fault.Context != nil {
		return fault.Context.Selected()
	}
	return nil
}

// phrase is a fault as the parser says it, and as people do; $1 and $2 are what it quotes.
type phrase struct{ pattern, say string }

func phrases() []phrase {
	return []phrase{
		{`unknown flag (.+)`, "没有这个选项：$1"},
		{`missing flags?: (.+)`, "缺少选项：$1"},
		{`missing positional arguments (.+)`, "缺少参数：$1"},
		{`expected one of (.+)`, "请从这些命令中选一个：$1"},
		{`(.+): expected \w+ value but got "EOL".*`, "$1 后面缺少内容"},
		{`(.+) must be one of (.+) but got (.+)`, "$1 应为 $2 之一，不是 $3"},
		{`(.+): expected duration value but got ("-\d[^"]*") \((?:short|long) flag\).*`, "$1 应为以后的时长，例 90m、6h，不是 $2"},
		{`(.+): expected .+ but got .+ \((?:short|long) flag\); perhaps try (.+)\?`, "$1 后面缺少内容；内容以 - 开头时请写成 $2"},
		{`(.+): expected bool but got (.+)`, "$1 应为 true 或 false，不是 $2"},
		{`flag (.+) applies to the default command (.+), not (.+)`, "$1 是 $2 的选项，不能与 $3 同用"},
		{`(.+): expected an? (?:valid \d+ bit )?u?int but got ("[^"]*").*`, "$1 应为整数，不是 $2"},
		{`(.+): expected a float but got ("[^"]*").*`, "$1 应为数字，不是 $2"},
		{`(.+): expected duration but got ("[^"]*").*`, "$1 应为时长，例 90m、6h，不是 $2"},
		{`(.+): bool value must be .* but got (.+)`, "$1 应为 true 或 false，不是 $2"},
		{`(.+): stat (.+): no such file or directory`, "文件 $2 不存在"},
		{`(.+): "(.+)" exists but is a directory`, "$1 应为文件，$2 是文件夹"},
		{`(.+) and (.+) can't be used together`, "$1 与 $2 不能同时用"},
		{`unexpected flag argument (.+)`, "选项后面不能写 $1"},
		{`expected (.+)`, "缺少参数：$1"},
	}
}

// inWords says in the language of the people who type what the parser found.
func inWords(err error) string {
	text, hint := strings.Replace(err.Error(), ` must be one of "",`, ` must be one of `, 1), "" // leaving it out is no choice
	if before, after, ok := strings.Cut(text, ", did you mean "); ok {
		text, hint = before, "，您是不是想写 "+strings.TrimPrefix(strings.TrimSuffix(after, "?"), "one of ")
	}
	if rest, ok := strings.CutPrefix(text, "unexpected argument "); ok {
		if n := selected(err); n == nil || len(n.Children) > 0 {
			return "没有这个命令：" + rest + plain(hint)
		}
		return "多出了 " + rest + plain(hint)
	}
	for _, p := range phrases() {
		pattern := regexp.MustCompile("^" + p.pattern + "$") // on a fault only, once
		if pattern.MatchString(text) {
			return plain(pattern.ReplaceAllString(text, p.say) + hint)
		}
	}
	return "命令行有误：" + models.PlainText(err)
}

// plain takes the parser's punctuation out of a text for people.
func plain(s string) string {
	return spoken(strings.NewReplacer(`","`, "、", `", "`, "、", ", ", "、", "> ...", ">", `"`, "", "...", "……").Replace(s))
}
