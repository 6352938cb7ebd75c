package cases

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Why a case is looked at from above.
const (
	ReasonOverdue  = "overdue"
	ReasonReturned = "returned" // twice or more
	ReasonExtended = "extended"
	ReasonIllRated = "ill_rated"
)

// Reasons lists them, in the order of the page.
func Reasons() []string {
	return []string{ReasonOverdue, ReasonReturned, ReasonExtended, ReasonIllRated}
}

// manyReturns is from how many on a case is looked at.
const manyReturns = 2

// Supervised is a case with why it is looked at.
type Supervised struct {
	Case
	Reasons []string `json:"reasons"`
}

// SupervisionPage is a piece of the list.
type SupervisionPage struct {
	Cases  []Supervised   `json:"cases"`
	Next   string         `json:"next"`
	Counts map[string]int `json:"counts"` // by reason; all = cases with any
}

// SupervisionQuery asks for cases that need looking at, for one reason or any.
type SupervisionQuery struct {
	Accounts []string // none = all; the caller may see them
	Reason   string   // "" = any
	After    string
	Limit    int
}

// conditions are what makes a case be looked at, by reason, and BoxAll. Extended and returned ones are until they
// are over; what was rated ill and not opened again is for a month.
func (b *Cases) conditions() map[string]filter {
	now := b.o.Now()
	by := map[string]filter{
		ReasonOverdue:  {where: "due > 0 AND due < ?", args: []any{store.Micros(now)}},
		ReasonReturned: {where: "due > 0 AND returns >= ?", args: []any{int64(manyReturns)}},
		ReasonExtended: {where: "due > 0 AND extended_to > 0"},
		ReasonIllRated: {where: "due = 0 AND feedback = 1 AND (solved = 0 OR satisfied = 0) AND closed_at >= ?", args: []any{store.Micros(now.AddDate(0, 0, -30))}},
	}
	var each []string
	var args []any
	for _, reason := range Reasons() {
		each, args = append(each, "("+by[reason].where+")"), append(args, by[reason].args...)
	}
	by[BoxAll] = filter{where: "(" + strings.Join(each, " OR ") + ")", args: args}
	return by
}

// Supervision returns cases that need looking at, what is owed longest first.
func (b *Cases) Supervision(ctx context.Context, q SupervisionQuery) (p SupervisionPage, err error) {
	conditions := b.conditions()
	wanted, ok := conditions[cmp.Or(q.Reason, BoxAll)]
	if !ok {
		return p, faulty("reason", "choice_unknown", "没有这一项")
	}
	f := of(q.Accounts)
	f.and(wanted.where, wanted.args...)
	f.order = "(CASE WHEN due = 0 THEN 1 ELSE 0 END), (CASE WHEN due = 0 THEN -closed_at ELSE due END), id"
	p.Cases, p.Counts = []Supervised{}, map[string]int{}
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		found, next, err := b.page(ctx, t, f, q.After, q.Limit)
		if err != nil {
			return err
		}
		p.Next = next
		for i := range found {
			p.Cases = append(p.Cases, Supervised{found[i], reasonsOf(&found[i])})
		}
		for reason, one := range conditions {
			in := of(q.Accounts)
			var n int
			err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&n) },
				"SELECT COUNT(*) FROM cases WHERE "+in.where+" AND "+one.where, slices.Concat(in.args, one.args)...)
			if err != nil {
				return err
			}
			p.Counts[reason] = n
		}
		return nil
	})
	return p, models.Wrap("cases: supervision", err)
}

// reasonsOf are why a case of that list is on it.
func reasonsOf(c *Case) []string {
	out := []string{}
	if c.Overdue {
		out = append(out, ReasonOverdue)
	}
	if c.State.Open() && c.Returns >= manyReturns {
		out = append(out, ReasonReturned)
	}
	if c.State.Open() && !c.ExtendedTo.IsZero() {
		out = append(out, ReasonExtended)
	}
	if !c.State.Open() && c.Solved != nil && (!*c.Solved || !*c.Satisfied) {
		out = append(out, ReasonIllRated)
	}
	return out
}
