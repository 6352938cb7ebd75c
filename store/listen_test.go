package store

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/wenzheng/wenzheng/models"
)

// Rows of two instances, one of which commits late, are handed out once each.
func TestLiveRowsOfTwoWriters(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			ctx := context.Background()
			database := fresh(t, d)
			now := testTime
			clock := func() time.Time { return now }
			one, two := openStore(t, clocked(t, database, clock)), openStore(t, clocked(t, database, clock))
			if err := one.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			heard := 0
			one.OnStored(func(apps []string) {
				if len(apps) != 1 || apps[0] != appA {
					t.Errorf("heard of %v", apps)
				}
				heard++
			})
			record(t, one, inbound(1))
			rows, cursor, err := one.LiveSince(ctx, LiveCursor{}, 100)
			if len(rows) != 0 || err != nil {
				t.Fatalf("%d rows at the start, error %v", len(rows), err)
			}
			slow, err := two.rows([]models.Interaction{inbound(2)}) // numbered now, committed below
			if err != nil {
				t.Fatal(err)
			}
			now = now.Add(5 * time.Second)
			record(t, one, inbound(3), inbound(4))
			seen := map[string]int{}
			read := func(limit int) {
				t.Helper()
				if rows, cursor, err = one.LiveSince(ctx, cursor, limit); err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					seen[r.MsgKey]++
				}
			}
			read(1)
			read(1)
			if _, err := two.appendRows(ctx, slow, nil); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				now = now.Add(4 * time.Second)
				read(100)
			}
			now = now.Add(time.Minute)
			record(t, two, inbound(5))
			read(100)
			read(100)
			want := map[string]int{}
			for _, n := range []int{2, 3, 4, 5} {
				want[inbound(n).MsgKey] = 1
			}
			if diff := cmp.Diff(want, seen); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if heard != 2 {
				t.Errorf("heard %d times", heard)
			}
		})
	}
}
