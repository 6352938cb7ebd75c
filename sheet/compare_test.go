package sheet

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func compared() models.Rule {
	return models.Rule{
		ID: 7, Name: "居住证", Match: models.MatchContains, Keywords: []string{"居住证", "暂住证"}, Groups: [][]string{{"办", "补"}, {"证"}},
		Examples: []string{"怎么办居住证", "补居住证"}, Replies: []models.Reply{models.TextReply("请到派出所。\n带身份证。")},
		Version: 3, State: models.RulePublished, Author: "张三",
	}
}

func TestCompareRules_SameMeaning(t *testing.T) {
	for name, change := range map[string]func(*models.Rule){
		"what the store adds": func(r *models.Rule) { r.ID, r.Version, r.State, r.Author = 0, 0, "", "" },
		"defaults left out":   func(r *models.Rule) { r.Match, r.On, r.Pick = "", nil, "" },
		"defaults written out": func(r *models.Rule) {
			r.On, r.Pick, r.Title = []models.Trigger{models.OnText}, models.PickFirst, r.Name
		},
		"order": func(r *models.Rule) {
			r.Keywords, r.Groups = []string{"暂住证", "居住证"}, [][]string{{"证"}, {"补", "办"}}
		},
		"repetition":        func(r *models.Rule) { r.Keywords = append(r.Keywords, "居住证") },
		"order of examples": func(r *models.Rule) { r.Examples = []string{"补居住证", "怎么办居住证"} },
		"line ends": func(r *models.Rule) {
			r.Replies = []models.Reply{models.TextReply("请到派出所。\r\n带身份证。")}
		},
		"empty parts":            func(r *models.Rule) { r.When, r.Source, r.Exclude = &models.Window{}, &models.Source{}, []string{} },
		"a pick among one reply": func(r *models.Rule) { r.Pick = models.PickRandom },
	} {
		other := compared()
		change(&other)
		if got, err := CompareRules(compared(), other); len(got) > 0 || err != nil {
			t.Errorf("%s: %+v, error %v", name, got, err)
		}
	}
}

func TestCompareRules_NamesTheFields(t *testing.T) {
	after := compared()
	after.Keywords = []string{"居住证", "居住登记"}
	after.Priority = 5
	after.Replies = []models.Reply{models.TextReply("请到派出所。")}
	after.When = &models.Window{Until: "2026-12-31"}
	want := []FieldChange{
		{"keywords", "关键词", "居住证|暂住证", "居住证|居住登记"},
		{"priority", "优先级", "", "5"},
		{"reply", "回复", "请到派出所。\n带身份证。", "请到派出所。"},
		{"when.until", "结束日期", "", "2026-12-31"},
	}
	got, err := CompareRules(compared(), after)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, differs (-want +got):\n%s", err, diff)
	}
	if before := compared(); before.When != nil || before.Source != nil {
		t.Error("the rule itself was changed")
	}
}
