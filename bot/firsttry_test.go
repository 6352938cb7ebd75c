package bot

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// letter is a letter that stands for a rule: what it says are the examples, its subject is
// what another citizen would ask.
type letter struct {
	subject string
	clauses []string
}

// letters are every third of the real ones, at most 1,000, each subject once; nil where there
// are none.
func letters(t testing.TB) []letter {
	var all []letter
	seen := map[string]bool{}
	for _, row := range slices.Concat(realTexts(t, "messages.csv", 2, 4), realTexts(t, "replied.csv", 2, 4)) {
		key := reading.Normalise(row[0])
		clauses := strings.FieldsFunc(row[1], func(r rune) bool { return strings.ContainsRune("，。！？；：,.!?;:\n\r\t 　", r) })
		clauses = slices.DeleteFunc(clauses, func(s string) bool { n := utf8.RuneCountInString(s); return n < 6 || n > 60 })
		if seen[key] || len(clauses) == 0 {
			continue
		}
		seen[key] = true
		all = append(all, letter{row[0], clauses[:min(len(clauses), maxExamples)]})
	}
	var out []letter
	for i := 0; i < len(all) && len(out) < 1000; i += 3 {
		out = append(out, all[i])
	}
	return out
}

// firstTry is what became of the questions, in per cent of them; precision of those offered anything.
type firstTry struct{ first, three, other, precision float64 }

func askFirstTry(t testing.TB, list []letter) firstTry {
	var rules []models.Rule
	for i, p := range list {
		r := contains(p.clauses[0], "只为有一个词"+string(rune(0x4E00+i)))
		r.Name, r.Title, r.Examples = "r"+string(rune(0x4E00+i)), p.clauses[0], p.clauses
		rules = append(rules, r)
	}
	rs := mustCompile(t, rules...)
	place := map[string]int32{}
	for i := range rs.rules {
		place[rs.rules[i].src.Name] = int32(i)
	}
	var f firstTry
	offered := 0.0
	sc := &scratch{}
	for i, p := range list {
		own := place[rules[i].Name]
		sc.Read(p.subject)
		found, alike := rs.closest().nearest(sc, &asked{rs: rs, at: monday})
		if len(found) > 0 {
			offered++
			if found[0].rule == own {
				f.first++
			}
			if slices.ContainsFunc(found[:alike], func(n near) bool { return n.rule == own }) {
				f.three++
			}
		}
		without := asked{rs: rs, at: monday, check: &probe{rs: rs, self: -1, skip: own}}
		if found, _ = rs.closest().nearest(sc, &without); len(found) > 0 {
			f.other++
		}
	}
	n := float64(len(list)) / 100
	return firstTry{f.first / n, f.three / n, f.other / n, 100 * f.first / max(offered, 1)}
}

// BenchmarkFirstTry asks rules made of real letters the subjects of these: how often the right
// rule is offered first, among three, and how often another one where the right one is missing.
func BenchmarkFirstTry(b *testing.B) {
	list := letters(b)
	if list == nil {
		list = ownLetters()
	}
	var f firstTry
	for b.Loop() {
		f = askFirstTry(b, list)
	}
	b.ReportMetric(f.first, "%first")
	b.ReportMetric(f.three, "%three")
	b.ReportMetric(f.other, "%other")
	b.ReportMetric(f.precision, "%precision")
}

// ownLetters are a few in our own words.
func ownLetters() []letter {
	return []letter{
		{"梧桐苑小区电梯经常停运", []string{"我住在梧桐苑小区七栋", "电梯一个月停运了五次", "物业说维修基金不够"}},
		{"清溪路夜间施工噪音扰民", []string{"清溪路改造工地每天施工到半夜", "噪音让孩子没法睡觉"}},
		{"新城小学周边没有人行横道", []string{"新城小学门口车流很大", "学校周边一直没有画人行横道", "放学的时候很危险"}},
		{"咨询退休教师住房补贴何时发放", []string{"我是退休教师", "住房补贴说了三年还没有发放"}},
		{"河东菜市场污水直排", []string{"河东菜市场后面的污水直接排到河里", "夏天臭味很大"}},
	}
}

// TestFirstTry_FindsTheRule: of the letters at hand, real where there are any, the subject
// finds its own.
func TestFirstTry_FindsTheRule(t *testing.T) {
	if f := askFirstTry(t, ownLetters()); f.first < 80 || f.precision < 100 || f.other > 0 {
		t.Errorf("own words: %+v", f)
	}
	list := letters(t)
	if list == nil {
		return
	}
	f := askFirstTry(t, list)
	t.Logf("%d letters: %+v", len(list), f)
	if f.first < 60 || f.three < 65 || f.other > 15 || f.precision < 85 {
		t.Errorf("wanted are 60, 65, at most 15, 85")
	}
}
