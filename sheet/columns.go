package sheet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"github.com/wenzheng/wenzheng/models"
)

// column is one column of a table of rules: where a cell goes and where it comes from.
type column struct {
	name   string
	title  string // the Chinese heading, understood as well
	field  func(r *models.Rule) any
	kind   cellKind
	others []string // further headings that are understood
}

// cellKind says what the text of a cell is, apart from what its field tells.
type cellKind int

const (
	cellPlain    cellKind = iota
	cellWords             // several words, see wordSeparators
	cellSentence          // several sentences, see sentenceSeparators
	cellDate
	cellHours
	cellWeekdays
	cellOffice  // 办公时间 or 非办公时间
	cellHoliday // 是 or 否
)

// basic is how many of the columns every file has.
const basic = 7

// columns are all columns. Those of basic are always written, the others where a rule
// needs them.
func columns() []column {
	return []column{
		{"name", "名称", func(r *models.Rule) any { return &r.Name }, cellPlain, []string{"规则名称", "规则名"}},
		{"match", "匹配方式", func(r *models.Rule) any { return &r.Match }, cellPlain, []string{"匹配", "匹配类型", "方式"}},
		{"keywords", "关键词", func(r *models.Rule) any { return &r.Keywords }, cellWords, []string{"关键字"}},
		{"exclude", "排除词", func(r *models.Rule) any { return &r.Exclude }, cellWords, []string{"排除", "排除关键词"}},
		{"priority", "优先级", func(r *models.Rule) any { return &r.Priority }, cellPlain, nil},
		{"reply", "回复", func(r *models.Rule) any { return (*plainReply)(&r.Replies) }, cellPlain, []string{"回复内容", "答复", "回答"}},
		{"examples", "例句", func(r *models.Rule) any { return &r.Examples }, cellSentence, []string{"例子", "示例"}},
		{"title", "标题", func(r *models.Rule) any { return &r.Title }, cellPlain, nil},
		{"groups", "词组", func(r *models.Rule) any { return &r.Groups }, cellWords, nil},
		{"min_length", "最短字数", func(r *models.Rule) any { return &r.MinLength }, cellPlain, nil},
		{"max_length", "最长字数", func(r *models.Rule) any { return &r.MaxLength }, cellPlain, nil},
		{"on", "触发", func(r *models.Rule) any { return &r.On }, cellWords, []string{"入口"}},
		{"keys", "事件值", func(r *models.Rule) any { return &r.Keys }, cellPlain, nil},
		{"say", "转为文字", func(r *models.Rule) any { return &r.Say }, cellPlain, nil},
		{"when.from", "开始日期", func(r *models.Rule) any { return &window(r).From }, cellDate, []string{"起始日期", "生效日期"}},
		{"when.until", "结束日期", func(r *models.Rule) any { return &window(r).Until }, cellDate, []string{"截止日期", "失效日期"}},
		{"when.weekdays", "星期", func(r *models.Rule) any { return &window(r).Weekdays }, cellWeekdays, nil},
		{"when.hours", "时段", func(r *models.Rule) any { return &window(r).Hours }, cellHours, nil},
		{"when.office", "办公时间", func(r *models.Rule) any { return &window(r).Office }, cellOffice, nil},
		{"when.holiday", "节假日", func(r *models.Rule) any { return &window(r).Holiday }, cellHoliday, nil},
		{"replies", "其他回复", func(r *models.Rule) any { return (*otherReplies)(&r.Replies) }, cellPlain, nil},
		{"pick", "选择方式", func(r *models.Rule) any { return &r.Pick }, cellPlain, nil},
		{"menu", "菜单", func(r *models.Rule) any { return &r.Menu }, cellPlain, nil},
		{"action", "动作", func(r *models.Rule) any { return &r.Action }, cellPlain, nil},
		{"topic", "主题", func(r *models.Rule) any { return &r.Topic }, cellPlain, nil},
		{"counter_examples", "反例", func(r *models.Rule) any { return &r.CounterExamples }, cellSentence, nil},
		{"source.document", "文号", func(r *models.Rule) any { return &source(r).Document }, cellPlain, nil},
		{"source.issuer", "发文单位", func(r *models.Rule) any { return &source(r).Issuer }, cellPlain, nil},
		{"source.valid_until", "有效期至", func(r *models.Rule) any { return &source(r).ValidUntil }, cellDate, []string{"有效期"}},
	}
}

// plainReply is the one text reply that the column reply holds; otherReplies is every other
// list of replies, as JSON.
type (
	plainReply   []models.Reply
	otherReplies []models.Reply
)

func isPlain(replies []models.Reply) bool {
	return len(replies) == 1 && replies[0].Text != "" && reflect.DeepEqual(replies[0], models.TextReply(replies[0].Text))
}

