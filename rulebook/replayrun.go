package rulebook

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// replayRun is a replay under way.
type replayRun struct {
	book            *Book
	job             ReplayJob
	appID           string
	published, next *bot.Ruleset
	from            time.Time
	told            time.Time // when the table was told last how far it is
}

// StartReplay begins a replay that goes on behind the answer, one of an account at a time, and returns
// its id. Close ends it.
func (b *Book) StartReplay(ctx context.Context, by models.Who, q ReplayStart) (int64, error) {
	r, err := b.newReplay(ctx, by, q)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	b.jobs.Go(func() {
		defer cancel()
		if err := r.run(ctx); err != nil && ctx.Err() == nil {
			b.options.Logger.Warn("a replay of rules failed", "account", r.appID, "error", err)
		}
	})
	b.jobs.Go(func() {
		select {
		case <-b.ending:
			cancel()
		case <-ctx.Done():
		}
	})
	return r.job.ID, nil
}

func (b *Book) newReplay(ctx context.Context, by models.Who, q ReplayStart) (*replayRun, error) {
	if q.Days < 1 || q.Days > MaxReplayDays {
		return nil, models.FieldFault("请求内容有误", "days", "应为 1 至 90 天")
	}
	p, err := b.pages(ctx, q.Account.AppID)
	if err != nil {
		return nil, err
	}
	drafts, err := p.onTheWay(q.IDs)
	if err != nil {
		return nil, err
	}
	r := &replayRun{book: b, appID: q.Account.AppID, from: b.options.Now().AddDate(0, 0, -q.Days)}
	if r.published, err = b.published(ctx, q.Account); err != nil {
		return nil, err
	}
	live, _, err := b.store.PublishedRules(ctx, r.appID)
	if err != nil {
		return nil, err
	}
	o := bot.CompileOptions{Calendar: b.options.Calendar, Limits: b.options.Limits, Drafts: true}
	if r.next, err = bot.Compile(q.Account, 0, mergeRules(live, drafts), o); err != nil {
		return nil, err
	}
	n, err := b.store.RowCount(ctx, questionFilter(r.appID, r.from))
	if err != nil {
		return nil, err
	}
	r.job = ReplayJob{ID: b.store.NewID(), Days: q.Days, Total: min(n, MaxReplayed), Rules: []PlannedRule{}}
	for i := range drafts {
		r.job.Rules = append(r.job.Rules, PlannedRule{drafts[i].ID, drafts[i].Name, edition(&drafts[i])})
	}
	if err := r.enter(ctx, by); err != nil {
		return nil, err
	}
	return r, nil
}

// onTheWay are the newest versions of rules, those of these ids or all whole ones that are not published
// yet.
func (p *pages) onTheWay(ids []int64) ([]models.Rule, error) {
	var rules []models.Rule
	for _, e := range p.entries {
		waits := e.lastVersion != e.liveVersion && e.last.State != models.RuleArchived && len(e.last.Validate()) == 0
		if len(ids) == 0 && waits || slices.Contains(ids, e.id) {
			rules = append(rules, e.last)
		}
	}
	switch {
	case len(rules) < len(ids):
		return nil, errNoRule()
	case len(rules) == 0:
		return nil, models.NewError(models.CodeConflict, "没有未发布的规则可以试跑")
	}
	return rules, nil
}

// enter puts the replay into the table, unless another one of the account runs.
func (r *replayRun) enter(ctx context.Context, by models.Who) error {
	err := r.book.store.Transact(ctx, func(t *store.Tx) error {
		running, err := replays(ctx, t, "app_id = ? AND state = 'running' ORDER BY id"+t.Dialect().ForUpdate, r.appID)
		if err != nil {
			return err
		}
		for _, j := range running {
			if j.State == replayRunning {
				return models.NewError(models.CodeConflict, j.By+"的试跑正在进行，请等它结束或取消")
			}
		}
		// Those whose instance is gone.
		if err := t.Exec(ctx, "UPDATE rule_replays SET state = 'failed' WHERE app_id = ? AND state = 'running'", r.appID); err != nil {
			return err
		}
		now := t.Now().UnixMicro()
		return t.Exec(ctx, "INSERT INTO rule_replays (id, app_id, state, rules, days, asked_by, asked_at, touched_at, done, total, result) "+
			"VALUES (?, ?, 'running', ?, ?, ?, ?, ?, 0, ?, '')", r.job.ID, r.appID, models.JSON(r.job.Rules), r.job.Days, models.Clip(by.Name, 64), now, now, r.job.Total)
	})
	return models.Wrap("rulebook: replay", err)
}

var errCancelled = errors.New("the replay was cancelled")

