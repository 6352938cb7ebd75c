package reading

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNormalise(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"full width and case", "ＷｉＦｉ　密码", "wifi密码"},
		{"traditional", "住房公積金怎麼提取？", "住房公积金怎么提取"},
		{"look-alikes from PDF", "⻔诊⻋辆", "门诊车辆"},
		{"compatibility ideograph", "\uf9b4\u2f00", "领一"},
		{"space and punctuation", " 社保， 怎么 查？！ ", "社保怎么查"},
		{"zero width", "公\u200b积\ufeff金", "公积金"},
		{"laughter", "哈哈哈哈哈", "哈哈"},
		{"two stay", "妈妈", "妈妈"},
		{"numbers stay", "12333 110 www", "12333110www"},
		{"Han digits are read as written", "一一零", "一一零"},
		{"decimal", "3.5 亩，1.", "3.5亩1"},
		{"full-width dot", "３．５", "3.5"},
		{"circled", "①②⑩❸", "12103"},
		{"keycap", "1️⃣", "1"},
		{"circle as zero", "二○二四", "二0二四"},
		{"accent", "Café", "cafe"},
		{"Cyrillic look-alike", "ѕосіаl", "social"},
		{"emoji kept once", "好👍👍🏽👍", "好👍"},
		{"family", "👨\u200d👩\u200d👧", "👨👩👧"},
		{"bracket face", "社保[微笑]", "社保"},
		{"other brackets", "[社保]", "社保"},
		{"old face", "谢谢/:rose/::D", "谢谢"},
		{"punctuation alone", "？？？", "?"},
		{"face alone", "[玫瑰]", "[玫瑰]"},
		{"ligature and unit", "ﬁ㎡", "fim2"},
		{"broken UTF-8", "社\xff保", "社保"},
		{"Tibetan vowels stay", "བོད", "བོད"},
		{"empty", "", ""},
		{"white space", " \t\n", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Normalise(c.in); got != c.want {
				t.Errorf("Normalise(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestKeyTakesHanDigitsForDigits(t *testing.T) {
	same := [][]string{
		{"一", "1", "１", "①", "壹", "㊀", "❶", "⒈"},
		{"一一零", "110", "壹壹零", "幺幺零"},
		{"一网通办", "1网通办", "壹網通辦"},
		{"二〇二四年", "2024年", "二○二四年", "貳零貳肆年"},
	}
	for _, list := range same {
		want := string(Key(list[0]))
		for _, s := range list[1:] {
			if got := string(Key(s)); got != want {
				t.Errorf("key of %q is %q, of %q %q", s, got, list[0], want)
			}
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"住房公積金", "1.2.3", "[微笑]/::D/:rose", "一○○", "哈哈哈", "\xff\xfe", "👨\u200d👩", "①.②", "？！", "½ ㍿ ﷺ", "[[微笑]]", "1.[微笑]2"} {
		f.Add(s)
	}
	folding() // built outside of the measured time
	f.Fuzz(func(t *testing.T, s string) {
		start := time.Now()
		once := Normalise(s)
		if took := time.Since(start); took > 200*time.Millisecond {
			t.Fatalf("took %v for %d bytes", took, len(s))
		}
		if !utf8.ValidString(once) {
			t.Fatalf("Normalise(%q) = %q is not UTF-8", s, once)
		}
		if utf8.RuneCountInString(once) > maxRunes {
			return // taken apart it is longer than what is read
		}
		if twice := Normalise(once); twice != once {
			t.Fatalf("Normalise(%q) = %q, again %q", s, once, twice)
		}
		key := Key(s)
		if again := Key(string(key)); string(again) != string(key) {
			t.Fatalf("key of %q is %q, again %q", s, string(key), string(again))
		}
	})
}

// TestLettersAreFoldedAsAnything compares the quick way through plain letters with the one
// that takes every character by itself, broken bytes included.
func TestLettersAreFoldedAsAnything(t *testing.T) {
	pieces := []string{"社", "保", "社", "哈哈哈", "積", "ྐ", "က", "한", "\uCFFF", "\uD000", "\uD7A3", "一", "○", "1", "１", "。", ".", "　", "𠮷", "😀", "é", "a", "\xE4\xBD", "\xE4", "\xBD", "\xED\xA0\x80", "\xE0\x80\x80"}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
		got, want := folder{t: folding(), digits: true}, folder{t: folding(), digits: true}
		got.text(s)
		for _, r := range s {
			want.add(want.t.at(r))
		}
		if !slices.Equal(got.dst, want.dst) || got.run != want.run || got.dot != want.dot || got.last != want.last {
			t.Fatalf("%q: %q %+v, one by one %q %+v", s, string(got.dst), got, string(want.dst), want)
		}
	})
	long := strings.Repeat("社保", maxRunes)
	if n := len(Key(long)); n != maxRunes {
		t.Errorf("%d characters read of a long text", n)
	}
}

func BenchmarkKeyIn(b *testing.B) {
	texts := []string{"住房公积金提取需要什么材料在哪里办理", "医疗保险异地就医备案流程2024年新规定", "请问身份证丢了怎么补办，急！[流泪]", "營業執照註銷網上預約取號要排隊嗎"}
	var dst []rune
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		dst = KeyIn(dst, texts[i%len(texts)])
	}
}
