package topics

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// hundredThousand are 100,000 questions: clauses of real petitions where they lie beside the
// repository, else the invented ones with random places and numbers.
func hundredThousand(b *testing.B) []string {
	b.Helper()
	var texts []string
	for _, name := range []string{"messages", "replied", "labelled"} {
		path, there := wechattest.Beside(b, "data", "hunan", name+".csv")
		if !there {
			break
		}
		for _, r := range tableRows(b, path) {
			detail := r[min(len(r)-1, 4)]
			for _, clause := range strings.FieldsFunc(detail, func(r rune) bool { return strings.ContainsRune("。？！；，,\n\t ", r) }) {
				if len(texts) < 100_000 && len(clause) > 9 {
					texts = append(texts, strings.Clone(clause))
				}
			}
		}
	}
	own := tableRows(b, "testdata/keywords.tsv")
	places := []rune("青白桂南望梧清东石晨建麻金蓝竹五沙荷湘长岳枫桐香雷曙观银福月")
	random := rand.New(rand.NewPCG(1, 2))
	for len(texts) < 100_000 {
		place := string([]rune{places[random.IntN(len(places))], places[random.IntN(len(places))]})
		texts = append(texts, fmt.Sprintf("%s街%d号%s", place, random.IntN(300), own[random.IntN(len(own))][0]))
	}
	return texts
}

// BenchmarkBoard100k groups 100,000 questions, and once more with one added. It reports the memory
// held afterwards and the most that was taken, dictionary included.
func BenchmarkBoard100k(b *testing.B) {
	texts := hundredThousand(b)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		watch := watchHeap(before.HeapAlloc)
		begin := time.Now()
		board := boardOf(Options{}, texts...)
		board.Groups()
		b.ReportMetric(time.Since(begin).Seconds(), "s/first")
		b.ReportMetric(watch(), "MB/peak")
		runtime.GC()
		var after runtime.MemStats
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB/held")
		begin = time.Now()
		board.Add(question(len(texts), "新开的地铁站没有电梯"))
		board.Groups()
		b.ReportMetric(time.Since(begin).Seconds(), "s/again")
	}
}

// watchHeap notes the largest heap above a level until the function it returns is called, in MB.
func watchHeap(level uint64) func() float64 {
	stop, most := make(chan bool), make(chan uint64)
	go func() {
		largest := uint64(0)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			largest = max(largest, m.HeapAlloc)
			select {
			case <-stop:
				most <- largest
				return
			case <-tick.C:
			}
		}
	}()
	return func() float64 {
		stop <- true
		return float64(<-most-level) / (1 << 20)
	}
}

func BenchmarkLoadDictionary(b *testing.B) {
	for b.Loop() {
		readDictionary()
	}
}