func window(r *models.Rule) *models.Window {
	if r.When == nil {
		r.When = &models.Window{}
	}
	return r.When
}

func source(r *models.Rule) *models.Source {
	if r.Source == nil {
		r.Source = &models.Source{}
	}
	return r.Source
}

// text is the text of a rule's field; the rule may gain empty parts by it, so pass a copy.
func (c *column) text(r *models.Rule, chinese bool) (string, error) {
	text, err := cell(c.field(r), c.separators(r.Match == models.MatchRegexp))
	if err != nil || !chinese {
		return text, err
	}
	return c.inChinese(text), nil
}

// separators are the characters between several texts of a cell.
func (c *column) separators(pattern bool) string {
	switch {
	case c.name == "keywords" && pattern, c.kind == cellPlain:
		return patternSeparators
	case c.kind == cellSentence:
		return sentenceSeparators
	}
	return wordSeparators
}

// cell is the text of a field.
func cell(field any, separators string) (string, error) {
	switch p := field.(type) {
	case *plainReply:
		if isPlain(*p) {
			return (*p)[0].Text, nil
		}
		return "", nil
	case *otherReplies:
		if len(*p) == 0 || isPlain(*p) {
			return "", nil
		}
		return jsonText([]models.Reply(*p))
	case **models.Menu:
		if *p == nil {
			return "", nil
		}
		return jsonText(*p)
	case *[][]string:
		return joinGroups(*p)
	}
	v := reflect.ValueOf(field).Elem()
	switch v.Kind() {
	case reflect.String:
		return v.String(), nil
	case reflect.Int:
		if v.Int() == 0 {
			return "", nil
		}
		return strconv.FormatInt(v.Int(), 10), nil
	}
	items := make([]string, v.Len())
	for i := range items {
		items[i] = fmt.Sprint(v.Index(i).Interface())
	}
	return joinItems(items, separators), nil
}

func jsonText(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fmt.Errorf("sheet: encode cell: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// setCell reads a cell into a rule's field. Faults stand at the cell.
func (d *decoder) setCell(c *column, field any, text string, line, col int) {
	name := c.name
	text = c.inCode(text)
	switch p := field.(type) {
	case *plainReply:
		d.setReplies((*[]models.Reply)(p), &node{kind: kindText, text: text, line: line, column: col}, name)
		return
	case *otherReplies:
		d.setReplies((*[]models.Reply)(p), d.jsonCell(text, line, col), name)
		return
	case **models.Menu:
		d.decode(d.jsonCell(text, line, col), reflect.ValueOf(p).Elem(), name)
		return
	case *[][]string:
		d.decode(d.groupsCell(text, line, col), reflect.ValueOf(p).Elem(), name)
		return
	}
	v := reflect.ValueOf(field).Elem()
	n := &node{kind: kindText, text: text, line: line, column: col}
	if v.Kind() == reflect.Int {
		n.kind, n.text = kindNumber, tidy(width.Fold.String(text))
	}
	if v.Kind() == reflect.Slice {
		items := splitItems(text, c.separators(d.pattern))
		for i := range items {
			items[i] = c.itemInCode(items[i])
		}
		n = listNode(items, v.Type().Elem().Kind() == reflect.Int, line, col)
	}
	d.decode(n, v, name)
}

func (d *decoder) setReplies(dst *[]models.Reply, n *node, name string) {
	if len(*dst) > 0 {
		d.faults.addf(n.line, n.column, "reply 和 replies 只能填一个")
		return
	}
	d.decode(n, reflect.ValueOf(dst).Elem(), name)
}

func listNode(items []string, numbers bool, line, col int) *node {
	n := &node{kind: kindList, line: line, column: col}
	kind := kindText
	if numbers {
		kind = kindNumber
	}
	for _, item := range items {
		n.values = append(n.values, &node{kind: kind, text: item, line: line, column: col})
	}
	return n
}

// jsonCell parses a cell that holds JSON; its faults and its values stand at the cell.
func (d *decoder) jsonCell(text string, line, col int) *node {
	inner := &faults{}
	n := parseJSON([]byte(text), inner)
	for _, f := range inner.fields {
		d.faults.add(line, col, f.Message)
	}
	if n == nil {
		return &node{line: line, column: col}
	}
	n.move(line, col)
	return n
}

func (n *node) move(line, col int) {
	n.line, n.column = line, col
	for _, c := range slices.Concat(n.keys, n.values) {
		c.move(line, col)
	}
}

func (d *decoder) groupsCell(text string, line, col int) *node {
	if strings.HasPrefix(text, "[[") {
		return d.jsonCell(text, line, col)
	}
	n := &node{kind: kindList, line: line, column: col}
	for group := range strings.SplitSeq(text, "\n") {
		if items := splitItems(group, wordSeparators); len(items) > 0 {
			n.values = append(n.values, listNode(items, false, line, col))
		}
	}
	return n
}
