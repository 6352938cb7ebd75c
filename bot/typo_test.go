package bot

import (
	_ "embed"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/go-ego/gse"
	"github.com/mozillazg/go-pinyin"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

//go:embed testdata/slips.txt
var slipLines string

func TestTypo_GoldenTexts(t *testing.T) {
	type row struct{ want, text, word string }
	var rows []row
	var words []string
	for line := range strings.Lines(slipLines) {
		f := strings.Fields(line)
		if f[0] == "#" {
			continue
		}
		rows = append(rows, row{f[0], f[1], f[2]})
		if !slices.Contains(words, f[2]) {
			words = append(words, f[2])
		}
	}
	if len(rows) < 70 {
		t.Errorf("only %d texts", len(rows))
	}
	var rules []models.Rule
	for _, w := range words {
		rules = append(rules, contains(w, w))
	}
	rs := mustCompile(t, rules...)
	for _, r := range rows {
		hit := rs.Answer(Query{Text: r.text, At: monday})
		sc := &scratch{}
		sc.Read(r.text)
		short, _ := rs.abbreviated(sc, &asked{rs: rs, at: monday})
		got := "-"
		switch r.word {
		case hit.name():
			got = "="
		case short.name():
			got = "?"
		}
		if got != r.want {
			t.Errorf("%s, %s: %s, want %s (answered by %q)", r.text, r.word, got, r.want, hit.name())
		}
	}
}

// slipOf puts a slip of one kind into a word.
func slipOf(kind string, word []rune, rng *rand.Rand) []rune {
	word = slices.Clone(word)
	if kind == "swap" {
		for range 20 {
			if k := rng.IntN(len(word) - 1); word[k] != word[k+1] {
				word[k], word[k+1] = word[k+1], word[k]
				return word
			}
		}
		return nil
	}
	k := rng.IntN(len(word))
	own := soundOf(word[k])
	var alike []rune
	for _, c := range commonCharacters() {
		exact := c.exact == own.exact
		if c.character != word[k] && (kind == "same sound" && exact || kind == "near sound" && !exact && c.near == own.near) {
			alike = append(alike, c.character)
		}
	}
	if len(alike) == 0 {
		return nil
	}
	word[k] = alike[rng.IntN(len(alike))]
	return word
}

// sound is how a character is read: without its tone, and also with the sounds as one that many do
// not tell apart.
type sound struct {
	character   rune
	exact, near string
}

var (
	curledTongue = regexp.MustCompile(`^([zcs])h`)
	noseOrTongue = regexp.MustCompile(`^n(.)`)
	backNasal    = regexp.MustCompile(`([aei]n)g$`)
)

func soundOf(r rune) sound {
	exact := strings.Join(pinyin.SinglePinyin(r, pinyin.NewArgs()), "")
	near := curledTongue.ReplaceAllString(exact, "$1")
	near = noseOrTongue.ReplaceAllString(near, "l$1")
	return sound{r, exact, backNasal.ReplaceAllString(near, "$1")}
}

// commonCharacters are those of the usual words, in order, with their sounds.
var commonCharacters = sync.OnceValue(func() []sound {
	var out []rune
	for line := range strings.Lines(gse.ZhIdf) {
		word, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		key := reading.Key(word)
		if idf, err := strconv.ParseFloat(value, 64); err != nil || idf >= 7.5 || len(key) < 2 || len(key) > 4 {
			continue
		}
		for _, r := range key {
			if unicode.Is(unicode.Han, r) {
				out = append(out, r)
			}
		}
	}
	slices.Sort(out)
	var sounds []sound
	for _, r := range slices.Compact(out) {
		sounds = append(sounds, soundOf(r))
	}
	return sounds
})

// realSentences are the sentences of real petitions, nil where there are none.
func realSentences(t testing.TB) []string {
	var out []string
	for _, table := range []string{"messages.csv", "replied.csv"} {
		for _, row := range realTexts(t, table, 4) {
			for _, s := range strings.FieldsFunc(row[0], partEnd) {
				if n := len(reading.Key(s)); n >= 4 && n <= 100 {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// TestTypo_RealSentences puts a slip into a keyword of real sentences and counts how often it
// is put right, and how often a sentence without any is taken for one with a slip.
func TestTypo_RealSentences(t *testing.T) {
	sentences := realSentences(t)
	if sentences == nil {
		return
	}
	words := slices.DeleteFunc(strings.Fields(cityWords), func(w string) bool { return len([]rune(w)) < 3 })
	var rules []models.Rule
	for _, w := range words {
		rules = append(rules, contains(w, w))
	}
	rs := mustCompile(t, rules...)
	rng := rand.New(rand.NewPCG(1, 1))
	tried, right := map[string]int{}, map[string]int{}
	untouched, wrong := 0, 0
	for _, s := range sentences {
		hit := rs.Match(Query{Text: s, At: monday})
		if !hit.Found() {
			untouched++
			if a := rs.Answer(Query{Text: s, At: monday}); a.Found() {
				wrong++
				t.Logf("%s taken for %s: %s", a.Corrected, a.Keyword, s)
			}
			continue
		}
		word := hit.Keyword
		if strings.Count(s, word) != 1 || len(everyHit(rs, s)) != 1 {
			continue
		}
		for _, kind := range []string{"same sound", "near sound", "swap"} {
			slip := slipOf(kind, []rune(word), rng)
			if slip == nil {
				continue
			}
			tried[kind]++
			if a := rs.Answer(Query{Text: strings.Replace(s, word, string(slip), 1), At: monday}); a.name() == word {
				right[kind]++
			}
		}
	}
	for kind, n := range tried {
		t.Logf("%s: %d of %d put right", kind, right[kind], n)
		if 100*right[kind] < 95*n {
			t.Errorf("%s: less than 95 %%", kind)
		}
	}
	t.Logf("%d of %d sentences without a keyword are answered", wrong, untouched)
	if 10_000*wrong > 4*untouched {
		t.Errorf("%d false answers in %d sentences", wrong, untouched)
	}
}

// TestTypo_AnswerSaysAsWhatItWasRead: the first line names the keyword, the match the slip.
func TestTypo_AnswerSaysAsWhatItWasRead(t *testing.T) {
	k := newTalk(t, Options{}, contains("补卡", "社保卡"), contains("公交卡", "公交卡"), defaultRule("默认"))
	k.want(k.say("社宝卡怎么补办"), "按“社保卡”答复：\n答补卡", OutcomeCorrection)
	if k.last.Corrected != "社宝卡" || k.last.Keyword != "社保卡" || !k.last.Matched {
		t.Errorf("%+v", k.last)
	}
	k.want(k.say("社保卡怎么补办"), "答补卡", OutcomeRule)
	k.want(k.say("sbk"), "您是不是想问“补卡”？回复 1 查看，或换个说法再写一次。", OutcomeSuggestion)
	k.want(k.say("1"), "答补卡", OutcomeMenu)
	m := k.explain(testApp, "社宝卡怎么补办")
	if !strings.Contains(m.Reason, "把“社宝卡”看作“社保卡”的笔误") {
		t.Errorf("reason: %s", m.Reason)
	}
}

// TestTypo_TurnedOff: an office may want its citizens' words taken as they are.
func TestTypo_TurnedOff(t *testing.T) {
	a := testAccount
	a.Settings = []models.Setting{{Name: models.SettingCorrection, Value: models.CorrectionOff, ValidFrom: "2026-06-02"}}
	rs, err := Compile(a, 1, []models.Rule{contains("补卡", "社保卡")}, CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range []string{"补卡", ""} {
		hit := rs.Answer(Query{Text: "社宝卡怎么补办", At: monday.AddDate(0, 0, day)})
		if hit.name() != want {
			t.Errorf("%d days on: %q, want %q", day, hit.name(), want)
		}
	}
}

func BenchmarkCorrect(b *testing.B) {
	rs := mustCompile(b, benchRules(benchWords(10_000))...)
	m := asked{rs: rs, at: monday}
	texts := []string{"昨天上午去了三次都说要等通知到底什么时候可以来取", "请问我家门口那条路为什么一直没有人来修呢", "孩子放学以后没地方去希望能有人管一管这个事情"}
	sc := &scratch{}
	rs.correct(sc, &m)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		sc.Read(texts[i%len(texts)])
		rs.correct(sc, &m)
	}
}
