package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile bounds the settings file; a longer one is some other file.
const maxFile = 1 << 20

// layer is the settings of one place, by dotted key.
type layer map[string]entry

// entry is a value as text (one text, or the items of a list) and where it came from.
type entry struct {
	texts  []string
	origin string
}

// readFile reads a settings file. A file that cannot be read or parsed is one fault; each
// unknown key and malformed value is another.
func readFile(path string, known map[string]key, f *faults) layer {
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		f.add("", path, "读不了设置文件："+reason(err))
		return nil
	}
	if len(data) > maxFile {
		f.add("", path, "设置文件超过 1 MiB，请检查文件是否选错")
		return nil
	}
	docs, err := documents(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if err != nil {
		f.add("", path+lineOf(err), "不是正确的 YAML，请检查这一行和上一行的缩进、冒号和引号")
		return nil
	}
	w := walker{path: path, known: known, faults: f, layer: layer{}}
	for i, d := range docs {
		if i > 0 {
			f.add("", w.at(d), "设置文件只能有一个 YAML 文档，请删去多余的 ---")
			break
		}
		w.section("", d)
	}
	return w.layer
}

// documents parses all YAML documents of a file.
func documents(data []byte) ([]*yaml.Node, error) {
	var docs []*yaml.Node
	for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var n yaml.Node
		err := d.Decode(&n)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, fmt.Errorf("config: %w", err)
		}
		docs = append(docs, n.Content...)
	}
}

func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "文件不存在，请检查路径"
	case errors.Is(err, fs.ErrPermission):
		return "没有读取权限"
	default:
		return "读取失败，请检查它是不是普通文件"
	}
}

var yamlLine = regexp.MustCompile(`yaml: line (\d+): `)

// lineOf is the line, as ":7", of an error of the parser.
func lineOf(err error) string {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		return ":" + m[1]
	}
	return ":1"
}

type walker struct {
	path   string
	known  map[string]key
	faults *faults
	layer  layer
}

func (w *walker) at(n *yaml.Node) string { return fmt.Sprintf("%s:%d", w.path, n.Line) }

// section walks a mapping whose keys begin with prefix ("" or "name.").
func (w *walker) section(prefix string, n *yaml.Node) {
	if null(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		w.faults.add(strings.TrimSuffix(prefix, "."), w.at(n), "这里应是一组“名称: 值”")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := prefix + n.Content[i].Value
		if seen[name] {
			w.faults.add(name, w.at(n.Content[i]), "写了两次，请只留一个")
			continue
		}
		seen[name] = true
		w.setting(name, n.Content[i], n.Content[i+1])
	}
}

func (w *walker) setting(name string, at, value *yaml.Node) {
	if w.isSection(name) {
		w.section(name+".", value)
		return
	}
	k, ok := w.known[name]
	if !ok {
		w.faults.add(name, w.at(at), absent(name, w.known))
		return
	}
	texts, problem := literals(value, k.list)
	if problem != "" {
		w.faults.add(name, w.at(at), problem)
		return
	}
	w.layer[name] = entry{texts: texts, origin: w.at(at)}
}

func (w *walker) isSection(name string) bool {
	for k := range w.known {
		if strings.HasPrefix(k, name+".") {
			return true
		}
	}
	return false
}

func literals(n *yaml.Node, list bool) (texts []string, problem string) {
	switch {
	case null(n):
		return nil, "没有写值；要留空请写 \"\"，不用它请删去这一行"
	case n.Kind == yaml.ScalarNode && list:
		return split(n.Value), ""
	case n.Kind == yaml.ScalarNode:
		return []string{strings.TrimSpace(n.Value)}, ""
	case n.Kind != yaml.SequenceNode:
		return nil, "应是一个值"
	case !list:
		return nil, "只能有一个值，请不要写成列表"
	}
	texts = make([]string, 0, len(n.Content))
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode || null(item) {
			return nil, "列表的每一项都应是一个值"
		}
		texts = append(texts, item.Value)
	}
	return texts, ""
}

func null(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// split cuts a list written as one text: items separated by commas.
func split(s string) []string {
	var list []string
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}
