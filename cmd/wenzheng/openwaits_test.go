package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestOpenWaitsByAge pages through the open waits, the oldest first.
func TestOpenWaitsByAge(t *testing.T) {
	o := toy(t, "") // its waits are long decided
	now := time.Now().Truncate(time.Second)
	var b strings.Builder
	b.WriteString("account,openid,at,dir,actor,topic\n")
	for _, age := range []time.Duration{time.Minute, 2 * time.Hour, 47 * time.Hour, 24 * time.Hour, 49 * time.Hour} {
		fmt.Fprintf(&b, "%s,c%d,%s,in,citizen,社保\n", o.account.AppID, age, now.Add(-age).Format(time.RFC3339))
	}
	o.must("log", "import", o.write("open.csv", b.String()))
	s := o.api(openFor(t, o), func() time.Time { return now })
	type line struct {
		ID       string
		Citizen  string
		Topic    string
		Age      int64   `json:"age_s"`
		AtRisk   bool    `json:"at_risk"`
		Breached []int64 `json:"breached_s"`
	}
	var all []line
	next := ""
	for range 10 {
		var page struct {
			Waits []line
			Next  string
		}
		code, body := s.get("/api/v1/waits?limit=3&after=" + url.QueryEscape(next))
		if err := json.Unmarshal(body, &page); err != nil || code != 200 || len(page.Waits) > 3 {
			t.Fatalf("%d %v: %s", code, err, body)
		}
		all = append(all, page.Waits...)
		if next = page.Next; next == "" {
			break
		}
	}
	if len(all) != 4 {
		t.Fatalf("%d open waits, want 4 without the expired one: %+v", len(all), all)
	}
	for i, want := range []line{
		{Age: 169200, AtRisk: true, Breached: []int64{180, 7200, 86400}},
		{Age: 86400, Breached: []int64{180, 7200, 86400}},
		{Age: 7200, Breached: []int64{180, 7200}},
		{Age: 60, Breached: []int64{}},
	} {
		got := all[i]
		if got.Age != want.Age || got.AtRisk != want.AtRisk || !slices.Equal(got.Breached, want.Breached) || got.Topic != "社保" {
			t.Errorf("%d: %+v, want %+v", i, got, want)
		}
		if strings.HasPrefix(got.Citizen, "c") && len(got.Citizen) < 20 || got.ID == "" {
			t.Errorf("the citizen is named: %+v", got)
		}
	}
}
