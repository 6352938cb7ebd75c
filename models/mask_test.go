package models

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMask(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"no digits", "请问公积金怎么提取？", "请问公积金怎么提取？"},
		{"mobile", "我的电话13812345678，请回", "我的电话138****5678，请回"},
		{"mobile alone", "13812345678", "138****5678"},
		{"two mobiles", "13812345678/19987654321", "138****5678/199****4321"},
		{"two mobiles and a space", "13812345678 19987654321", "138****5678 199****4321"},
		{"mobile in groups", "138 1234 5678", "138 **** 5678"},
		{"mobile with hyphens", "138-1234-5678", "138-****-5678"},
		{"country code", "+8613812345678", "+86138****5678"},
		{"country code apart", "+86 138 1234 5678", "+86 138 **** 5678"},
		{"country code in brackets", "(86)13812345678", "(86)138****5678"},
		{"long country code", "008613812345678", "0086138****5678"},
		{"full width", "１３８１２３４５６７８", "１３８****５６７８"},
		{"mixed width", "138１２３４5678", "138****5678"},
		{"zero width inside", "138\u200b1234\u200b5678", "138\u200b****\u200b5678"},
		{"letters beside", "tel13812345678x", "tel138****5678x"},
		{"landline stays", "0731-82212345", "0731-82212345"},
		{"hotline stays", "请拨打12345", "请拨打12345"},
		{"ten digits stay", "1381234567", "1381234567"},
		{"no mobile prefix", "12812345678", "12812345678"},
		{"date and time stay", "2026-11-22 16:31:21", "2026-11-22 16:31:21"},
		{"identity card", "身份证430102199003071234。", "身份证430***********1234。"},
		{"identity card X", "43010219900307123X", "430***********123X"},
		{"identity card small x", "43010219900307123x办理", "430***********123x办理"},
		{"identity card full width", "４３０１０２１９９００３０７１２３Ｘ", "４３０***********１２３Ｘ"},
		{"identity card in groups", "430102 19900307 123X", "430*** ******** 123X"},
		{"old identity card", "430102900307123", "430********7123"},
		{"no date", "430102199013071235", "430102199013071235"},
		{"bank card 19", "6222021234567890123", "6222***********0123"},
		{"bank card 16", "4111111111111111", "4111********1111"},
		{"bank card grouped", "6222 0212 3456 7890 123", "6222 **** **** ***0 123"},
		{"bank card no luhn no 62", "9111111111111112", "9111111111111112"},
		{"twenty digits stay", "62220212345678901234", "62220212345678901234"},
		{"zeros stay", "0000000000000000", "0000000000000000"},
		{"number then mobile", "5 13812345678", "5 138****5678"},
		{"card then mobile", "430102199003071234，13812345678", "430***********1234，138****5678"},
		{"check digit inside", "62345678901234567X 1", "62345678901234567X 1"},
		{"invalid bytes kept", "\xff13812345678\xff", "\xff138****5678\xff"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Mask(tt.in); got != tt.want {
				t.Errorf("Mask(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// Whatever surrounds a mobile number, its middle is gone, and everything that is no digit
// is as it was.
func TestMaskProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.StringMatching(`[^0-9０-９]{0,8}[一-龥]`).Draw(t, "before")
		after := rapid.StringMatching(`[一-龥][^0-9０-９]{0,8}`).Draw(t, "after")
		mobile := rapid.StringMatching(`1[3-9][0-9]{9}`).Draw(t, "mobile")
		want := before + mobile[:3] + "****" + mobile[7:] + after
		if got := Mask(before + mobile + after); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9０-９ xX\-一-三*]{0,64}`).Draw(t, "text")
		onlyDigitsHidden(t, text)
	})
}

// onlyDigitsHidden fails unless Mask did nothing but replace digits by "*".
func onlyDigitsHidden(t interface{ Fatalf(string, ...any) }, text string) {
	got := []rune(Mask(text))
	before := []rune(text)
	if len(got) != len(before) {
		t.Fatalf("%q became %q: another number of characters", text, string(got))
	}
	for i, r := range got {
		if _, kind := classify(before[i]); r != before[i] && (r != '*' || kind != runeDigit) {
			t.Fatalf("%q became %q: character %d", text, string(got), i)
		}
	}
}

// BenchmarkMask holds the cost per byte of hostile texts against that of a plain one.
func BenchmarkMask(b *testing.B) {
	for _, unit := range []string{"公", "1", "1 ", "13812345678 ", "62 ", "１", "1x"} {
		for _, size := range []int{2_000, 200_000} {
			text := strings.Repeat(unit, size/len(unit))
			b.Run(fmt.Sprintf("%q/%d", unit, size), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					Mask(text)
				}
			})
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("电话13812345678 身份证43010219900307123X 卡6222 0212 3456 7890 123")
	f.Fuzz(func(t *testing.T, text string) {
		onlyDigitsHidden(t, text)
	})
}
