package topics

import (
	"encoding/csv"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func readCSV(path string, comma rune) [][]string {
	f, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = comma
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		panic(err)
	}
	return rows
}

func TestEvalGolden(t *testing.T) {
	b := NewBoard(LoadDictionary(), Options{MaxGroups: 300})
	rows := readCSV("/work/shared/cases/understanding/golden-keywords.tsv", '\t')[1:]
	want := map[string]string{}
	for i, r := range rows {
		b.Add(Question{Key: fmt.Sprint(i), Text: r[0], At: time.Unix(int64(i), 0)})
		if r[1] != "" {
			want[r[1]] = r[3]
		}
	}
	for _, g := range b.Groups() {
		t.Log(g.Kind, g.Entity, g.Matter, g.Aliases, g.Count, g.Keywords, g.Together, g.Groups, g.Synonyms)
	}
}

func TestEvalLights(t *testing.T) {
	b := NewBoard(LoadDictionary(), Options{MaxGroups: 300})
	rows := readCSV("/work/shared/cases/rules/06-suggest-60-street-lights.csv", ',')[1:]
	for i, r := range rows {
		b.Add(Question{Key: fmt.Sprint(i), Text: r[7], At: time.Unix(int64(i), 0)})
	}
	for _, g := range b.Groups() {
		t.Log(g.Kind, g.Entity, g.Matter, g.Aliases, g.Count, g.Keywords, g.Together, g.Groups, g.Synonyms)
	}
}

var ten = []string{"伊景园|滨河苑", "丽发新城", "58车贷", "凉塘路", "魅力之城", "泉星公园", "诺亚山林", "经济学院", "强制学生实习|强制实习|寒假过年|外出打工|强制学生外出|变相强制", "购房补贴", "辉煌国际", "茶场村", "新城国际", "恒大翡翠", "K9县", "万境", "麓谷", "楚龙", "聚捷", "辉煌国际城", "金晖", "地铁", "松雅湖", "渣土", "麻将馆", "路灯", "停水", "星沙", "长郡", "捆绑", "万家丽", "人才"}

func TestEvalHunan(t *testing.T) {
	b := NewBoard(LoadDictionary(), Options{MaxGroups: 300})
	rows := readCSV("/work/shared/data/hunan/messages.csv", ',')[1:]
	col := 2
	if os.Getenv("DETAIL") != "" {
		col = 4
	}
	for i, r := range rows {
		b.Add(Question{Key: fmt.Sprint(i), Text: r[col], At: time.Unix(int64(i), 0)})
	}
	s := time.Now()
	groups := b.Groups()
	t.Log(time.Since(s), len(groups))
	for _, topic := range ten {
		in := map[string]bool{}
		for i, r := range rows {
			for _, w := range strings.Split(topic, "|") {
				if strings.Contains(r[2], w) || col == 4 && strings.Contains(r[4], w) {
					in[fmt.Sprint(i)] = true
				}
			}
		}
		best, pur, bg := 0.0, 0.0, Group{}
		for _, g := range groups {
			n := 0
			for _, m := range g.Members {
				if in[m] {
					n++
				}
			}
			share, purity := float64(n)/float64(len(in)), float64(n)/float64(len(g.Members))
			if share*purity > best*pur {
				best, pur, bg = share, purity, g
			}
		}
		t.Logf("%s n=%d share %.3f purity %.3f: %s %s%s %v %v", topic, len(in), best, pur, bg.Kind, bg.Entity, bg.Matter, bg.Keywords, bg.Together)
	}
	for i, g := range groups {
		if os.Getenv("ALL") != "" {
			t.Log(i, g.Kind, g.Entity, g.Matter, g.Aliases, g.Count, g.Broad, g.Keywords, g.Together, g.Groups, g.Synonyms)
		}
	}
}

func TestEvalBig(t *testing.T) {
	var texts []string
	for _, f := range []string{"messages", "replied", "labelled"} {
		for _, r := range readCSV("/work/shared/data/hunan/"+f+".csv", ',')[1:] {
			d := r[len(r)-1]
			if f == "messages" || f == "replied" {
				d = r[4]
			}
			for _, s := range strings.FieldsFunc(d, func(r rune) bool { return strings.ContainsRune("，。？！；,\n\t ", r) }) {
				if len(s) > 9 {
					texts = append(texts, s)
				}
			}
		}
	}
	if len(texts) > 100000 {
		texts = texts[:100000]
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h0 := m.HeapAlloc
	s := time.Now()
	d := LoadDictionary()
	t.Log("dict", time.Since(s))
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Log("dict MB", (m.HeapAlloc-h0)>>20)
	s = time.Now()
	b := NewBoard(d, Options{})
	for i, x := range texts {
		b.Add(Question{Key: "k", Text: x, At: time.Unix(int64(i), 0)})
	}
	t.Log("add", len(texts), time.Since(s))
	s = time.Now()
	g := b.Groups()
	t.Log("groups", len(g), time.Since(s))
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Log("held MB", (m.HeapAlloc-h0)>>20, "sys", m.HeapSys>>20)
	s = time.Now()
	b.Add(Question{Key: "k", Text: "新来的问题关于路灯", At: time.Unix(1, 0)})
	b.Groups()
	t.Log("again", time.Since(s))
}
