package bot

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// topicRules makes one rule of every leaf of the topic tree, known by its name alone, and
// one of every topic of the labelled texts, with short typical openings of those texts as
// examples.
func topicRules(tree [][]string, train []petition) []models.Rule {
	var rules []models.Rule
	seen := map[string]bool{}
	add := func(name, title, topic string, examples []string) {
		if title == "其他" || seen[name] {
			return
		}
		seen[name] = true
		rules = append(rules, models.Rule{
			Name: name, Title: title, Topic: topic, Keywords: []string{title}, Examples: examples,
			Replies: []models.Reply{models.TextReply(name)},
		})
	}
	for _, r := range tree {
		add(strings.Join(r, "/"), r[2], r[0], nil)
		add(strings.Join(r[:2], "/"), r[1], r[0], nil)
	}
	openings := map[string][]string{}
	for _, r := range train {
		if s := opening(r.Text); len([]rune(s)) >= 6 && len([]rune(s)) <= 30 {
			openings[r.Topic] = append(openings[r.Topic], s)
		}
	}
	for topic, list := range openings {
		add(topic, topic, topic, typical(list, maxExamples))
	}
	slices.SortFunc(rules, func(a, b models.Rule) int { return cmp.Compare(a.Name, b.Name) })
	return rules
}

// opening is the first clause of a text that says something: what stands in for a title.
func opening(text string) string {
	clauses := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("，。！？；：,.!?;:\n\r\t 　", r) })
	for _, c := range clauses {
		if len([]rune(c)) >= 6 && !strings.Contains(c, "尊敬") && !strings.Contains(c, "您好") {
			return c
		}
	}
	return text
}

// typical are the n texts that share most with the others of their topic.
func typical(list []string, n int) []string {
	count := map[uint64]int{}
	for _, s := range list {
		for _, m := range marksOf(reading.Key(s)) {
			count[m]++
		}
	}
	score := func(s string) float64 {
		marks := marksOf(reading.Key(s))
		sum := 0
		for _, m := range marks {
			sum += count[m]
		}
		return float64(sum) / float64(max(len(marks), 1))
	}
	slices.Sort(list)
	list = slices.Compact(list)
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(score(b), score(a)) })
	return list[:min(n, len(list))]
}

