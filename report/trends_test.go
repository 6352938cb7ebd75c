package report

import (
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

func TestCharts_PartWeeksAreNotJoined(t *testing.T) {
	zone := indices.Shanghai()
	start := time.Date(2026, 10, 1, 0, 0, 0, 0, zone)
	var weeks []Week
	for i, days := range []int{3, 7, 7, 7, 2} {
		r := indices.Compute(&indices.Inputs{
			From: start, To: start.AddDate(0, 0, days), AsOf: time.Date(2026, 10, 27, 12, 0, 0, 0, zone),
			Sums: models.WaitSums{Opened: 10, Human: 10, OnTimeHuman: [models.ChatLimits]int64{9, 9, 9, 9}},
		})
		weeks = append(weeks, Week{start, days, r})
		start = start.AddDate(0, 0, days)
		if want := i > 3; r.Provisional != want {
			t.Fatalf("week %d: provisional %v", i, r.Provisional)
		}
	}
	for _, c := range Charts(weeks) {
		for i, p := range c.Points {
			part := i == 0 || i == 4
			if p.Part != part {
				t.Errorf("%s, week %d: part %v", c.Title, i, p.Part)
			}
			if i == 4 && !c.Bars && p.Value != nil {
				t.Errorf("%s ends at %v in a week whose slow answers are still to come", c.Title, *p.Value)
			}
			if i == 4 && c.Bars && p.Value == nil {
				t.Errorf("%s does not count the week that runs", c.Title)
			}
		}
	}
}
