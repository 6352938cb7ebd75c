package waits

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// partColumns are what the index does not hold, where a part needs it.
func partColumns(p indices.Part) string {
	switch p {
	case "", indices.PartEnded:
		return ", 0, 0, 0, 0, 0, 0"
	case indices.PartFirst:
		return ", first_wait, 0, 0, 0, 0, 0"
	}
	return ", first_wait, two_way, rated, satisfied, aged, repeated"
}

// pickedRepeats reads one by one the waits of the window that the sweeper has not settled yet. They are
// counted already: the sums hold what they come to.
func (t *txn) pickedRepeats(ctx context.Context, d *decidedReader) error {
	among, args := t.answeredAmong(d.w, d.w.from, min(d.w.to, d.w.asOf+1))
	return t.settleDue(ctx, d.w, among, args, func(_, settled []models.Wait) {
		for i := range settled {
			if d.skip[settled[i].ID] = true; d.sel.Has(&settled[i], &d.w.m.limits, d.w.asOf) {
				d.live = append(d.live, settled[i])
			}
		}
	})
}

// partHint is hintOf of a part.
func partHint(p indices.Part, asOf int64) (hint string, args []any) {
	switch p {
	case indices.PartFirst:
		return " AND first_wait = 1", nil
	case indices.PartTwoWay:
		return " AND two_way = 1", nil
	case indices.PartOneWay:
		return " AND first_wait = 1 AND two_way = 0", nil
	case indices.PartRated, indices.PartSatisfied:
		return " AND rated = 1", nil
	case indices.PartAged, indices.PartRepeated: // what was settled after asOf was not yet
		return " AND aged = 1 AND age_at <= ?", []any{asOf}
	}
	return "", nil
}

// hourHint is the hour of asking in terms of seconds since some Monday.
func hourHint(sel *indices.Selection) string {
	const sinceMonday = utcOffset + 3*daySeconds
	hint := ""
	if sel.Weekday != 0 {
		first := (sel.Weekday - 1) * daySeconds
		hint = fmt.Sprintf(" AND (open_at + %d) %% %d BETWEEN %d AND %d", sinceMonday, 7*daySeconds, first, first+daySeconds-1)
	}
	if sel.Hour != nil {
		first := *sel.Hour * hourSeconds
		hint += fmt.Sprintf(" AND (open_at + %d) %% %d BETWEEN %d AND %d", utcOffset, daySeconds, first, first+hourSeconds-1)
	}
	return hint
}