// marksOf are the characters and neighbouring pairs of a text, function words left out.
func marksOf(key []rune) []uint64 {
	marks := make([]uint64, 0, 2*len(key))
	for i, r := range key {
		if models.FunctionWord(r) {
			continue
		}
		marks = append(marks, uint64(r))
		if i+1 < len(key) && !models.FunctionWord(key[i+1]) {
			marks = append(marks, uint64(r)<<21|uint64(key[i+1]))
		}
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}

// hits counts what became of questions without an answer.
type hits struct{ asked, offered, first, any, random, frequent int }

func (h *hits) String() string {
	share := func(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }
	return fmt.Sprintf("%d unanswered, %.1f %% get a suggestion; of those right: first %.1f %%, among three %.1f %%; three at random %.1f %%, most frequent topic %.1f %%",
		h.asked, share(h.offered, h.asked), share(h.first, h.offered), share(h.any, h.offered), share(h.random, h.offered), share(h.frequent, h.offered))
}

// TestSuggestionsFindTheTopic asks texts, and their opening clauses, of rules
// that know the topics by name and by examples out of the other four fifths. A suggestion
// is right when its rule belongs to the topic that people gave the text. The baselines
// are asked the same questions: three rules at random, the most frequent topic.
func TestSuggestionsFindTheTopic(t *testing.T) {
	for _, h := range askAll(t, ownSayings(t)) { // of five topics, three at random are often right: few may be wrong
		if h.offered < 4 || 10*h.first < 9*h.offered || 10*h.any < 9*h.offered {
			t.Errorf("suggestions are too few or wrong: %v", &h)
		}
	}
	if others := realSayings(t); others != nil {
		for _, h := range askAll(t, others) {
			if h.offered == 0 || 2*h.any < 3*max(h.random, h.frequent) {
				t.Errorf("suggestions are hardly better than none: %v", &h)
			}
		}
	}
}

// askAll asks whole texts and their openings.
func askAll(t *testing.T, s *sayings) []hits {
	t.Helper()
	rows := s.rows
	const parts = 5
	part := make([]int, len(rows))
	count := map[string]int{}
	for _, i := range rand.New(rand.NewPCG(1, 7)).Perm(len(rows)) {
		part[i] = count[rows[i].Topic] % parts
		count[rows[i].Topic]++
	}
	ask := func(form func(string) string) hits {
		rng := rand.New(rand.NewPCG(3, 3))
		var h hits
		for p := range parts {
			var train []petition
			for i, r := range rows {
				if part[i] != p {
					train = append(train, r)
				}
			}
			rs := mustCompile(t, topicRules(s.tree, train)...)
			for i, r := range rows {
				if part[i] == p {
					h.ask(rs, form(r.Text), r.Topic, s.frequent, rng)
				}
			}
		}
		return h
	}
	whole := ask(func(s string) string { return s })
	short := ask(opening)
	t.Logf("whole texts: %v", &whole)
	t.Logf("openings: %v", &short)
	return []hits{whole, short}
}

func (h *hits) ask(rs *Ruleset, text, topic, frequent string, rng *rand.Rand) {
	sc := rs.scratch()
	defer rs.release(sc)
	sc.Read(text)
	m := asked{rs: rs, at: monday}
	if hit := rs.match(sc, &m); hit.Found() {
		return
	}
	h.asked++
	found, _ := rs.closest().nearest(sc, &m)
	if len(found) == 0 {
		return
	}
	h.offered++
	right := func(place int32) bool { return rs.rules[place].src.Topic == topic }
	if right(found[0].rule) {
		h.first++
	}
	if slices.ContainsFunc(found, func(x near) bool { return right(x.rule) }) {
		h.any++
	}
	if slices.ContainsFunc(rng.Perm(rs.Len())[:3], func(i int) bool { return right(int32(i)) }) {
		h.random++
	}
	if topic == frequent {
		h.frequent++
	}
}

// TestSuggestionsMakeSense holds what was seen by eye on real questions: chance likeness
// in common words, dates and halves of words is no reason to offer a rule.
func TestSuggestionsMakeSense(t *testing.T) {
	rule := func(name string, keywords, examples []string) models.Rule {
		return models.Rule{Name: name, Keywords: keywords, Examples: examples, Replies: []models.Reply{models.TextReply(name)}}
	}
	rs := mustCompile(t,
		rule("欠薪", []string{"拖欠工资", "不发工资"}, []string{"老板拖欠工资找谁"}),
		rule("技能补贴", []string{"职业技能", "技能证书"}, []string{"职业技能证书有补贴吗"}),
		rule("养老待遇", []string{"养老金", "退休手续"}, []string{"养老金什么时候发"}),
		rule("垃圾清运", []string{"垃圾", "清运"}, []string{"小区门口垃圾没人清"}),
		rule("停车收费", []string{"停车费", "路边停车"}, []string{"路边停车怎么收费"}),
		rule("残疾人证", []string{"残疾人证"}, []string{"残疾人证怎么办"}),
		rule("违章处理", []string{"违章", "违法处理"}, []string{"违章怎么处理"}),
		rule("劳动合同", []string{"劳动合同", "试用期"}, []string{"没签劳动合同怎么办"}),
		rule("异地就医", []string{"异地就医", "医保备案"}, []string{"外地看病怎么备案"}),
		rule("感谢", []string{"谢谢", "非常感谢"}, nil),
	)
	cases := map[string]string{
		"包工头拖欠农民工工资":      "欠薪",
		"学校周边没有地方停车":      "停车收费",
		"我们县对残疾人有哪些照顾":    "残疾人证",
		"养老今什么时候发":        "养老待遇",
		"拖欠材料货款怎么要":       "",
		"职业学院的宿舍太旧":       "",
		"职业技术学校收费高":       "",
		"养老院的饭菜不好":        "",
		"油价补助什么时候发":       "",
		"小区门口的路什么时候修":     "",
		"楼顶有人违法搭建":        "",
		"劳动路的路灯坏了":        "",
		"房子竣工备案了吗":        "",
		"车流量非常大":          "",
		"2016年9月的事，至今没人管": "",
		"我想咨询一下这个问题":      "",
	}
	for text, want := range cases {
		got := ""
		m := asked{rs: rs, at: monday}
		sc := &scratch{}
		sc.Read(text)
		if found, _ := rs.closest().nearest(sc, &m); len(found) > 0 {
			got = rs.rules[found[0].rule].src.Name
		}
		if hit := rs.Match(Query{Text: text, At: monday}); hit.Found() {
			t.Errorf("%s: answered by %s, not a question of this test", text, hit.Rule.Name)
		}
		if got != want {
			t.Errorf("%s: offered %q, want %q", text, got, want)
		}
	}
}
