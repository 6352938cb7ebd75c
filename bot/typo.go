package bot

import (
	"slices"
	"strings"
	"unicode"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// newSlips looks for the keywords of the rules that texts are matched with, and the words of
// their groups.
func newSlips(rs *Ruleset) *reading.Slips {
	var words []string
	for i := range rs.rules {
		r := &rs.rules[i]
		if !r.text || r.kind == kindRegexp || r.kind == kindDefault {
			continue
		}
		words = append(append(words, r.src.Keywords...), slices.Concat(r.src.Groups...)...)
	}
	return reading.NewSlips(words)
}

// correction is a text put right and the rule that then answers it.
type correction struct {
	hit     Hit
	text    string // the citizen's with the keyword in the place of the slip
	written string // the slip
	meant   string // the keyword, as the rule has it
}

// corrects reports whether slips are corrected for this account at this moment.
func (rs *Ruleset) corrects(m *asked) bool {
	if rs.slips == nil {
		return false
	}
	for i := range rs.account.Settings {
		if rs.account.Settings[i].Name == models.SettingCorrection {
			value, _ := models.SettingOn(rs.account.Settings, models.SettingCorrection, m.moment().at.Format("2006-01-02"))
			return value != models.CorrectionOff
		}
	}
	return true
}

// correct finds the rule that answers a text once a slip in it is put right. The scratch holds
// the text, which no rule answers as it is written.
func (rs *Ruleset) correct(sc *scratch, m *asked) (correction, bool) {
	if !rs.corrects(m) {
		return correction{}, false
	}
	var c correction
	found := rs.slips().Find(&sc.Text, func(s reading.Slip) bool { return rs.putRight(sc, m, s, &c) })
	return c, found
}

func (rs *Ruleset) putRight(sc *scratch, m *asked, s reading.Slip, c *correction) bool {
	text := sc.Runes()
	c.written, c.meant = string(text[s.From:s.To]), s.Word
	c.text = replaceOnce(sc.Raw(), c.written, c.meant)
	if c.text == sc.Raw() { // written in another form, or with signs between
		c.text = string(text[:s.From]) + c.meant + string(text[s.To:])
	}
	other := rs.scratch()
	defer rs.release(other)
	other.Read(c.text)
	c.hit = rs.match(other, m)
	return c.hit.Found() && rs.saysWord(c.hit.place, s.Key)
}

// saysWord reports whether a word is one of those a rule asks for.
func (rs *Ruleset) saysWord(place int32, key []rune) bool {
	return slices.ContainsFunc(rs.rules[place].asks(), func(w reading.Word) bool { return slices.Equal(w.Key, key) })
}

func replaceOnce(text, old, with string) string { return strings.Replace(text, old, with, 1) }

// abbreviated finds the rule that answers a text once a Latin word in it is read as the
// initials of a keyword: gjj is 公积金.
func (rs *Ruleset) abbreviated(sc *scratch, m *asked) (Hit, bool) {
	if !rs.corrects(m) {
		return Hit{}, false
	}
	for _, word := range strings.FieldsFunc(sc.Raw(), func(r rune) bool { return !unicode.Is(unicode.Latin, r) && !unicode.IsDigit(r) }) {
		meant, ok := rs.slips().Abbreviated(word)
		if !ok {
			continue
		}
		other := rs.scratch()
		other.Read(replaceOnce(sc.Raw(), word, meant))
		hit := rs.match(other, m)
		rs.release(other)
		if hit.Found() {
			return hit, true
		}
	}
	return Hit{}, false
}
