package rulebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// shelf keeps the rules of the accounts that people work on: a list of ten thousand or a live test
// costs milliseconds. Every use asks which rules have changed, here or at another instance, and reads
// those alone. It is safe for concurrent use.
type shelf struct {
	mu   sync.Mutex
	kept map[string]*volume
	used []string // AppIDs, the latest use last
}

// maxVolumes is how many accounts are kept; ten thousand rules take some 50 MB.
const maxVolumes = 4

// volume is the place of one account.
type volume struct {
	mu        sync.Mutex
	pages     *pages
	published *compiledRules
	hits      *hitCounts
}

// pages are the rules of an account at one moment. They are not changed.
type pages struct {
	entries []*entry // by id
	byID    map[int64]*entry
	version int64 // of the published rules

	mu       sync.Mutex
	checked  string         // the day for which findings hold
	account  models.Account // and the account
	findings map[string][]models.Finding
}

// entry is one name: its newest version, and the one that answers.
type entry struct {
	head
	last  models.Rule
	live  *models.Rule // nil: none answers
	since time.Time    // when live was published
}

// head is the row of a rule.
type head struct {
	id, liveVersion, lastVersion int64
	state                        models.RuleState
	updated                      int64
}

// state is how far the newest version is: approved is in review with a reviewer.
func (e *entry) state() string { return stateOf(&e.last) }

const stateApproved = "approved"

func stateOf(r *models.Rule) string {
	if r.State == models.RuleReview && r.Reviewer != "" {
		return stateApproved
	}
	return string(r.State)
}

// volume is the place of an account, which is the latest used now.
func (s *shelf) volume(appID string) *volume {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used = append(slices.DeleteFunc(s.used, func(id string) bool { return id == appID }), appID)
	v := s.kept[appID]
	if v == nil {
		v = &volume{}
		s.kept[appID] = v
	}
	if len(s.used) > maxVolumes {
		delete(s.kept, s.used[0])
		s.used = s.used[1:]
	}
	return v
}

// pages are the rules of an account as they are now.
func (b *Book) pages(ctx context.Context, appID string) (*pages, error) {
	v := b.shelf.volume(appID)
	v.mu.Lock()
	defer v.mu.Unlock()
	var p *pages
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		p, err = readPages(ctx, t, appID, v.pages)
		return err
	})
	if err != nil {
		return nil, models.Wrap("rulebook: rules", err)
	}
	v.pages = p
	return p, nil
}

// readPages reads what is not as it was; nothing changed returns what was.
func readPages(ctx context.Context, t *store.Tx, appID string, was *pages) (*pages, error) {
	p := &pages{byID: make(map[int64]*entry)}
	if was != nil {
		p.byID = make(map[int64]*entry, len(was.byID))
	}
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&p.version) }, "SELECT version FROM rules_version WHERE app_id = ?", appID)
	if err != nil {
		return nil, err
	}
	var changed []int64
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var h head
		if err := rows.Scan(&h.id, &h.liveVersion, &h.lastVersion, &h.state, &h.updated); err != nil {
			return err
		}
		e := &entry{head: h}
		if was != nil && was.byID[h.id] != nil && was.byID[h.id].head == h {
			e = was.byID[h.id]
		} else {
			changed = append(changed, h.id)
		}
		p.byID[h.id] = e
		p.entries = append(p.entries, e)
		return nil
	}, "SELECT id, live_version, last_version, state, updated_at FROM rules WHERE app_id = ? AND state <> 'discarded'", appID)
	if err != nil {
		return nil, err
	}
	if was != nil && len(changed) == 0 && len(p.entries) == len(was.entries) && p.version == was.version {
		return was, nil
	}
	if err := p.fill(ctx, t, appID, changed); err != nil {
		return nil, err
	}
	slices.SortFunc(p.entries, func(a, b *entry) int { return int(min(max(a.id-b.id, -1), 1)) })
	return p, nil
}

// fewChanged is up to how many rules are read by id; of more all of the account are.
const fewChanged = 500

