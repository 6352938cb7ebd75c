package sheet

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

var yamlLine = regexp.MustCompile(`(?s)^yaml: (?:unmarshal errors:\s+)?(?:line (\d+): )?(.*)$`)

// parseYAML turns a YAML document into nodes; nil means that there is nothing to read,
// and then the faults say why.
func parseYAML(data []byte, f *faults) *node {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	err := d.Decode(&doc)
	if errors.Is(err, io.EOF) {
		f.add(1, 1, "文件是空的")
		return nil
	}
	if err != nil {
		yamlFault(err, f)
		return nil
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		if err != nil {
			yamlFault(err, f)
		} else {
			f.add(more.Line, 1, "只能有一个 YAML 文档，请删去多余的 ---")
		}
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		f.add(1, 1, "文件是空的")
		return nil
	}
	return yamlNode(doc.Content[0], f, 0)
}

func yamlFault(err error, f *faults) {
	line, what := yamlPlace(err)
	f.add(line, 1, "不是正确的 YAML："+yamlWords(what))
}

func yamlNode(y *yaml.Node, f *faults, depth int) *node {
	n := &node{line: y.Line, column: y.Column}
	switch {
	case depth > maxDepth:
		f.add(y.Line, y.Column, "嵌套太深")
	case y.Kind == yaml.AliasNode || y.Anchor != "":
		f.add(y.Line, y.Column, "规则文件不支持 YAML 的锚点和引用（& 和 *），请把内容写全")
	case y.Kind == yaml.ScalarNode:
		n.kind, n.text = yamlScalar(y, f)
	case y.Kind == yaml.SequenceNode:
		n.kind = kindList
		for _, c := range y.Content {
			n.values = append(n.values, yamlNode(c, f, depth+1))
		}
	case y.Kind == yaml.MappingNode:
		n.kind = kindMap
		for i := 0; i+1 < len(y.Content); i += 2 {
			n.keys = append(n.keys, yamlNode(y.Content[i], f, depth+1))
			n.values = append(n.values, yamlNode(y.Content[i+1], f, depth+1))
		}
	}
	return n
}

func yamlScalar(y *yaml.Node, f *faults) (nodeKind, string) {
	switch y.ShortTag() {
	case "!!null":
		return kindNull, y.Value
	case "!!int", "!!float":
		return kindNumber, y.Value
	case "!!bool":
		return kindBool, y.Value
	case "!!str", "!!timestamp", "!!merge":
		return kindText, strings.ReplaceAll(y.Value, "\r\n", "\n")
	}
	f.addf(y.Line, y.Column, "不支持 YAML 标记 %s，请删去", y.ShortTag())
	return kindText, y.Value
}
