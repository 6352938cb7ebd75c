// Package usage is how a command line speaks of itself in Chinese: the help of a command with its
// examples, and what is wrong with a line that was typed. It does not know what the commands do.
package usage

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

// Describe gives every command what --help says of it at length: text holds a line "# COMMAND" for
// each and below it the words, examples first. It fails for words without a command.
func Describe(k *kong.Kong, text string) error {
	details := map[string]string{}
	for section := range strings.SplitSeq(strings.TrimPrefix(text, "# "), "\n# ") {
		command, words, _ := strings.Cut(section, "\n")
		details[command] = strings.TrimSpace(words)
	}
	var give func(n *kong.Node)
	give = func(n *kong.Node) {
		n.Detail = details[n.Path()]
		delete(details, n.Path())
		for _, c := range n.Children {
			give(c)
		}
	}
	give(k.Model.Node)
	for command := range details {
		return fmt.Errorf("help.txt: there is no command %q", command)
	}
	return nil
}

// Printer writes the help of the command that was chosen, folded to so many columns, 0 = not: how to
// call it, what it does, its own options before those of all commands. Examples are left as they were
// written.
func Printer(columns func() int) kong.HelpPrinter {
	return func(_ kong.HelpOptions, ctx *kong.Context) error { return printHelp(ctx, columns()) }
}

func printHelp(ctx *kong.Context, columns int) error {
	node, usage := ctx.Selected(), ctx.Model.Name
	if node == nil {
		node, usage = ctx.Model.Node, usage+ctx.Model.Summary()
	} else {
		usage += " " + node.Summary()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "用法：%s\n\n%s\n", spoken(usage), node.Help)
	if detail := cmp.Or(node.Detail, example(node)); detail != "" {
		fmt.Fprintf(&b, "\n%s\n", detail)
	}
	section(&b, "参数：", positionals(node), columns)
	section(&b, "选项：", options(node), columns)
	section(&b, "命令：", subcommands(node), columns)
	if len(node.Children) > 0 {
		fmt.Fprintf(&b, "\n某个命令怎么用：%s 命令 --help\n", strings.TrimSpace(node.FullPath()))
	}
	_, err := io.WriteString(ctx.Stdout, b.String())
	return err
}

// example is that of the first command below a node, without its remarks.
func example(n *kong.Node) string {
	for _, c := range n.Children {
		if text := cmp.Or(c.Detail, example(c)); text != "" {
			command, _, _ := strings.Cut(strings.ReplaceAll(text, "\\\n", "\x00"), "\n")
			return strings.ReplaceAll(command, "\x00", "\\\n")
		}
	}
	return ""
}

// section writes two columns below a heading, nothing when there are none.
func section(b *strings.Builder, title string, rows [][]string, columns int) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n%s", title, textgrid.Columns(rows, columns))
}

// described is a line of a section.
func described(what, help string) []string { return []string{"  " + what + "  ", help} }

func positionals(n *kong.Node) (rows [][]string) {
	for _, a := range n.Positional {
		rows = append(rows, described(spoken(a.Summary()), a.Help))
	}
	return rows
}

func options(n *kong.Node) (rows [][]string) {
	groups := n.AllFlags(true)
	slices.Reverse(groups)
	for _, group := range groups {
		for _, f := range group {
			rows = append(rows, described(option(f), optionHelp(f)))
		}
	}
	return rows
}

func option(f *kong.Flag) string {
	name := "    --" + f.Name
	if f.Short != 0 {
		name = "-" + string(f.Short) + ", --" + f.Name
	}
	if f.IsBool() {
		return name
	}
	holder := strings.ReplaceAll(strings.ReplaceAll(f.FormatPlaceHolder(), `"`, ""), "...", "…")
	if holder == "" {
		holder = strings.Trim(strings.Join(f.EnumSlice(), "|"), "|")
	}
	return spoken(name + "=" + holder)
}

func optionHelp(f *kong.Flag) string {
	text := f.Help
	if f.Required {
		text += "（必填）"
	}
	if len(f.Envs) > 0 {
		text += "（环境变量 " + strings.Join(f.Envs, "、") + "）"
	}
	return text
}

func subcommands(n *kong.Node) (rows [][]string) {
	for _, c := range n.Children {
		if !c.Hidden {
			rows = append(rows, described(strings.TrimSpace(c.Path()), c.Help))
		}
	}
	return rows
}

// spoken puts into words what the parser calls the parts of a command line by itself.
func spoken(s string) string {
	return strings.NewReplacer("<command>", "<命令>", "[flags]", "[选项]", "<file>", "<文件>", "<files>", "<文件>", "<text>", "<文字>",
		"<name>", "<名称>", "<app-id>", "<AppID>", " ...", " …", "=STRING", "=文字", "=DURATION", "=时长", "=NAME", "=名称", "=TOPIC", "=主题").Replace(s)
}
