package topics

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

var testDictionary = sync.OnceValue(LoadDictionary)

// boardOf is a board with questions a minute apart whose keys are their numbers.
func boardOf(o Options, texts ...string) *Board {
	b := NewBoard(testDictionary(), o)
	for i, text := range texts {
		b.Add(question(i, text))
	}
	return b
}

func question(i int, text string) Question {
	return Question{Key: fmt.Sprint(i), Text: text, At: monday.Add(time.Duration(i) * time.Minute)}
}

// tableRows are the rows of a CSV or TSV below its head.
func tableRows(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	if strings.HasSuffix(path, ".tsv") {
		r.Comma = '\t'
	}
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// named finds the group of a name or matter.
func named(groups []Group, name string) *Group {
	for i := range groups {
		if groups[i].Name() == name {
			return &groups[i]
		}
	}
	return nil
}

// TestGroups_InventedQuestions holds what a clerk needs: every name and matter that is asked about is
// a group with all of its questions, known by a whole word.
func TestGroups_InventedQuestions(t *testing.T) {
	rows := tableRows(t, "testdata/keywords.tsv")
	texts := make([]string, len(rows))
	for i, r := range rows {
		texts[i] = r[0]
	}
	groups := boardOf(Options{}, texts...).Groups()
	wanted := map[string][]string{} // keyword -> keys
	for i, r := range rows {
		if r[1] != "" {
			wanted[r[1]] = append(wanted[r[1]], fmt.Sprint(i))
		}
		for _, never := range strings.Fields(r[2]) {
			if i := slices.IndexFunc(groups, func(g Group) bool { return slices.Contains(g.Keywords, never) }); i >= 0 {
				t.Errorf("%s is no word, but a keyword of %s", never, groups[i].Name())
			}
		}
	}
	if len(wanted) != 12 {
		t.Fatalf("%d groups in the file", len(wanted))
	}
	for keyword, keys := range wanted {
		i := slices.IndexFunc(groups, func(g Group) bool { return slices.Contains(g.Keywords, keyword) })
		if i < 0 {
			t.Errorf("no group is known by %s", keyword)
			continue
		}
		if g := &groups[i]; !slices.Equal(g.Members, keys) || g.Count != len(keys) || g.Covered != len(keys) {
			t.Errorf("%s: %v, want %v", keyword, g.Members, keys)
		}
	}
}

// TestGroups_OneMatterInManyPlaces: the same thing said of thirty streets is one group.
func TestGroups_OneMatterInManyPlaces(t *testing.T) {
	streets := strings.Fields("青石街 白沙路 桂花巷 南湖大道 望岳路 梧桐街 清水塘路 东风大道 石榴巷 晨光路 建湘街 麻园路 金鸡巷 蓝田路 竹山街 五里牌路 沙湾路 荷塘街 湘春巷 长岭路")
	said := []string{"的路灯都坏了", "路灯好几天不亮", "路灯白天亮着晚上反而黑", "没有路灯老人不敢出门", "有两盏路灯一闪一闪"}
	var texts []string
	for i := range 60 {
		texts = append(texts, streets[i%len(streets)]+said[i%len(said)])
	}
	g := named(boardOf(Options{}, texts...).Groups(), "路灯")
	if g == nil || g.Count != 60 || len(g.Members) != 60 || !slices.Equal(g.Keywords, []string{"路灯"}) {
		t.Fatalf("%+v", g)
	}
}

func TestGroups_Contents(t *testing.T) {
	b := NewBoard(testDictionary(), Options{})
	for i, text := range []string{
		"雲頂灣車位捆綁銷售", "云顶湾车位捆绑销售", "云顶湾的车位太贵", "云顶湾物业乱收费", "云顶湾电梯坏了",
		"1", "22", "好", "云顶湾车位要强买",
	} {
		b.Add(question(i, text))
	}
	b.Add(Question{Key: "answered", Text: "云顶湾的幼儿园", At: monday, Answered: true})
	g := named(b.Groups(), "云顶湾")
	if g == nil {
		t.Fatal("no group")
	}
	want := Group{
		Kind: KindName, Entity: "云顶湾", Matter: "车位", Together: []string{"车位"}, Count: 6,
		First: monday, Last: monday.Add(8 * time.Minute), Question: "雲頂灣車位捆綁銷售",
		Examples: []string{"云顶湾的车位太贵", "云顶湾物业乱收费", "云顶湾电梯坏了", "云顶湾车位要强买"},
		Members:  []string{"0", "1", "2", "3", "4", "8"}, Keywords: []string{"云顶湾"}, Covered: 6,
		Answers: []Answers{{Keyword: "云顶湾", InGroup: 6, Others: 0, Answered: 1}},
	}
	g.Asked = nil
	if d := cmp.Diff(want, *g); d != "" {
		t.Error(d)
	}
}

// TestGroups_NamesInTheSameQuestionsAreOne: the estate and the plant beside it are one complaint.
func TestGroups_NamesInTheSameQuestionsAreOne(t *testing.T) {
	groups := boardOf(
		Options{},
		"沁芳园旁边的砂石厂灰尘大", "砂石厂半夜作业吵醒沁芳园老人", "投诉沁芳园边上的砂石厂", "沁芳园和砂石厂只隔一堵墙", "谁批的砂石厂紧挨沁芳园", "沁芳园的窗户不敢开",
	).Groups()
	g := named(groups, "沁芳园")
	if g == nil || !slices.Equal(g.Aliases, []string{"砂石厂"}) || !slices.Equal(g.Keywords, []string{"沁芳园", "砂石厂"}) || g.Count != 6 || named(groups, "砂石厂") != nil {
		t.Fatalf("%+v", groups)
	}
}

// TestGroups_SynonymsAreProposed: short and long forms never stand in the same question.
func TestGroups_SynonymsAreProposed(t *testing.T) {
	groups := boardOf(
		Options{},
		"医保断了怎么补", "医保卡余额", "医保报销比例", "退休医保", "医疗保险怎么交", "医疗保险断缴", "城乡医疗保险", "医疗保险停保",
	).Groups()
	if g := named(groups, "医疗保险"); g == nil || !slices.Equal(g.Synonyms, []string{"医保"}) {
		t.Errorf("%+v", g)
	}
	if g := named(groups, "医保"); g == nil || !slices.Equal(g.Synonyms, []string{"医疗保险"}) {
		t.Errorf("%+v", g)
	}
}

// TestGroups_BroadAndCommon: a town of which anything is asked is marked, and a keyword that would
// answer much asks for company.
func TestGroups_BroadAndCommon(t *testing.T) {
	asked := strings.Fields("电梯 社保 驾照 停水 垃圾 公交 补课 油烟 拆迁 学位 疫苗 宽带 井盖 工资 养老 护照 水表 狗患 地铁 绿化")
	var texts []string
	for i := range 1000 {
		texts = append(texts, fmt.Sprintf("%s编号%d的事", asked[i%len(asked)], i))
	}
	for i, a := range asked {
		for k := range 2 {
			texts = append(texts, fmt.Sprintf("麓溪峪%s%s", a, strings.Repeat("呀", k+i%2+1)))
		}
	}
	groups := boardOf(Options{}, texts...).Groups()
	if g := named(groups, "麓溪峪"); g == nil || !g.Broad {
		t.Errorf("%+v", g)
	}
	if g := named(groups, "电梯"); g == nil || g.Broad || len(g.Together) == 0 && g.Groups != nil {
		t.Errorf("%+v", g)
	}
}

// TestBoard_AddedToIsAsMadeAnew: groups of a board that grew are those of one made at once.
func TestBoard_AddedToIsAsMadeAnew(t *testing.T) {
	rows := tableRows(t, "testdata/keywords.tsv")
	var texts []string
	for _, r := range rows {
		texts = append(texts, r[0])
	}
	grown := boardOf(Options{}, texts[:60]...)
	for i := 60; i < len(texts); i++ {
		grown.Add(question(i, texts[i]))
		if i%7 == 0 {
			grown.Groups()
		}
	}
	for _, name := range []string{"榕溪苑", "枫桥路", "图书馆"} {
		want, got := named(boardOf(Options{}, texts...).Groups(), name), named(grown.Groups(), name)
		if got == nil || !slices.Equal(got.Members, want.Members) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if d := cmp.Diff(grown.Groups(), grown.Groups()); d != "" {
		t.Errorf("asked twice: %s", d)
	}
	if list := NewBoard(testDictionary(), Options{}).Groups(); list == nil || len(list) != 0 {
		t.Errorf("of nothing: %v", list)
	}
}

// TestGroups_RealSubjects holds ten matters that many people wrote about to one group each, where the
// real petitions lie beside the repository.
func TestGroups_RealSubjects(t *testing.T) {
	path, there := wechattest.Beside(t, "data", "hunan", "messages.csv")
	if !there {
		return
	}
	rows := tableRows(t, path)
	texts := make([]string, len(rows))
	for i, r := range rows {
		texts[i] = r[2]
	}
	groups := boardOf(Options{MaxGroups: 300}, texts...).Groups()
	for _, name := range strings.Fields("伊景园|滨河苑 丽发新城 58车贷 凉塘路 魅力之城 经济学院 购房补贴 辉煌国际城 茶场村 恒大翡翠华庭") {
		topic := map[string]bool{}
		for i, text := range texts {
			if slices.ContainsFunc(strings.Split(name, "|"), func(w string) bool { return strings.Contains(text, w) }) {
				topic[fmt.Sprint(i)] = true
			}
		}
		share, purity := 0.0, 0.0
		for i := range groups {
			in := 0
			for _, key := range groups[i].Members {
				if topic[key] {
					in++
				}
			}
			if s, p := float64(in)/float64(len(topic)), float64(in)/float64(groups[i].Count); s*p > share*purity {
				share, purity = s, p
			}
		}
		t.Logf("%s: %d questions, share %.2f, purity %.2f", name, len(topic), share, purity)
		if share < 0.85 || purity < 0.95 {
			t.Errorf("%s: share %.2f, purity %.2f", name, share, purity)
		}
	}
}

// TestLoadDictionary_IsSharedWhileInUse: who asks while another uses it waits for no reading.
func TestLoadDictionary_IsSharedWhileInUse(t *testing.T) {
	if d := testDictionary(); LoadDictionary() != d {
		t.Error("the word list was read twice")
	}
}
