package sheet

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func TestSenselessRulesAreNamedWhereTheyStand(t *testing.T) {
	cases := []struct {
		format Format
		text   string
		want   []string
	}{
		{YAML, "rules:\n  - name: a\n    keywords: [x]\n    reply: hello\n  - name: b\n    keywords: x\n  - name: c\n    keywords: [x, \"\"]\n    replies:\n      - kind: news\n        articles:\n          - title: t\n            url: ftp://x\n", []string{
			"f:5:5 至少要有一条回复", "f:8:19 keywords[1]", "f:13:18 https://",
		}},
		{JSON, "[{\"name\":\"a\",\"keywords\":\"x\",\n\"reply\":\"" + strings.Repeat("长", 13_654) + "\"}]", []string{"f:2:9 40960 字节"}},
		{CSV, "name,keywords,reply\na,x,y\nb,,y\nc,x," + strings.Repeat("x", 40_961) + "\nd,x,\n", []string{
			"f:3:3 关键词", "f:4:5 40960 字节", "f:5:5 至少要有一条回复",
		}},
	}
	for _, c := range cases {
		_, err := ReadRules("f", strings.NewReader(c.text), c.format)
		checkFaults(t, faultsOf(t, err), c.want...)
	}
}

// fullRule has every field that a file may carry.
func fullRule() models.Rule {
	return models.Rule{
		Name: "a", Title: "标题", Match: models.MatchContains, Keywords: []string{"公积金"}, Groups: [][]string{{"提取", "取出"}},
		Exclude: []string{"贷款"}, MinLength: 1, MaxLength: 99, Priority: 7, On: []models.Trigger{models.OnText, models.OnClick},
		Keys: []string{"MENU_1"}, Say: "公积金",
		When: &models.Window{
			From: "2026-01-01", Until: "2026-12-31", Weekdays: []int{1, 5}, Hours: []string{"09:00-17:30"}, Office: "open", Holiday: "no",
		},
		Replies: []models.Reply{models.TextReply("一"), models.TextReply("二")}, Pick: models.PickRotate,
		Menu:   &models.Menu{Intro: "请选择", Items: []models.MenuItem{{Title: "甲", Rule: "b"}}, Outro: "回复数字"},
		Action: models.ActionHandover, Topic: "住房", Examples: []string{"公积金提取"}, CounterExamples: []string{"公积金贷款"},
		Source: &models.Source{Document: "文号", Issuer: "住建局", ValidUntil: "2027-12-31"},
	}
}

func TestNoFieldIsForgotten(t *testing.T) {
	rule := fullRule()
	whole := func(r models.Rule) {
		t.Helper()
		for _, v := range []reflect.Value{reflect.ValueOf(r), reflect.ValueOf(*r.When), reflect.ValueOf(*r.Source), reflect.ValueOf(*r.Menu)} {
			for i := range v.NumField() {
				if v.Type().Field(i).Tag.Get("yaml") != "-" && v.Field(i).IsZero() {
					t.Errorf("%s.%s is empty", v.Type(), v.Type().Field(i).Name)
				}
			}
		}
	}
	whole(rule)
	for _, format := range []Format{YAML, JSON, CSV, XLSX} {
		var b bytes.Buffer
		if err := WriteRules(&b, format, []models.Rule{rule}); err != nil {
			t.Fatal(err)
		}
		got, err := ReadRules("f", &b, format)
		if err != nil {
			t.Fatal(err)
		}
		whole(got[0])
		if d := cmp.Diff(rule, got[0]); d != "" {
			t.Errorf("%s: %s", format, d)
		}
	}
}

func TestCrowdedFilesAreRefused(t *testing.T) {
	for format, text := range map[Format]string{YAML: strings.Repeat("-\n", maxValues), JSON: "[" + strings.Repeat("1,", maxValues+1) + "1]"} {
		if _, err := ReadRules("f", strings.NewReader(text), format); models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), "太多") {
			t.Errorf("%s: %.80v", format, err)
		}
	}
}