// fill reads the newest and the answering version of the rules of these ids.
func (p *pages) fill(ctx context.Context, t *store.Tx, appID string, ids []int64) error {
	const query = "SELECT v.rule_id, v.version, v.state, v.spec, v.author, v.reviewer, v.created_at, v.changed_at " +
		"FROM rules r JOIN rule_versions v ON v.rule_id = r.id AND v.version IN (r.last_version, r.live_version) WHERE "
	wanted := make(map[int64]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	scan := func(rows *sql.Rows) error { return p.take(rows, wanted) }
	if len(ids) > fewChanged {
		return t.Query(ctx, scan, query+"r.app_id = ?", appID)
	}
	return t.QueryIDs(ctx, scan, ids, query+"r.id IN (?)")
}

// take reads one version into its entry.
func (p *pages) take(rows *sql.Rows, wanted map[int64]bool) error {
	var id, version, written, changed int64
	var state, spec, author, reviewer string
	if err := rows.Scan(&id, &version, &state, &spec, &author, &reviewer, &written, &changed); err != nil {
		return err
	}
	e := p.byID[id]
	if e == nil || !wanted[id] {
		return nil
	}
	var r models.Rule
	if err := json.Unmarshal([]byte(spec), &r); err != nil {
		return fmt.Errorf("rule %d version %d: %w", id, version, err)
	}
	r.ID, r.Version, r.LiveVersion, r.State, r.Author, r.Reviewer = id, version, e.liveVersion, models.RuleState(state), author, reviewer
	r.UpdatedAt = time.UnixMicro(written).In(models.Shanghai())
	if version == e.lastVersion {
		e.last = r
	}
	if version == e.liveVersion {
		e.live, e.since = &r, time.UnixMicro(changed)
	}
	return nil
}

// latest are the newest versions of all rules that are not archived.
func (p *pages) latest() []models.Rule {
	rules := make([]models.Rule, 0, len(p.entries))
	for _, e := range p.entries {
		if e.last.State != models.RuleArchived {
			rules = append(rules, e.last)
		}
	}
	return rules
}

// found is what a check of the newest versions together finds, by name of the rule. It is looked
// for once for these rules, this account and a day.
func (b *Book) found(account models.Account, p *pages) map[string][]models.Finding {
	day := b.options.Now().In(models.Shanghai()).Format(time.DateOnly)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.checked == day && sameBrain(&p.account, &account) {
		return p.findings
	}
	p.findings = make(map[string][]models.Finding)
	for _, f := range b.findings(account, p.latest()) {
		if f.Rule != "" {
			p.findings[f.Rule] = append(p.findings[f.Rule], f)
		}
	}
	p.checked, p.account = day, account
	return p.findings
}

// sameBrain reports whether rules mean the same for both states of an account.
func sameBrain(a, b *models.Account) bool {
	return a.AppID == b.AppID && a.Name == b.Name && reflect.DeepEqual(a.Settings, b.Settings)
}

// compiledRules are the published rules ready to answer.
type compiledRules struct {
	stamp   store.RulesStamp
	account models.Account
	set     *bot.Ruleset
}

// published is the published rules of an account, compiled once for each version.
func (b *Book) published(ctx context.Context, account models.Account) (*bot.Ruleset, error) {
	v := b.shelf.volume(account.AppID)
	v.mu.Lock()
	defer v.mu.Unlock()
	states, err := b.store.RulesStates(ctx)
	if err != nil {
		return nil, err
	}
	if c := v.published; c != nil && c.stamp == states[account.AppID].RulesStamp && sameBrain(&c.account, &account) {
		return c.set, nil
	}
	rules, stamp, err := b.store.PublishedRules(ctx, account.AppID)
	if err != nil {
		return nil, err
	}
	set, err := bot.Compile(account, stamp.Version, rules, bot.CompileOptions{Calendar: b.options.Calendar, Limits: b.options.Limits})
	if err != nil {
		return nil, err
	}
	set.Prepare()
	v.published = &compiledRules{stamp, account, set}
	return set, nil
}

// edition names one writing of one version: a draft that is saved again keeps its version.
func edition(r *models.Rule) string {
	return strconv.FormatInt(r.Version, 10) + "." + strconv.FormatInt(r.UpdatedAt.UnixMicro(), 36)
}
