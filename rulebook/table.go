package rulebook

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// TableRequest asks for a page of the rules of an account, one row a name. Empty fields ask for nothing.
type TableRequest struct {
	Account models.Account
	State   string // one of States; "" = all but archived
	Only    string // one of Onlys
	Q       string // a part of name, title or a keyword
	Answer  string // a part of what is answered
	Author  string
	Sort    string // one of Sorts, "" = name
	Reverse bool   // the other way round than the sort has by itself
	After   string // Next of the page before
	Limit   int    // 1 to MaxRows, 0 = all
}

// MaxRows is the longest page.
const MaxRows = 200

// States are how far the newest version of a rule may be.
func States() []string {
	return []string{string(models.RuleDraft), string(models.RuleReview), stateApproved, string(models.RulePublished), string(models.RuleArchived)}
}

// What a table can be bounded to.
const (
	OnlyNeverHit    = "never_hit"   // answered nobody for the 30 days and more that it is published
	OnlyConflict    = "conflict"    // the check finds that another rule goes before it
	OnlyExpiring    = "expiring"    // ends within 30 days, or has ended
	OnlyUnpublished = "unpublished" // has a version on its way
)

// Onlys are what a table can be bounded to.
func Onlys() []string { return []string{OnlyNeverHit, OnlyConflict, OnlyExpiring, OnlyUnpublished} }

// Sorts are the orders of a table: by name, and with the greatest first by the others.
func Sorts() []string { return []string{"name", "hits", "last_hit", "updated", "priority"} }

// Table is a page of rules.
type Table struct {
	Rules        []RuleRow      `json:"rules"`
	Next         string         `json:"next"`  // "" = the last page
	Total        int            `json:"total"` // that fit the request
	RulesVersion int64          `json:"rules_version,string"`
	Counts       map[string]int `json:"counts"` // of the account: all, by state, and what Only bounds to
}

// Table returns the rules that fit, a page of them. Counting and checking are done for all rules of
// the account at once and kept until one changes.
func (b *Book) Table(ctx context.Context, q TableRequest) (Table, error) {
	p, err := b.pages(ctx, q.Account.AppID)
	if err != nil {
		return Table{}, err
	}
	hits, err := b.hits(ctx, q.Account.AppID)
	if err != nil {
		return Table{}, err
	}
	planned, err := b.planned(ctx, q.Account.AppID)
	if err != nil {
		return Table{}, err
	}
	v := &view{pages: p, hits: hits, planned: planned, found: b.found(q.Account, p), now: b.options.Now()}
	out := Table{Rules: []RuleRow{}, RulesVersion: p.version, Counts: v.counts()}
	list := []placed{}
	for _, e := range p.entries {
		if v.fits(e, &q) {
			list = append(list, placed{e, v.key(e)})
		}
	}
	out.Total = len(list)
	order := orderOf(&q)
	slices.SortFunc(list, func(a, b placed) int { return order(a.key, b.key) })
	if q.After != "" {
		last, err := readCursor(q.After)
		if err != nil {
			return Table{}, err
		}
		list = slices.DeleteFunc(list, func(x placed) bool { return order(x.key, last) <= 0 })
	}
	if q.Limit > 0 && len(list) > q.Limit {
		list = list[:q.Limit]
		out.Next = list[q.Limit-1].key.cursor()
	}
	for _, x := range list {
		out.Rules = append(out.Rules, v.row(x.entry))
	}
	return out, nil
}

// view is what a table is made from.
type view struct {
	pages   *pages
	hits    *hitCounts
	planned map[int64]*time.Time
	found   map[string][]models.Finding
	now     time.Time
}

func (v *view) counts() map[string]int {
	n := map[string]int{"all": 0}
	for _, s := range append(States(), Onlys()...) {
		n[s] = 0
	}
	for _, e := range v.pages.entries {
		for _, s := range States() {
			if v.inState(e, s) {
				n[s]++
			}
		}
		if e.last.State == models.RuleArchived {
			continue
		}
		n["all"]++
		for _, only := range Onlys() {
			if v.only(e, only) {
				n[only]++
			}
		}
	}
	return n
}

func (v *view) fits(e *entry, q *TableRequest) bool {
	if q.State == "" && e.last.State == models.RuleArchived || q.State != "" && !v.inState(e, q.State) {
		return false
	}
	return (q.Only == "" || v.only(e, q.Only)) && (q.Author == "" || e.last.Author == q.Author) &&
		(q.Q == "" || holds(q.Q, e.last.Name, e.last.Title) || holds(q.Q, e.last.Keywords...) || holds(q.Q, slices.Concat(e.last.Groups...)...)) &&
		(q.Answer == "" || holds(q.Answer, answersOf(&e.last)...))
}

// inState: published are those that answer, whatever draft waits beside.
func (v *view) inState(e *entry, state string) bool {
	if state == string(models.RulePublished) {
		return e.live != nil
	}
	return e.state() == state
}

func (v *view) only(e *entry, only string) bool {
	switch only {
	case OnlyNeverHit:
		return e.live != nil && v.now.Sub(e.since) >= hitDays*24*time.Hour && v.hits.never(e.id)
	case OnlyConflict:
		return slices.ContainsFunc(v.found[e.last.Name], func(f models.Finding) bool {
			return f.Code == bot.CheckConflict || f.Code == bot.CheckUnreachable || f.Code == bot.CheckSecondDefault
		})
	case OnlyExpiring:
		last := validUntil(&e.last)
		return last != "" && last <= v.now.In(models.Shanghai()).AddDate(0, 0, 30).Format(time.DateOnly)
	case OnlyUnpublished:
		return e.last.State != models.RuleArchived && e.lastVersion != e.liveVersion
	}
	return false
}

// validUntil is the last day on which a rule may answer, "" = it has none.
func validUntil(r *models.Rule) string {
	last := ""
	if r.Source != nil {
		last = r.Source.ValidUntil
	}
	if r.When != nil && r.When.Until != "" && (last == "" || r.When.Until < last) {
		last = r.When.Until
	}
	return last
}

// holds reports whether one of the texts has the part in it, however the letters are written.
func holds(part string, texts ...string) bool {
	part = strings.ToLower(strings.TrimSpace(part))
	return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(strings.ToLower(t), part) })
}