// run asks all questions and writes what came of it.
func (r *replayRun) run(ctx context.Context) error {
	asked := r.book.asked(ctx, r.appID, r.from, MaxReplayed)
	c := newComparison(r.published, r.next)
	var ended error
	for row := range asked.all {
		c.ask(&row)
		if ended = r.progress(ctx, c.out.Questions); ended != nil {
			break
		}
	}
	err := errors.Join(ended, asked.err)
	state, result := replayDone, ""
	switch {
	case errors.Is(err, errCancelled):
		return nil
	case ctx.Err() != nil:
		state = replayCancelled
	case err != nil:
		state = replayFailed
	default:
		out := c.finish()
		r.job.MatchRate, r.job.Groups = &MatchRate{out.RateBefore, out.RateAfter}, groupsOf(&out, listed(c.same))
		result = models.JSON(map[string]any{"match_rate": r.job.MatchRate, "groups": r.job.Groups})
	}
	n := c.out.Questions
	ctx = context.WithoutCancel(ctx)
	return errors.Join(err, r.book.store.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "UPDATE rule_replays SET state = ?, done = ?, total = ?, touched_at = ?, result = ? WHERE id = ? AND state = 'running'",
			state, n, n, t.Now().UnixMicro(), result, r.job.ID)
	}))
}

// progressEvery is how often the table is told how far a replay is, and asked whether it is to go on.
const progressEvery = 300 * time.Millisecond

// progress reports that the replay is to end, by whom- or whatever. The clock of the process is the
// right one for how often.
func (r *replayRun) progress(ctx context.Context, done int) error {
	if done%64 != 0 || time.Since(r.told) < progressEvery {
		return ctx.Err()
	}
	r.told = time.Now()
	state := ""
	err := r.book.store.Transact(ctx, func(t *store.Tx) error {
		list, err := replays(ctx, t, "id = ?", r.job.ID)
		if err != nil || len(list) == 0 || list[0].State == replayCancelled {
			state = replayCancelled
			return err
		}
		return t.Exec(ctx, "UPDATE rule_replays SET done = ?, touched_at = ? WHERE id = ? AND state = 'running'", done, t.Now().UnixMicro(), r.job.ID)
	})
	if err == nil && state == replayCancelled {
		return errCancelled
	}
	return err
}

const (
	groupRows = 200 // shown of each kind
	rowText   = 200 // characters of a question or an answer
)

func groupsOf(out *Replayed, same []AnswerChange) *ReplayGroups {
	g := &ReplayGroups{
		NoLonger: ReplayGroup{N: out.Lost}, OtherRule: ReplayGroup{N: out.Rerouted}, OtherWords: ReplayGroup{N: out.Reworded},
		Now: ReplayGroup{N: out.Gained}, Same: ReplayGroup{N: out.Questions - out.Lost - out.Rerouted - out.Reworded - out.Gained},
	}
	kinds := map[string]*ReplayGroup{
		AnswerLost: &g.NoLonger, AnswerRerouted: &g.OtherRule, AnswerReworded: &g.OtherWords, AnswerGained: &g.Now, answerSame: &g.Same,
	}
	for _, group := range kinds {
		group.Rows = []ReplayRow{}
	}
	for _, c := range slices.Concat(out.Changes, same) {
		group := kinds[c.Kind]
		if len(group.Rows) == groupRows {
			continue
		}
		group.Rows = append(group.Rows, ReplayRow{
			Question: models.OneLine(models.Mask(c.Text), rowText), Times: c.Count, Last: c.Last.In(models.Shanghai()),
			Before: ReplayAnswer{c.Before, models.OneLine(c.BeforeText, rowText)}, After: ReplayAnswer{c.After, models.OneLine(c.AfterText, rowText)},
		})
	}
	return g
}

// ensureReplayed replays those of the rules that were not replayed as they are; one that ended early is
// an error.
func (b *Book) ensureReplayed(ctx context.Context, by models.Who, account models.Account, rules []models.Rule) error {
	missing, err := b.unreplayed(ctx, account.AppID, rules)
	if err != nil || len(missing) == 0 {
		return err
	}
	r, err := b.newReplay(ctx, by, ReplayStart{Account: account, Days: replayDays, IDs: missing})
	if err != nil {
		return err
	}
	if err := r.run(ctx); err != nil {
		return err
	}
	if missing, err = b.unreplayed(ctx, account.AppID, rules); err == nil && len(missing) > 0 {
		err = models.NewError(CodeReplayNeeded, "试跑没有做完（被取消，或草稿刚刚改过），没有送审，请再做一次")
	}
	return err
}

// unreplayed are the drafts among rules that were not replayed as they are.
func (b *Book) unreplayed(ctx context.Context, appID string, rules []models.Rule) (missing []int64, err error) {
	known, err := b.replayed(ctx, appID)
	for i := range rules {
		if rules[i].State == models.RuleDraft && !known[PlannedRule{ID: rules[i].ID, Edition: edition(&rules[i])}] {
			missing = append(missing, rules[i].ID)
		}
	}
	return missing, err
}
