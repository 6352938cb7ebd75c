package models

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func textRule(change func(*Rule)) Rule {
	r := Rule{Name: "社保", Keywords: []string{"社保"}, Replies: []Reply{TextReply("请到窗口办理")}}
	change(&r)
	return r
}

func TestRuleValidate(t *testing.T) {
	deep := &Menu{Items: []MenuItem{{Title: "底", Reply: &Reply{Kind: ReplyText, Text: "答"}}}}
	for range MaxMenuDepth {
		deep = &Menu{Items: []MenuItem{{Title: "上", Menu: deep}}}
	}
	cases := []struct {
		name   string
		change func(*Rule)
		want   []string // fields at fault
	}{
		{"sound", func(*Rule) {}, nil},
		{"no name", func(r *Rule) { r.Name = " " }, []string{"name"}},
		{"title of two lines", func(r *Rule) { r.Title = "甲\n乙" }, []string{"title"}},
		{"unknown match", func(r *Rule) { r.Match = "fuzzy" }, []string{"match"}},
		{"no keyword", func(r *Rule) { r.Keywords = nil }, []string{"keywords"}},
		{"groups instead of keywords", func(r *Rule) { r.Keywords, r.Groups = nil, [][]string{{"办", "补"}, {"证"}} }, nil},
		{"empty group", func(r *Rule) { r.Groups = [][]string{{}} }, []string{"groups[0]"}},
		{"default needs no keyword", func(r *Rule) { r.Match, r.Keywords = MatchDefault, nil }, nil},
		{"empty keyword", func(r *Rule) { r.Keywords = []string{"社保", " "} }, []string{"keywords[1]"}},
		{"long keyword", func(r *Rule) { r.Keywords = []string{strings.Repeat("社", 101)} }, []string{"keywords[0]"}},
		{"long pattern is longer", func(r *Rule) { r.Match, r.Keywords = MatchRegexp, []string{strings.Repeat("社", 101)} }, nil},
		{"lengths crossed", func(r *Rule) { r.MinLength, r.MaxLength = 9, 3 }, []string{"max_length"}},
		{"unknown entry", func(r *Rule) { r.On = []Trigger{"text", "telepathy"} }, []string{"on[1]"}},
		{"keys without an event", func(r *Rule) { r.Keys = []string{"7"} }, []string{"keys"}},
		{"say without an event", func(r *Rule) { r.Say = "社保" }, []string{"say"}},
		{"event that says", func(r *Rule) { r.On, r.Keywords, r.Say, r.Replies = []Trigger{OnClick}, nil, "社保", nil }, nil},
		{"no reply", func(r *Rule) { r.Replies = nil }, []string{"replies"}},
		{"empty reply", func(r *Rule) { r.Replies = []Reply{{}} }, []string{"replies[0]"}},
		{"long reply", func(r *Rule) { r.Replies[0].Text = strings.Repeat("长", 13_654) }, []string{"replies[0].text"}},
		{"unknown pick", func(r *Rule) { r.Pick = "best" }, []string{"pick"}},
		{"menu", func(r *Rule) { r.Menu = &Menu{Items: []MenuItem{{Title: "甲", Rule: "甲"}}} }, nil},
		{"menu without items", func(r *Rule) { r.Menu = &Menu{} }, []string{"menu.items"}},
		{"menu item of two ways", func(r *Rule) {
			r.Menu = &Menu{Items: []MenuItem{{Title: "甲", Rule: "甲", Menu: &Menu{Items: []MenuItem{{Title: "乙", Rule: "乙"}}}}}}
		}, []string{"menu.items[0]"}},
		{"menu item of no way", func(r *Rule) { r.Menu = &Menu{Items: []MenuItem{{Title: "甲"}}} }, []string{"menu.items[0]"}},
		{"menu too deep", func(r *Rule) { r.Menu = deep }, []string{"menu" + strings.Repeat(".items[0].menu", MaxMenuDepth)}},
		{"window", func(r *Rule) {
			r.When = &Window{From: "2026-01-02", Until: "2026-01-01", Weekdays: []int{0}, Hours: []string{"25:00-26:00", "22:00-06:00", "9-10"}, Office: "maybe", Holiday: "maybe"}
		}, []string{"when.until", "when.weekdays[0]", "when.hours[0]", "when.hours[2]", "when.office", "when.holiday"}},
		{"source", func(r *Rule) { r.Source = &Source{ValidUntil: "2026-13-01"} }, []string{"source.valid_until"}},
		{"empty example", func(r *Rule) { r.Examples = []string{""} }, []string{"examples[0]"}},
		{"priority", func(r *Rule) { r.Priority = MaxPriority + 1 }, []string{"priority"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := textRule(c.change)
			var got []string
			for _, f := range r.Validate() {
				got = append(got, f.Field)
				if f.Message == "" {
					t.Errorf("%s says nothing", f.Field)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestPinValidate(t *testing.T) {
	now := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	pin := Pin{Reply: TextReply("停课"), Until: now.Add(time.Hour), By: "值班员", Reason: "台风"}
	if f := pin.Validate(now); len(f) != 0 {
		t.Errorf("%v", f)
	}
	bad := Pin{Until: now}
	var got []string
	for _, f := range bad.Validate(now) {
		got = append(got, f.Field)
	}
	if want := []string{"reply", "until", "by", "reason"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	pin.Until = now.AddDate(0, 2, 0)
	if f := pin.Validate(now); len(f) != 1 || f[0].Field != "until" {
		t.Errorf("%v", f)
	}
}
