package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/wenzheng/wenzheng/demo"
	"github.com/wenzheng/wenzheng/sheet"
)

// untranslated is what the parser says when nobody speaks for it.
var untranslated = regexp.MustCompile(`Usage|Flags:|Commands:|Arguments:|Show context|\[flags\]|<command>|more information|=STRING|<file>|=\s`)

// TestHelpSpeaksChineseAndShowsAnExample walks through the help of every command.
func TestHelpSpeaksChineseAndShowsAnExample(t *testing.T) {
	o := newOffice(t, "")
	if leaves := walkHelp(t, o, nil); leaves < 40 {
		t.Errorf("%d commands", leaves)
	}
}

func walkHelp(t *testing.T, o *office, path []string) (leaves int) {
	t.Helper()
	r := o.run(append(path, "--help")...)
	name := strings.Join(append([]string{"wenzheng"}, path...), " ")
	if r.code != 0 || !strings.HasPrefix(r.stdout, "用法："+name) || !strings.Contains(r.stdout, "-h, --help") || !strings.Contains(r.stdout, "显示用法") {
		t.Errorf("%s --help: exit %d: %s", name, r.code, r.stdout)
	}
	if m := untranslated.FindString(r.stdout); m != "" {
		t.Errorf("%s --help says %q:\n%s", name, m, r.stdout)
	}
	if !strings.Contains(r.stdout, "例：") && name != "wenzheng version" {
		t.Errorf("%s --help has no example", name)
	}
	_, commands, more := strings.Cut(r.stdout, "\n命令：\n")
	if !more {
		return 1
	}
	for line := range strings.Lines(commands) {
		words, _, ok := strings.Cut(strings.TrimPrefix(line, "  "), "    ")
		if !strings.HasPrefix(line, "  ") || !ok {
			break
		}
		leaves += walkHelp(t, o, strings.Fields(words))
	}
	return leaves
}

func TestFaultsOfTheCommandLineAreSaidInChinese(t *testing.T) {
	o := newOffice(t, "")
	for line, want := range map[string]string{
		"ruled":                           "没有这个命令：ruled，您是不是想写 rules；用法见 wenzheng --help",
		"rules destroy":                   "没有这个命令：destroy；用法见 wenzheng rules --help",
		"demo now":                        "多出了 now；用法见 wenzheng demo --help",
		"report":                          "缺少选项：--out=文件.html、--quarter=2026Q3；用法见 wenzheng report --help",
		"report --quarter":                "--quarter 后面缺少内容；用法见 wenzheng report --help",
		"indices --format pdf":            "--format 应为 table、json、csv、xlsx 之一，不是 pdf；用法见 wenzheng indices --help",
		"account add --app-id x --kind y": "--kind 应为 subscription、service 之一，不是 y；用法见 wenzheng account add --help",
		"indices --fromat csv":            "没有这个选项：--fromat，您是不是想写 --from、--format；用法见 wenzheng indices --help",
		"simulate history --days viele":   "--days 应为整数，不是 viele；用法见 wenzheng simulate history --help",
		"simulate load --seconds x":       "--seconds 应为数字，不是 x；用法见 wenzheng simulate load --help",
		"waits list --limit -1":           "--limit 后面缺少内容；内容以 - 开头时请写成 --limit=-1；用法见 wenzheng waits list --help",
		"report --quarter --out x":        "--quarter 后面缺少内容；内容以 - 开头时请写成 --quarter=--out；用法见 wenzheng report --help",
		"topics classify main.go":         "缺少选项：--topics=主题.yaml；用法见 wenzheng topics classify --help",
		"simulate history --json=maybe":   "--json 应为 true 或 false，不是 maybe；用法见 wenzheng simulate history --help",
		"rules pin x --for y --reason z":  "--for 应为时长，例 90m、6h，不是 y；用法见 wenzheng rules pin set --help",
		"rules pin x --for -1h":           "--for 应为以后的时长，例 90m、6h，不是 -1h；用法见 wenzheng rules pin set --help",
		"rules try":                       "缺少参数：<文字>；用法见 wenzheng rules try --help",
		"simulate":                        "请从这些命令中选一个：serve、send、file、load、history；用法见 wenzheng simulate --help",
		"topics learn /nirgends --out x":  "文件 /nirgends 不存在；用法见 wenzheng topics learn --help",
		"topics learn / --out x":          "<文件> 应为文件，/ 是文件夹；用法见 wenzheng topics learn --help",
	} {
		if r := o.run(strings.Fields(line)...); r.code != 2 || r.stderr != "wenzheng: "+want+"\n" || r.stdout != "" {
			t.Errorf("%s: exit %d, %s%s", line, r.code, r.stdout, r.stderr)
		}
	}
}

// TestHelp_TextsFitTheCommands: every command that does something says more than one line about
// itself, and what stands in the program too is said as it stands there.
func TestHelp_TextsFitTheCommands(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&commands{}, kong.Name("wenzheng"), kong.PostBuild(setDetails))
	if err != nil {
		t.Fatal(err)
	}
	details := map[string]string{}
	for _, leaf := range parser.Model.Leaves(false) {
		details[leaf.Path()] = leaf.Detail
		if !strings.HasPrefix(leaf.Detail, "例：wenzheng ") {
			t.Errorf("help.txt has no example of %s: %q", leaf.Path(), leaf.Detail)
		}
	}
	if columns := "\n列：" + strings.Join(sheet.LogColumns(), ",") + "\n"; !strings.Contains(details["log import"], columns) {
		t.Errorf("log import: no line %q", columns)
	}
	if !strings.Contains(details["simulate history"], demo.ActionHistoryBegin) {
		t.Errorf("simulate history does not name %s", demo.ActionHistoryBegin)
	}
}
