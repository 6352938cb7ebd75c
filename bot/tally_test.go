package bot

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

func TestTally_MostSaidThenLongestThenFirst(t *testing.T) {
	all := models.Rule{Name: "租房提取", Match: models.MatchAll, Keywords: []string{"公积金", "租房"}}
	grouped := models.Rule{Name: "丢卡", Groups: [][]string{{"社保卡"}, {"丢", "补", "办"}}}
	high := contains("高", "医保")
	high.Priority = 1
	rules := []models.Rule{contains("公积金", "公积金"), contains("居住证", "居住证", "暂住证"), contains("路灯", "路灯"), contains("提取", "公积金提取"), all, grouped, high}
	for text, want := range map[string]string{
		"在路灯下办的居住证，路灯坏了，路灯谁修":    "路灯",
		"居住证和路灯，暂住证，居住证":         "居住证",
		"路灯，路灯，公积金提取":            "路灯",
		"公积金提取，路灯":               "提取",
		"公积金和公积金和公积金，租房":         "租房提取", // said as often, and longer
		"社保卡丢了，补办社保卡，居住证":        "丢卡",
		"社保卡丢了，居住证要办，居住证、居住证":    "居住证",
		"居住证、居住证，医保":             "高",
		"路灯路灯，居住证暂住证":            "路灯", // two keywords, each said once
		strings.Repeat("路灯", 70): "路灯",
	} {
		hit := mustCompile(t, rules...).Match(Query{Text: text, At: monday})
		if got := hit.name(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if m := mustCompile(t, rules...).Try(Query{Text: text, At: monday}).Match; m.RuleName != want {
			t.Errorf("%s: tried, %s, want %s", text, m.RuleName, want)
		}
	}
	m := mustCompile(t, rules...).Try(Query{Text: "路灯坏了，路灯谁修？我有居住证", At: monday}).Match
	if !strings.Contains(m.Reason, "说得最多（2 次）") || len(m.Beaten) != 1 || m.Beaten[0].Reason != "关键词说得较少（1 次，胜者 2 次）" {
		t.Errorf("%s %+v", m.Reason, m.Beaten)
	}
}

// TestTally_RareWordFirst: the rule that is said most wins wherever the word by which it is found
// stands in the text.
func TestTally_RareWordFirst(t *testing.T) {
	fund := func(name, word string) models.Rule {
		return models.Rule{Name: name, Match: models.MatchAll, Keywords: []string{"公积金", word}}
	}
	rs := mustCompile(t, fund("租房提取", "租房"), fund("买房提取", "买房"), contains("网上", "网上业务大厅在哪里"))
	for _, text := range []string{"租房，公积金，公积金，网上业务大厅在哪里", "网上业务大厅在哪里，公积金，公积金，租房"} {
		if hit := rs.Match(Query{Text: text, At: monday}); hit.name() != "租房提取" {
			t.Errorf("%s: %s", text, hit.name())
		}
	}
}

// cityWords are matters that people write to a city about: what an office would have a rule
// for, no places, offices or circumstances (小学, 地铁, 施工).
const cityWords = "公积金 社保卡 医保 养老保险 居住证 身份证 房产证 公交 出租车 停车费 停车位 路灯 红绿灯 噪音 油烟 垃圾 污水 物业费 业委会 电梯 消防通道 " +
	"安置房 公租房 经适房 棚改 学区 幼儿园 拖欠工资 失业金 低保 残疾证 独生子女 生育津贴 疫苗 自来水 停电 燃气 暖气 宽带 养狗 广场舞 麻将馆 " +
	"违章建筑 占道 宅基地 诈骗 传销 非法集资 发票 营业执照 健身房 培训机构 驾校 驾驶证"

// realTexts are the columns of a table of real petitions that lies beside the repository on
// some machines, nil elsewhere.
func realTexts(t testing.TB, name string, columns ...int) [][]string {
	t.Helper()
	path, there := wechattest.Beside(t, "data", "hunan", name)
	if !there {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for _, row := range rows[1:] {
		var texts []string
		for _, c := range columns {
			texts = append(texts, row[c])
		}
		out = append(out, texts)
	}
	return out
}

// TestTally_RealPetitions: where the subject of a petition hits one rule and its text several,
// the text is answered by the rule of its subject.
func TestTally_RealPetitions(t *testing.T) {
	var rules []models.Rule
	for _, w := range strings.Fields(cityWords) {
		rules = append(rules, contains(w, w))
	}
	rs := mustCompile(t, rules...)
	several, right := 0, 0
	for _, row := range append(realTexts(t, "messages.csv", 2, 4), realTexts(t, "replied.csv", 2, 4)...) {
		about := everyHit(rs, row[0])
		hits := everyHit(rs, row[1])
		if len(about) != 1 || len(hits) < 2 || !slices.Contains(hits, about[0]) {
			continue
		}
		several++
		if hit := rs.Match(Query{Text: row[1], At: monday}); hit.name() == about[0] {
			right++
		}
	}
	t.Logf("%d petitions hit several rules, %d (%.0f %%) are answered by that of their subject", several, right, 100*float64(right)/float64(max(several, 1)))
	if 100*right < 75*several {
		t.Error("less than 75 %")
	}
}

func everyHit(rs *Ruleset, text string) []string {
	var names []string
	for _, r := range rs.Fitting(Query{Text: text, At: monday}) {
		names = append(names, r.Name)
	}
	return names
}
