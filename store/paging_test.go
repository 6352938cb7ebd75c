package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"github.com/wenzheng/wenzheng/models"
)

// asked is a query as it went to the database.
type asked struct {
	query string
	args  []any
}

// recorder notes the queries of a pool or of a transaction.
type recorder struct {
	gorm.ConnPool
	mu    *sync.Mutex
	asked *[]asked
}

func (r recorder) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.mu.Lock()
	*r.asked = append(*r.asked, asked{query, slices.Clone(args)})
	r.mu.Unlock()
	return r.ConnPool.QueryContext(ctx, query, args...)
}

// BeginTx is called by gorm.
func (r recorder) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := r.ConnPool.(gorm.TxBeginner).BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return &recorderTx{recorder{tx, r.mu, r.asked}, tx}, nil
}

type recorderTx struct {
	recorder
	gorm.TxCommitter
}

// recordQueries notes what the readers of the store ask from now on.
func recordQueries(s *Store) *[]asked {
	list := &[]asked{}
	for _, db := range []*gorm.DB{s.reader, s.report} {
		r := recorder{db.Statement.ConnPool, &sync.Mutex{}, list}
		db.Statement.ConnPool, db.ConnPool = r, r
	}
	return list
}

// planOf is what the database says about how it would run a query.
func planOf(t *testing.T, s *Store, a asked) string {
	t.Helper()
	explain := "EXPLAIN "
	if !s.dialect.MySQL() {
		explain = "EXPLAIN QUERY PLAN "
	}
	rows, err := s.drain.Statement.ConnPool.QueryContext(context.Background(), explain+a.query, a.args...)
	if err != nil {
		t.Fatalf("%s: %v", a.query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var plan strings.Builder
	for rows.Next() {
		cells := make([]sql.NullString, len(names))
		dest := make([]any, len(names))
		for i := range cells {
			dest[i] = &cells[i]
		}
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			fmt.Fprintf(&plan, "%s=%s ", name, cells[i].String)
		}
		plan.WriteString("\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

// Every page of every list is found by an index and comes in its order: a page costs its own rows,
// not those before it, and nothing is sorted.
func TestLists_PageIsServedByAnIndex(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		var batch []models.Interaction
		for i := range 1800 {
			in := inbound(i)
			in.OpenID = fmt.Sprintf("oCitizen_%06d", i)
			if i%3 == 0 {
				in.AppID = appB
			}
			if i%5 == 0 {
				in.Channel, in.Thread = models.ChannelComment, fmt.Sprintf("comment-%d", i)
			}
			batch = append(batch, in)
		}
		if _, err := s.Import(ctx, batch, nil); err != nil {
			t.Fatal(err)
		}
		all := recordQueries(s)
		list := func(name string, f func() error) {
			t.Helper()
			*all = nil
			if err := f(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			pages := 0
			for _, a := range *all {
				if !strings.Contains(a.query, "LIMIT ?") {
					continue
				}
				pages++
				plan := planOf(t, s, a)
				bad := strings.Contains(plan, "USE TEMP B-TREE") || strings.Contains(plan, "Using filesort") || strings.Contains(plan, "type=ALL") ||
					strings.Contains(plan, "SCAN ") && !strings.Contains(plan, "USING INDEX interactions_at") ||
					pages > 1 && (strings.Contains(plan, "SCAN ") || strings.Contains(plan, "type=index ")) // from the beginning
				if bad {
					t.Errorf("%s, page %d:\n%s\n%s", name, pages, a.query, plan)
				}
				if strings.Count(a.query, "at >") > 2 || strings.Count(a.query, "at <") > 2 {
					t.Errorf("%s, page %d begins at one of two bounds, which SQLite may choose wrongly:\n%s", name, pages, a.query)
				}
			}
			if pages < 2 {
				t.Errorf("%s: %d pages", name, pages)
			}
		}
		rows := func(f Filter) func() error {
			return func() error { return s.Interactions(ctx, f, func(models.Interaction) error { return nil }) }
		}
		list("log of all accounts", rows(Filter{}))
		list("log of all accounts, newest first", rows(Filter{Newest: true}))
		list("log of one account", rows(Filter{AppIDs: []string{appA}}))
		list("log of two accounts", rows(Filter{AppIDs: []string{appA, appB}, From: testTime}))
		span := Filter{From: testTime.AddDate(0, 0, -1), To: testTime.AddDate(0, 0, 1)}
		list("log of some days", rows(span))
		span.Newest = true
		list("log of some days, newest first", rows(span))
		audited := func(after int64) func() error {
			return func() error {
				for range 2 {
					err := s.AuditEntries(ctx, AuditFilter{AfterSeq: after, Limit: 2}, func(e models.AuditEntry) error { after = e.Seq; return nil })
					if err != nil {
						return err
					}
				}
				return nil
			}
		}
		list("audit entries", audited(0))
	})
}
