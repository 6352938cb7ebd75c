package indices

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func TestVetoes(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*Inputs)
		want []string
	}{
		{"none", func(*Inputs) {}, nil},
		{"14 days", func(in *Inputs) { in.Publications = []time.Time{in.AsOf.AddDate(0, 0, -14)} }, []string{"V1"}},
		{"13 days", func(in *Inputs) { in.Publications = []time.Time{in.AsOf.AddDate(0, 0, -13)} }, nil},
		{"probe failed", func(in *Inputs) { in.Probes.Latest = new(false) }, []string{"V2"}},
		{"nobody answers", func(in *Inputs) { in.Recent = &Recent{Sums: models.WaitSums{Opened: 1, Expired: 1}} }, []string{"V2"}},
		{"nobody asks", func(in *Inputs) { in.Recent = &Recent{Sums: models.WaitSums{Opened: 1, Bot: 1}} }, nil},
		{"one answered", func(in *Inputs) { in.Recent = &Recent{Sums: models.WaitSums{Opened: 2, Expired: 1, Human: 1}} }, nil},
		{"incident", func(in *Inputs) { in.Incident = true }, []string{"V3"}},
	} {
		in := toyInputs(t, true)
		c.set(&in)
		r := Compute(&in)
		var got []string
		for _, v := range r.Composite.Vetoes {
			got = append(got, v.ID)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if len(c.want) > 0 && *r.Composite.Band != BandFail {
			t.Errorf("%s: band %s", c.name, *r.Composite.Band)
		}
	}
}

func TestBands(t *testing.T) {
	for g, want := range map[float64]string{59.999999: BandFail, 60: BandPass, 79.999999: BandPass, 80: BandGood, 91.76: BandGood} {
		if got := Band(g); got != want {
			t.Errorf("%v: %s, want %s", g, got, want)
		}
	}
}

func TestReportJSON(t *testing.T) {
	data, err := json.Marshal(NewReport(toyInputs(t, true), Inputs{Account: "2", AsOf: clock(t, toyAsOf)}))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	accounts := got["accounts"].([]any)
	toy, empty := accounts[0].(map[string]any), accounts[1].(map[string]any)
	for _, c := range []struct {
		of         map[string]any
		path, want string
	}{
		{got, "formula_version", `"wenzheng-2"`},
		{got, "as_of", `"2026-03-05T12:00:00+08:00"`},
		{got, "provisional", `true`},
		{toy, "followers", `600`},
		{toy, "first_response.p90_s", `"unanswered"`},
		{toy, "response.p50_s", `7200`},
		{toy, "counts.waits.opened", `7`},
		{toy, "composite.vetoes", `[]`},
		{toy, "service_index.partial", `false`},
		{toy, "spread_index.version", `"V14.2/4"`},
		{empty, "followers", `null`},
		{empty, "first_response.p50_s", `null`},
		{empty, "self_served", `null`},
		{empty, "response.office_mean_s", `null`},
		{empty, "rti.value", `null`},
		{empty, "interaction_index.value", `null`},
		{empty, "spread_index.wci", `null`},
		{empty, "composite.value", `null`},
		{empty, "backlog.oldest_s", `null`},
	} {
		value, err := json.Marshal(at(c.of, c.path))
		if err != nil || string(value) != c.want {
			t.Errorf("%s: %s, want %s (%v)", c.path, value, c.want, err)
		}
	}
	if n := len(toy["diagnosis"].([]any)); n != 7 {
		t.Errorf("%d problems", n)
	}
	if n := len(got["ranking"].([]any)); n != 2 {
		t.Errorf("%d places", n)
	}
}

func at(v map[string]any, path string) any {
	for {
		head, rest, more := strings.Cut(path, ".")
		value, ok := v[head]
		if !ok {
			return "no " + head
		}
		if !more {
			return value
		}
		v, path = value.(map[string]any), rest
	}
}
