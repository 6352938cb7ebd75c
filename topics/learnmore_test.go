package topics

import (
	"strings"
	"testing"
)

// TestLearn_LaterRowsCorrect: what people put right is learned, what is undecided is not.
func TestLearn_LaterRowsCorrect(t *testing.T) {
	rows := smallRows()
	var corrections []Labelled
	for _, r := range rows {
		if r.Topic == "教育" {
			corrections = append(corrections, Labelled{"学校收费", strings.ReplaceAll(r.Text, "，", ", ")})
		}
	}
	corrections = append(corrections, Labelled{Undecided, "医院门诊排队3小时，医院收费太高"})
	c := learn(t, append(rows, corrections...))
	if topic, _, _ := c.Classify("学校老师补课"); topic != "学校收费" {
		t.Errorf("a corrected text is %s", topic)
	}
	if topic, _, _ := c.Classify("医院门诊"); topic != "医疗" {
		t.Errorf("%s was learned from an undecided row", topic)
	}
}

// TestLearn_TreeTeachesWordsOfItsTopics: names of finer topics count, those of topics that no text
// has do not.
func TestLearn_TreeTeachesWordsOfItsTopics(t *testing.T) {
	var tree []Labelled
	for _, name := range []string{"幼儿园入园", "幼儿园收托", "民办幼儿园"} {
		tree = append(tree, Labelled{"教育", name})
	}
	for _, name := range []string{"垃圾清运", "垃圾分类", "垃圾填埋"} {
		tree = append(tree, Labelled{"环境", name})
	}
	c := learnWith(t, smallRows(), tree)
	if topic, score, _ := c.Classify("小区幼儿园"); topic != "教育" || score < 0.5 {
		t.Errorf("%s %.2f", topic, score)
	}
	if topic, _, _ := c.Classify("垃圾清运不及时"); topic == "环境" {
		t.Error("a topic without texts was learned")
	}
}
