package sheet

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Topics are weighted keywords by topic, as people read and edit them. Saturation says how
// much a repeated keyword counts.
type Topics struct {
	Saturation float64 `yaml:"saturation"`
	Topics     []Topic `yaml:"topics"`
}

// Topic is one topic and its keywords; a negative weight speaks against it.
type Topic struct {
	Name  string             `yaml:"name"`
	Words map[string]float64 `yaml:"words"`
}

// maxTopicsFile is the most that is read of a topics file, in bytes.
const maxTopicsFile = 16 << 20

// WriteTopics writes topics as YAML, the keywords of each topic by falling weight, so that
// what decides most is read first.
func WriteTopics(w io.Writer, t Topics) error {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, topic := range t.Topics {
		words := &yaml.Node{Kind: yaml.MappingNode}
		byWeight := slices.SortedFunc(maps.Keys(topic.Words), func(a, b string) int {
			return cmp.Or(cmp.Compare(topic.Words[b], topic.Words[a]), cmp.Compare(a, b))
		})
		for _, word := range byWeight {
			words.Content = append(words.Content, scalar(word, ""), scalar(number(topic.Words[word]), "!!float"))
		}
		list.Content = append(list.Content, mapping(scalar("name", ""), scalar(topic.Name, ""), scalar("words", ""), words))
	}
	root := mapping(scalar("saturation", ""), scalar(number(t.Saturation), "!!float"), scalar("topics", ""), list)
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return fmt.Errorf("sheet: write topics: %w", err)
	}
	return e.Close()
}

func mapping(content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: content}
}

// scalar is a value; a plain string is tagged as such, so that 12345 or "yes" stay words.
func scalar(value, tag string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: value, Tag: tag}
	if tag == "" {
		n.SetString(value)
	}
	return n
}

func number(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if f == float64(int64(f)) {
		return s + ".0"
	}
	return s
}

// ReadTopics reads what WriteTopics wrote and people edited. Errors are *models.Error.
func ReadTopics(name string, r io.Reader) (Topics, error) {
	var t Topics
	d := yaml.NewDecoder(io.LimitReader(r, maxTopicsFile))
	d.KnownFields(true)
	if err := d.Decode(&t); err != nil {
		line, what := yamlPlace(err)
		return Topics{}, invalid(name + " 第 " + strconv.Itoa(line) + " 行写错了，或不是主题文件：" + yamlWords(what) + "；可用 wenzheng topics learn 重新生成")
	}
	if len(t.Topics) == 0 {
		return Topics{}, invalid(name + " 里没有主题，请用 wenzheng topics learn 生成")
	}
	return t, nil
}
