package waits

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

func TestBands(t *testing.T) {
	next := int64(0)
	for n := 0; next < 1<<20; n++ {
		low, high := bandOf(next)
		if low != next {
			t.Fatalf("band %d begins at %d, the one before ended at %d", n, low, next-1)
		}
		if l, h := bandOf(high); l != low || h != high {
			t.Fatalf("second %d is in %d to %d, not in %d to %d", high, l, h, low, high)
		}
		if width := high - low + 1; width > 1 && (low < 8*width || low >= 16*width) {
			t.Fatalf("band from %d is %d wide", low, width)
		}
		next = high + 1
	}
	for sec, want := range map[int64][2]int64{0: {0, 0}, 15: {15, 15}, 16: {16, 17}, 17: {16, 17}, 3600: {3584, 3839}, 172800: {163840, 180223}} {
		if low, high := bandOf(sec); low != want[0] || high != want[1] {
			t.Errorf("second %d: %d to %d, want %v", sec, low, high, want)
		}
	}
}

// A report from bands is the one from every second of the histogram, and reads few of them.
func TestBandsReportLikeSeconds(t *testing.T) {
	measuredEverywhere(t, windowEnd, func(t *testing.T, s *log) {
		loadLog(t, s, windowLog(6000, 150, 0, 1))
		end := time.Unix(ceilTo(windowEnd.Unix(), daySeconds), 0)
		for _, days := range []int{1, 3, 7, 30, 90} {
			w := Window{AppID: appA, From: end.AddDate(0, 0, -days), To: end, AsOf: windowEnd}
			got, m := report(t, s, w)
			wide := 0
			for _, b := range m.Responses {
				wide += int(b.High - b.Low)
			}
			waits, err := s.Opened(context.Background(), w)
			if err != nil {
				t.Fatal(err)
			}
			m.Responses, m.Live, m.Sums = nil, waits, models.WaitSums{}
			plain := inputs(t, w, &m)
			if diff := cmp.Diff(indices.Compute(&plain).Response, got.Response); diff != "" {
				t.Errorf("%d days, all (-waits +bands):\n%s", days, diff)
			}
			if diff := cmp.Diff(indices.Compute(&plain).First, got.First); diff != "" {
				t.Errorf("%d days, first (-waits +bands):\n%s", days, diff)
			}
			if days == 90 && wide == 0 {
				t.Error("every second was read")
			}
		}
	})
}

// MariaDB reads the days and the seconds asked for, by their keys.
func TestWindowQueriesReadRanges(t *testing.T) {
	s := migrated(t, dialectMySQL, windowEnd)
	loadLog(t, s, windowLog(20_000, 200, 0, 1))
	ctx := context.Background()
	if err := execute(s, "ANALYZE TABLE rt_hist, active_returns"); err != nil {
		t.Fatal(err)
	}
	read := func(table string) int64 {
		return number(t, s, "SELECT COALESCE(SUM(rows_read), 0) FROM information_schema.table_statistics WHERE table_schema = DATABASE() "+
			"AND table_name = ?", table)
	}
	if err := execute(s, "SET GLOBAL userstat = 1"); err != nil {
		t.Fatal(err)
	}
	end := time.Unix(ceilTo(windowEnd.Unix(), daySeconds), 0)
	first := end.AddDate(0, 0, -30)
	histogram, returns := read("rt_hist"), read("active_returns")
	if _, err := s.Measured(ctx, Window{AppID: appA, From: first, To: end}); err != nil {
		t.Fatal(err)
	}
	histogram, returns = read("rt_hist")-histogram, read("active_returns")-returns
	all := number(t, s, "SELECT COUNT(*) FROM rt_hist WHERE day >= ?", indices.DayOf(first.Unix()))
	if histogram == 0 || histogram > all/3 {
		t.Errorf("%d rows of rt_hist read, the window has %d", histogram, all)
	}
	if returns == 0 || returns > 30*31/2 {
		t.Errorf("%d rows of active_returns read, the window has %d pairs of days", returns, 30*31/2)
	}
}
