package topics

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// sayings are texts with the topic that people gave them, and the tree of topics beside.
type sayings struct {
	rows     []Labelled
	tree     [][]string // topic, group, leaf
	frequent string     // the topic of the most texts
}

// ownSayings are 80 texts of our own.
func ownSayings(t testing.TB) *sayings {
	t.Helper()
	return &sayings{labelled(t, "testdata/labelled.csv"), tableRows(t, "testdata/topics.csv"), "教育"}
}

// realSayings are 1,842 real messages, nil where they do not lie beside the repository.
func realSayings(t testing.TB) *sayings {
	t.Helper()
	texts, there := wechattest.Beside(t, "data", "hunan", "labelled.csv")
	if !there {
		return nil
	}
	tree, _ := wechattest.Beside(t, "data", "hunan", "topics.csv")
	return &sayings{labelled(t, texts), tableRows(t, tree), "城乡建设"}
}

func labelled(t testing.TB, path string) []Labelled {
	t.Helper()
	var out []Labelled
	for _, r := range tableRows(t, path) {
		out = append(out, Labelled{Topic: r[0], Text: r[1]})
	}
	return out
}

// names are the names of the tree's topics, as samples.
func (s *sayings) names() []Labelled {
	var out []Labelled
	for _, r := range s.tree {
		out = append(out, Labelled{Topic: r[0], Text: r[1] + "\n" + r[2]})
	}
	return out
}

// TestTopicsF1 sorts texts, each by what was learned from four fifths of the others (stratified) and
// the names of the tree. Of five topics and 64 texts to learn from less can be learned than of
// thousands.
func TestTopicsF1(t *testing.T) { checkF1(t, ownSayings(t), 80, 0.7) }

func checkF1(t *testing.T, s *sayings, n int, least float64) {
	t.Helper()
	rows := s.rows
	if len(rows) != n {
		t.Fatalf("%d texts, want %d", len(rows), n)
	}
	const parts, seed = 5, 1
	part := make([]int, len(rows))
	count := map[string]int{}
	for _, i := range rand.New(rand.NewPCG(seed, 7)).Perm(len(rows)) {
		part[i] = count[rows[i].Topic] % parts
		count[rows[i].Topic]++
	}
	var want, got []string
	sure, kept, keptRight := 0.0, 0, 0
	for p := range parts {
		var train []Labelled
		for i, r := range rows {
			if part[i] != p {
				train = append(train, r)
			}
		}
		c := learnWith(t, train, s.names())
		for i, r := range rows {
			if part[i] == p {
				topic, score, _ := c.Classify(r.Text)
				sure += score / float64(len(rows))
				if score >= 0.5 {
					kept++
					if topic == r.Topic {
						keptRight++
					}
				}
				want, got = append(want, r.Topic), append(got, topic)
			}
		}
	}
	right := 0
	for i := range want {
		if want[i] == got[i] {
			right++
		}
	}
	f1 := macroF1(want, got)
	accuracy := float64(right) / float64(len(want))
	t.Logf("macro-F1 %.4f, accuracy %.4f, mean score %.4f over %d texts", f1, accuracy, sure, len(want))
	t.Logf("of %d with a score of 0.5 and more %.4f are right", kept, float64(keptRight)/float64(kept))
	if kept < len(rows)*3/4 || float64(keptRight)/float64(kept) <= accuracy {
		t.Errorf("leaving the unsure ones undecided keeps %d of %d, of which %d are right", kept, len(rows), keptRight)
	}
	if margin := 0.1; sure < accuracy-margin || sure > accuracy+margin {
		t.Errorf("the score is not about how often the topic is right")
	}
	if f1 < least {
		t.Errorf("macro-F1 %.4f is below %v", f1, least)
	}
}

func learn(t testing.TB, rows []Labelled) *Classifier {
	t.Helper()
	return learnWith(t, rows, nil)
}

func learnWith(t testing.TB, rows, tree []Labelled) *Classifier {
	t.Helper()
	model, err := Learn(rows, tree)
	if err != nil {
		t.Fatal(err)
	}
	c, err := model.Classifier()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func smallRows() []Labelled {
	var rows []Labelled
	for i := range 12 {
		rows = append(rows,
			Labelled{"交通", fmt.Sprintf("公交车第%d路总是晚点，公交站台也没有座位", i)},
			Labelled{"医疗", fmt.Sprintf("医院门诊排队%d小时，医院收费太高", i)},
			Labelled{"教育", fmt.Sprintf("学校补课%d次，学校老师收费", i)})
	}
	return rows
}

func TestClassifyExplains(t *testing.T) {
	c := learn(t, smallRows())
	topic, score, words := c.Classify("請問公交車站台在哪裡？")
	if topic != "交通" || score < 0.5 || score > 1 || !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, "公交") }) {
		t.Errorf("%s %.2f %v", topic, score, words)
	}
	for _, s := range []string{"", "12345", "hello world", "龘龘"} {
		if topic, score, words := c.Classify(s); topic != "" || score != 0 || words != nil {
			t.Errorf("%q: %s %.2f %v", s, topic, score, words)
		}
	}
}

func TestLearningIsRepeatable(t *testing.T) {
	a, err := Learn(smallRows(), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Learn(smallRows(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
}

func TestEditedTopicsDecide(t *testing.T) {
	edited := Model{Saturation: 2, Topics: []Topic{
		{Name: "甲", Words: map[string]float64{"公園": 1}},
		{Name: "乙", Words: map[string]float64{"公园": -1, "树木": 0.5}},
	}}
	c, err := edited.Classifier()
	if err != nil {
		t.Fatal(err)
	}
	if topic, _, words := c.Classify("公园里的树木"); topic != "甲" || !slices.Equal(words, []string{"公园"}) {
		t.Errorf("%s %v", topic, words)
	}
	bad := Model{Topics: []Topic{{Name: "甲", Words: map[string]float64{"abc": 1}}, {Name: "甲"}}}
	if _, err := bad.Classifier(); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("error %v", err)
	}
	if _, err := Learn([]Labelled{{"甲", "文字"}}, nil); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("error %v", err)
	}
}

func TestMacroF1(t *testing.T) {
	want := []string{"a", "a", "b", "b"}
	if f := macroF1(want, want); f != 1 {
		t.Errorf("%v", f)
	}
	if f, exact := macroF1(want, []string{"a", "b", "b", "b"}), (2.0/3+4.0/5)/2; f < exact-1e-12 || f > exact+1e-12 {
		t.Errorf("%v, want %v", f, exact)
	}
}

func BenchmarkClassify(b *testing.B) {
	rows := ownSayings(b).rows
	if others := realSayings(b); others != nil {
		rows = others.rows
	}
	c := learn(b, rows)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Classify(rows[i%len(rows)].Text)
	}
}

func BenchmarkLearn(b *testing.B) {
	rows := ownSayings(b).rows
	if others := realSayings(b); others != nil {
		rows = others.rows
	}
	for b.Loop() {
		if _, err := Learn(rows, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// macroF1 is the mean over topics of the harmonic mean of precision and recall.
func macroF1(want, got []string) float64 {
	names := slices.Compact(slices.Sorted(slices.Values(want)))
	sum := 0.0
	for _, name := range names {
		right, wrong := 0, 0
		for i := range want {
			switch {
			case want[i] == name && got[i] == name:
				right += 2
			case want[i] == name || got[i] == name:
				wrong++
			}
		}
		if right > 0 {
			sum += float64(right) / float64(right+wrong)
		}
	}
	return sum / float64(max(len(names), 1))
}
