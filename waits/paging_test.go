package waits

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Every page of open waits is found by an index and comes in its order: a page costs its own rows,
// not those before it, and nothing is sorted.
func TestOpenWaits_PageIsServedByAnIndex(t *testing.T) {
	measuredEverywhere(t, testTime.Add(time.Hour), func(t *testing.T, s *log) {
		ctx := context.Background()
		var batch []models.Interaction
		for i := range 1200 {
			in := inbound(i)
			in.OpenID = fmt.Sprintf("oCitizen_%06d", i)
			if i%3 == 0 {
				in.AppID = appB
			}
			batch = append(batch, in)
		}
		if _, err := s.ImportInteractions(ctx, batch); err != nil {
			t.Fatal(err)
		}
		last := &models.Wait{OpenAt: testTime.Unix() + 900}
		for _, after := range []Cursor{{}, {OpenAt: testTime.Unix() + 600, ID: 1}} {
			for _, last := range []*models.Wait{nil, last} {
				if plan := openPlan(t, s, &OpenFilter{Limit: 100}, after, last); strings.Contains(plan, "USE TEMP B-TREE") ||
					strings.Contains(plan, "Using filesort") || strings.Contains(plan, "type=ALL") || strings.Contains(plan, "SCAN ") ||
					!strings.Contains(plan, "waits_window") {
					t.Errorf("after %v, until %v:\n%s", after, last, plan)
				}
			}
		}
	})
}

// openPlan is what the database says about how it would read a page.
func openPlan(t *testing.T, s *log, f *OpenFilter, after Cursor, last *models.Wait) string {
	t.Helper()
	return planOf(t, s, func(tx *txn) (string, []any) { return tx.openQuery(f, appA, models.ChannelChat, after, last) })
}

// planOf is what the database says about how it would answer a query.
func planOf(t *testing.T, s *log, of func(*txn) (query string, args []any)) string {
	t.Helper()
	explain := "EXPLAIN "
	if s.dialect == dialectSQLite {
		explain = "EXPLAIN QUERY PLAN "
	}
	var plan strings.Builder
	err := s.read(context.Background(), store.Reports, func(tx *txn) error {
		query, args := of(tx)
		return tx.Query(context.Background(), func(rows *sql.Rows) error {
			names, err := rows.Columns()
			if err != nil {
				return err
			}
			cells, dest := make([]sql.NullString, len(names)), make([]any, len(names))
			for i := range cells {
				dest[i] = &cells[i]
			}
			err = rows.Scan(dest...)
			for i, name := range names {
				fmt.Fprintf(&plan, "%s=%s ", name, cells[i].String)
			}
			plan.WriteString("\n")
			return err
		}, explain+query, args...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

// A list of several accounts is one list: pages of it are those of the whole, wherever they are cut.
func TestOpenWaits_PagesOfSeveralAccountsAreInOrder(t *testing.T) {
	measuredEverywhere(t, testTime.Add(time.Hour), func(t *testing.T, s *log) {
		ctx := context.Background()
		var batch []models.Interaction
		for i := range 90 {
			in := inbound(i)
			in.At, in.OpenID = testTime.Add(time.Duration(i*7%30)*time.Second), fmt.Sprintf("oCitizen_%06d", i) // ties
			in.AppID = []string{appA, appB}[i%2]
			if i%3 == 0 {
				in.Channel, in.Thread = models.ChannelComment, fmt.Sprintf("comment-%d", i)
			}
			batch = append(batch, in)
		}
		if _, err := s.ImportInteractions(ctx, batch); err != nil {
			t.Fatal(err)
		}
		whole, _, err := s.OpenWaits(ctx, OpenFilter{AppIDs: []string{appA, appB}, Limit: 1000})
		if err != nil || len(whole) != 90 {
			t.Fatalf("%d waits, error %v", len(whole), err)
		}
		for _, size := range []int{1, 7, 45, 89, 90} {
			var got []models.Wait
			for f := (OpenFilter{AppIDs: []string{appB, appA}, Limit: size}); ; {
				page, next, err := s.OpenWaits(ctx, f)
				if err != nil || len(page) > size {
					t.Fatalf("%d waits on a page of %d, error %v", len(page), size, err)
				}
				got = append(got, page...)
				if next == (Cursor{}) {
					break
				}
				f.After = next
			}
			if !slices.Equal(got, whole) {
				t.Errorf("pages of %d: %d waits, in another order or not all of them", size, len(got))
			}
		}
	})
}
