package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Filter selects rows of the log; the zero value selects all.
type Filter struct {
	AppIDs   []string  // none = every account
	From, To time.Time // of At, half-open; zero = no bound
	UID      string    // one citizen's thread
	Channel  models.Channel
	Dir      models.Dir
	Kind     string
	Text     string // a part of the masked content
	NoProbes bool
	Limit    int  // 0 = no limit
	Newest   bool // newest first

	// WithOpenID fills OpenID, otherwise empty. It is audited as By for Reason, which must
	// not be empty, before the first row is handed out.
	WithOpenID bool
	By         models.Who
	Reason     string
}

// exportPage is the rows read at a time; between pages no transaction is open, so that an
// export of years holds nothing up.
const exportPage = 1000

// RowCount is how many rows Interactions would hand out without a limit.
func (s *Store) RowCount(ctx context.Context, f Filter) (n int, err error) {
	w := f.where()
	err = each(ctx, s.report, func(rows *sql.Rows) error { return rows.Scan(&n) },
		"SELECT COUNT(*) FROM interactions i"+s.dialect.By(f.index())+w.String(), w.args...)
	if err != nil {
		return 0, fmt.Errorf("store: row count: %w", err)
	}
	return n, nil
}

// Interactions hands the rows to f in the order (At, ID), a page at a time, and stops at
// the first error of f. Content is masked; Raw and Deliveries are not filled (see Reveal).
func (s *Store) Interactions(ctx context.Context, filter Filter, f func(models.Interaction) error) error {
	return s.InteractionPages(ctx, filter, func(page []models.Interaction) error {
		for i := range page {
			if err := f(page[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// InteractionPages is Interactions for readers that complete some hundred rows at a time. A page is
// theirs until they return.
func (s *Store) InteractionPages(ctx context.Context, filter Filter, f func(page []models.Interaction) error) error {
	if filter.WithOpenID {
		if err := s.auditOpenIDs(ctx, &filter); err != nil {
			return err
		}
	}
	var last *models.Interaction
	var page []models.Interaction
	for left := filter.Limit; ; {
		size := exportPage
		if filter.Limit > 0 {
			size = min(size, left)
		}
		var err error
		if page, err = s.page(ctx, &filter, last, page[:0], size); err != nil {
			return fmt.Errorf("store: interactions: %w", err)
		}
		if err := f(page); err != nil {
			return err
		}
		left -= len(page)
		if len(page) < size || filter.Limit > 0 && left == 0 {
			return nil
		}
		end := page[len(page)-1]
		last = &end
	}
}

func (s *Store) auditOpenIDs(ctx context.Context, f *Filter) error {
	if strings.TrimSpace(f.Reason) == "" {
		return models.Faulty("导出 OpenID 须写明理由", models.Fault("reason", "required", "不能为空"))
	}
	return s.Audit(ctx, models.AuditEntry{
		Who: f.By, Action: "log.export_openid", ObjectType: "log", ObjectID: strings.Join(f.AppIDs, ","), Reason: f.Reason,
		After: models.JSON(map[string]any{"from": f.From, "to": f.To}),
	})
}

// page appends the rows after the last one to out. The sealed raw is left out: it is the larger
// part of a row.
func (s *Store) page(ctx context.Context, f *Filter, last *models.Interaction, out []models.Interaction, size int) ([]models.Interaction, error) {
	w, order := f.where(), ""
	if f.Newest {
		order = " DESC"
	}
	if last != nil {
		w = f.whereAfter(last)
	}
	columns := strings.TrimSuffix(qualified("i"), "i.raw") + "''"
	join := ""
	if f.WithOpenID {
		columns += ", COALESCE(c.openid, '')"
		join = " LEFT JOIN citizens c ON c.uid = i.uid"
	}
	var openID []byte
	var more []any
	if f.WithOpenID {
		more = []any{&openID}
	}
	scanner := newInteractionScanner(more...)
	err := each(ctx, s.report, func(rows *sql.Rows) error {
		i, err := scanner.scan(rows)
		if err != nil {
			return err
		}
		plain, err := s.unseal("citizens", "openid", i.UID, openID)
		if err != nil {
			return err
		}
		i.OpenID = string(plain)
		out = append(out, i)
		return nil
	}, "SELECT "+columns+" FROM interactions i"+s.dialect.By(f.index())+join+w.String()+" ORDER BY i.at"+order+", i.id"+order+" LIMIT ?", append(w.args, size)...)
	return out, err
}

// index is the one that has the rows of the filter in the order (At, ID), so that no page costs
// more than its rows. A citizen's rows are few and are sorted instead.
func (f *Filter) index() string {
	switch {
	case f.UID != "":
		return "interactions_thread"
	case len(f.AppIDs) == 1:
		return "interactions_time"
	}
	return "interactions_at"
}

// where is the condition on interactions i.
func (f *Filter) where() *where {
	var w where
	w.addIf(len(f.AppIDs) == 1, "i.app_id = ?", Anys(f.AppIDs)...)
	w.addIf(len(f.AppIDs) > 1, "i.app_id IN ("+Marks(len(f.AppIDs))+")", Anys(f.AppIDs)...)
	w.addIf(!f.From.IsZero(), "i.at >= ?", Micros(f.From))
	w.addIf(!f.To.IsZero(), "i.at < ?", Micros(f.To))
	w.addIf(f.UID != "", "i.uid = ?", f.UID)
	w.addIf(f.Channel != "", "i.channel = ?", string(f.Channel))
	w.addIf(f.Dir != "", "i.dir = ?", string(f.Dir))
	w.addIf(f.Kind != "", "i.kind = ?", f.Kind)
	w.addIf(f.Text != "", "i.content LIKE ? ESCAPE '!'", "%"+likeEscape(f.Text)+"%")
	w.addIf(f.NoProbes, "i.probe = 0")
	return &w
}

// whereAfter is where for the rows behind the last one read. The bound of the filter moves: beside
// another bound of the same side SQLite may begin each page at the first row of all.
func (f *Filter) whereAfter(last *models.Interaction) *where {
	rest, after := *f, ">"
	if f.Newest {
		rest.To, after = last.At.Add(time.Microsecond), "<"
	} else {
		rest.From = last.At
	}
	w, at := rest.where(), Micros(last.At)
	w.add("(i.at "+after+" ? OR i.id "+after+" ?)", at, last.ID)
	return w
}

func likeEscape(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// Reveal returns the raw body of a row, byte for byte, after auditing who read it and
// why; the reason must not be empty.
func (s *Store) Reveal(ctx context.Context, id int64, by models.Who, reason string) ([]byte, error) {
	if strings.TrimSpace(reason) == "" {
		return nil, models.NewError(models.CodeInvalid, "查看原文须写明理由")
	}
	var sealed []byte
	appID, found := "", false
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&appID, &sealed)
	}, "SELECT app_id, raw FROM interactions WHERE id = ?", id)
	if err != nil {
		return nil, fmt.Errorf("store: reveal: %w", err)
	}
	if !found {
		return nil, models.NewError(models.CodeNotFound, "没有这条记录")
	}
	err = s.Audit(ctx, models.AuditEntry{
		Who: by, Action: "log.reveal", ObjectType: "interaction", ObjectID: fmt.Sprint(id), AppID: appID, Reason: reason,
	})
	if err != nil {
		return nil, err
	}
	raw, err := s.unseal("interactions", "raw", fmt.Sprint(id), sealed)
	if err != nil {
		return nil, fmt.Errorf("store: reveal: %w", err)
	}
	return raw, nil
}
