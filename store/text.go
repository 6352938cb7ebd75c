package store

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// Sizes of the columns: characters of a VARCHAR, bytes of a TEXT.
const (
	appIDChars     = 32
	shortChars     = 64
	nameChars      = 128
	correctedChars = 255
	contentBytes   = 65_535
	warningBytes   = 16_000
	openIDBytes    = 255
)

// cutter cleans text and cuts it at the size of its column; cut says that something was
// lost.
type cutter struct{ cut bool }

// chars returns s cleaned and with at most n characters.
func (c *cutter) chars(s string, n int) string {
	s = models.CleanText(s)
	if len(s) <= n {
		return s
	}
	count := 0
	for i := range s {
		if count == n {
			c.cut = true
			return s[:i]
		}
		count++
	}
	return s
}

// FitName returns s cleaned and cut to what a column of names or topics holds.
func FitName(s string) string {
	var c cutter
	return c.chars(s, nameChars)
}

// bytes returns s, which is valid UTF-8, with at most n bytes, cut between characters.
func (c *cutter) bytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	c.cut = true
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// ascii returns s for a column of plain ASCII: anything else becomes "?".
func (c *cutter) ascii(s string, n int) string {
	if len(s) <= n && isASCII(s) {
		return s
	}
	c.cut = true
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7E {
			return '?'
		}
		return r
	}, s)
	return s[:min(n, len(s))]
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7E {
			return false
		}
	}
	return true
}

// content is the readable text of a row: personal numbers masked, a place coarse.
func (c *cutter) content(i *models.Interaction) string {
	text := models.CleanText(i.Content)
	if i.Kind == models.MsgTypeLocation {
		return coarsePlace(text)
	}
	return c.bytes(models.Mask(text), contentBytes)
}

// coarsePlace keeps of a place its first two numbers, rounded to two decimals (about one
// kilometre), and drops everything else: the label names a house.
func coarsePlace(text string) string {
	var numbers []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789.-+", r) }) {
		v, err := strconv.ParseFloat(word, 64)
		if err != nil || math.Abs(v) > 180 {
			continue
		}
		numbers = append(numbers, strconv.FormatFloat(v, 'f', 2, 64))
		if len(numbers) == 2 {
			return strings.Join(numbers, ",")
		}
	}
	return ""
}

// warnings is a list as JSON, masked, as many entries as fit.
func (c *cutter) warnings(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	kept := make([]string, 0, len(list))
	size := 2
	for _, w := range list {
		w = models.Mask(models.CleanText(w))
		if size += 6*len(w) + 3; size > warningBytes {
			c.cut = true
			break
		}
		kept = append(kept, w)
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return "[]"
	}
	return string(b)
}

func readWarnings(s string) []string {
	var list []string
	if err := json.Unmarshal([]byte(s), &list); err != nil {
		return []string{s}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}
