package models

import (
	"strings"
	"unicode"
)

// The texts and lists of words of an account that hold beside its rules: settings without a day, of
// which "" is what is built in. Of a list every word has its line.
const (
	SettingTextCrisis     = "text_crisis"     // what a call for help is answered
	SettingTextHandover   = "text_handover"   // follows the receipt of a hand-over to people who are there
	SettingTextClosed     = "text_closed"     // and when nobody is, or the office is closed
	SettingWordsCrisis    = "words_crisis"    // calls for help beside those that are built in
	SettingWordsSensitive = "words_sensitive" // stand in nothing that goes out
)

// CrisisText is what a citizen in danger is told at once. The numbers are national:
// 110 police, 120 ambulance, 119 fire, 12356 psychological help (国家卫生健康委, in
// service since 2025), 12338 women's rights, 12345 government.
const CrisisText = "我们很担心您。如果您或身边的人正处在危险中，请马上拨打：\n" +
	"110 报警（家庭暴力、人身威胁）\n120 急救\n119 火警与救援\n12356 心理援助热线\n" +
	"12338 妇女维权热线\n请不要独自承受，先到安全、有人的地方，也请告诉一位您信任的人。电话 24 小时有人接听，12356、12338 以当地服务时间为准。"

// HandoverText follows the receipt of a hand-over to people who are there, ClosedText when nobody is.
const (
	HandoverText = "请把要问的事写在这里，工作人员随后答复。"
	ClosedText   = "请把要问的事写在这里，工作人员看到后答复；急事请拨打 12345。"
)

// SettingText is what an account has set for a text, "" = nothing.
func SettingText(settings []Setting, name string) string {
	text, _ := SettingOn(settings, name, "")
	return text
}

// SettingWords are the words that an account has set.
func SettingWords(settings []Setting, name string) []string {
	return strings.FieldsFunc(SettingText(settings, name), func(r rune) bool { return r == '\n' })
}

// Sensitive finds the words that an account lets stand in nothing that goes out. The zero value finds
// none.
type Sensitive struct{ words map[rune][]sensitiveWord } // by first character

type sensitiveWord struct{ shown, folded string }

// SensitiveOf are the words of an account with these settings.
func SensitiveOf(settings []Setting) Sensitive {
	s := Sensitive{map[rune][]sensitiveWord{}}
	for _, word := range SettingWords(settings, SettingWordsSensitive) {
		folded := foldWord(word)
		for _, first := range folded {
			s.words[first] = append(s.words[first], sensitiveWord{word, folded})
			break
		}
	}
	return s
}

// None reports whether there are no words.
func (s Sensitive) None() bool { return len(s.words) == 0 }

// Refuse is the fault of a field where such a word stands in one of the texts, which are to go out.
func (s Sensitive) Refuse(field string, texts ...string) error {
	word := s.In(texts...)
	if word == "" {
		return nil
	}
	return Faulty("消息里有敏感词“"+word+"”，请改写", Fault(field, "sensitive_word", "敏感词“{word}”", "word", word))
}

// In is the first word that stands in one of the texts, "" = none. Case, width and blanks do not count.
func (s Sensitive) In(texts ...string) string {
	if s.None() {
		return ""
	}
	for _, text := range texts {
		folded := foldWord(text)
		for at, r := range folded {
			for _, w := range s.words[r] {
				if strings.HasPrefix(folded[at:], w.folded) {
					return w.shown
				}
			}
		}
	}
	return ""
}

// foldWord is a text without blanks and invisible characters, its letters small and narrow.
func foldWord(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return -1
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		}
		return unicode.ToLower(r)
	}, text)
}
