package models

import "strings"

// Said is a sentence for people: Text in Chinese; by Code and Values it is said in another language.
type Said struct {
	Code   string            `json:"code"`
	Values map[string]string `json:"values"`
	Text   string            `json:"text"`
}

// Say fills the {holes} of a text by pairs of a name and a value. A text of somebody else has none.
func Say(code, text string, pairs ...string) Said {
	values := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return Said{code, values, text}
}

// Line is the sentence with its advice apart.
func (s Said) Line(fix string) ProgressLine {
	return ProgressLine{Found: s.Text, Fix: fix, Code: s.Code, Values: s.Values}
}

// Reason is what keeps the service from its best. What it is of is an AppID or a part of the program, "" where
// the text names it.
type Reason struct {
	What string `json:"what"`
	Said
}

// String is the reason as /readyz has always told it: "what: text".
func (r Reason) String() string {
	if r.What == "" {
		return r.Text
	}
	return r.What + ": " + r.Text
}

// ReasonTexts are reasons as /readyz tells them, never nil.
func ReasonTexts(list []Reason) []string {
	out := []string{}
	for _, r := range list {
		out = append(out, r.String())
	}
	return out
}
