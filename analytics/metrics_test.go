package analytics

import (
	"context"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func TestManyAccountsAreNotComputedForManyDays(t *testing.T) {
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.FixedZone("", 8*3600))
	q := SeriesQuery{Metric: "composite.value", By: SeriesDay, Split: SplitAccount, From: from, To: from.AddDate(0, 0, 30)}
	for accounts, refused := range map[int]bool{1: false, 13: false, 14: true} {
		if err := divisible(&q, scopeDay, accounts); (err != nil) != refused {
			t.Errorf("%d accounts: %v", accounts, err)
		}
		if err := divisible(&q, scopeWait, accounts); err != nil {
			t.Errorf("%d accounts, from the rollups: %v", accounts, err)
		}
	}
	q.By, q.Split = SeriesHour, SplitTopic
	for accounts, refused := range map[int]bool{1: false, 2: false, 3: true} {
		if err := divisible(&q, scopeWait, accounts); (err != nil) != refused {
			t.Errorf("by hour and topic, %d accounts: %v", accounts, err)
		}
	}
}

func TestSeries_OfAMetricWithoutOneIsRefused(t *testing.T) {
	a := New(nil, nil, Options{})
	for _, metric := range []string{"", "rti", "backlog.open", "composite.band", "composite.vetoes", "publication.gap_d", "limits.1.rate"} {
		_, err := a.Series(context.Background(), SeriesQuery{Metric: metric, By: SeriesDay, Split: SplitAccount})
		if models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%q: %v", metric, err)
		}
	}
}
