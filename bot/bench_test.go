package bot

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

// commonHan are characters of everyday questions; keywords and texts are drawn from them
// unevenly, as in real life a few begin most words.
const commonHan = "公积金社保医疗养老保险提取贷款查询办理流程身份证件户口登记婚姻驾驶车辆违章缴费学校入学转学报名考试教师资格房产不动产权证过户税务发票企业注册" +
	"营业执照注销变更低残疾人补贴救助住租赁廉价拆迁安置土地征收环境污染噪音垃圾投诉交通路灯公交地铁停水电煤气热力供暖维修物业小区电梯消防安全生产食品药品" +
	"卫生院门诊预约疫苗接种生育津贴工伤失业就业创业培训劳动合同仲裁法律援助公证律师信访举报市长热线政务服务大厅网上预约取号排队材料清单时间地址电话"

func benchWords(n int) []string {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	han := []rune(commonHan)
	seen := make(map[string]bool, n)
	words := make([]string, 0, n)
	for len(words) < n {
		w := make([]rune, 2+rng.IntN(6))
		for i := range w {
			w[i] = han[min(rng.IntN(len(han)), rng.IntN(len(han)))]
		}
		if s := string(w); !seen[s] {
			seen[s] = true
			words = append(words, s)
		}
	}
	return words
}

func benchTexts(n int) []string {
	rng := rand.New(rand.NewPCG(2, 2))
	han := []rune(commonHan)
	texts := make([]string, n)
	for i := range texts {
		t := make([]rune, 20+rng.IntN(41))
		for j := range t {
			t[j] = han[min(rng.IntN(len(han)), rng.IntN(len(han)))]
		}
		texts[i] = string(t)
	}
	return texts
}

func benchRules(words []string) []models.Rule {
	rules := make([]models.Rule, len(words))
	for i, w := range words {
		rules[i] = contains(fmt.Sprintf("规则%d", i), w)
	}
	return rules
}

var benchSizes = []int{1_000, 10_000, 100_000}

// BenchmarkMatch compares the router with a loop of strings.Contains over all keywords.
func BenchmarkMatch(b *testing.B) {
	texts := benchTexts(64)
	for _, n := range benchSizes {
		words := benchWords(n)
		b.Run(fmt.Sprintf("naive/%d", n), func(b *testing.B) {
			hits := 0
			for i := 0; b.Loop(); i++ {
				best := 0
				for _, w := range words {
					if strings.Contains(texts[i%len(texts)], w) && len(w) > best {
						best = len(w)
					}
				}
				hits += best
			}
		})
		rs := mustCompile(b, benchRules(words)...)
		b.Run(fmt.Sprintf("ours/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				rs.Match(Query{Text: texts[i%len(texts)], At: monday})
			}
		})
	}
}

// BenchmarkBuild is the keyword table alone and the whole set of rules.
func BenchmarkBuild(b *testing.B) {
	words := benchWords(100_000)
	rules := benchRules(words)
	b.Run("keywords/100000", func(b *testing.B) {
		b.ReportAllocs()
		build := func() table {
			var s slab
			entries := make([]entry, len(words))
			for i, w := range words {
				entries[i] = entry{s.word(w), posting{rank: rank(i)}}
			}
			return newTable(entries)
		}
		kept := keptMB(build)
		for b.Loop() {
			build()
		}
		b.ReportMetric(kept, "kept-MB")
	})
	b.Run("rules/100000", func(b *testing.B) {
		b.ReportAllocs()
		kept := keptMB(func() *Ruleset { return mustCompile(b, rules...) })
		for b.Loop() {
			mustCompile(b, rules...)
		}
		b.ReportMetric(kept, "kept-MB")
	})
	b.Run("closeness/10000", func(b *testing.B) {
		rs := mustCompile(b, rules[:10_000]...)
		for b.Loop() {
			newCloseness(rs)
		}
	})
}

// keptMB is the memory in use while what was built is alive, above what was in use before.
func keptMB[T any](build func() T) float64 {
	build() // what is made on first use is no part of it
	before := heap()
	built := build()
	kept := float64(heap()-before) / 1e6
	runtime.KeepAlive(built)
	return kept
}

// heap is what is in use, in bytes.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkSuggest(b *testing.B) {
	rs := mustCompile(b, benchRules(benchWords(10_000))...)
	rs.closest()
	texts := benchTexts(64)
	sc := &scratch{}
	for i := 0; b.Loop(); i++ {
		sc.Read(texts[i%len(texts)])
		rs.closest().nearest(sc, &asked{rs: rs, at: monday})
	}
}

func BenchmarkHandle(b *testing.B) {
	bt := New(Options{})
	if err := bt.Publish(testAccount, 1, benchRules(benchWords(10_000))); err != nil {
		b.Fatal(err)
	}
	texts := benchTexts(64)
	m := models.Message{AppID: testApp, OpenID: "oOpenID000001", MsgType: models.MsgTypeText}
	var a models.Answer
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Content = texts[i%len(texts)]
		bt.Handle(context.Background(), &m, &a)
	}
}
