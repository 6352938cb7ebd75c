package accounts

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Progress says how far one of the accounts has come: the newest that is not finished, else the newest.
// nil is all of them; not_found where one is none. Every step is judged by what is there, so that it may
// be taken by anybody, anywhere, and the rest goes on from there.
func (a *Accounts) Progress(ctx context.Context, appIDs []string) (models.Progress, error) {
	list, err := a.store.Accounts(ctx)
	if err != nil {
		return models.Progress{}, err
	}
	if appIDs != nil {
		list = slices.DeleteFunc(list, func(account models.Account) bool { return !slices.Contains(appIDs, account.AppID) })
		if len(list) < len(appIDs) {
			return models.Progress{}, models.NewError(models.CodeNotFound, "没有这个账号")
		}
	}
	slices.SortStableFunc(list, func(x, y models.Account) int { return y.CreatedAt.Compare(x.CreatedAt) })
	out := models.Progress{Accounts: []models.ProgressAccount{}, Steps: []models.ProgressStep{}}
	err = a.store.Read(ctx, store.Console, func(t *store.Tx) error {
		var shown *models.Account
		for i := range list {
			f, err := factsOf(ctx, t, list[i].AppID)
			if err != nil {
				return err
			}
			one := models.ProgressAccount{AppID: list[i].AppID, Name: list[i].Name, Finished: f.finished()}
			out.Accounts = append(out.Accounts, one)
			if shown == nil || out.Finished && !one.Finished {
				shown, out.Account, out.Finished = &list[i], &one, one.Finished
			}
		}
		steps, err := stepsOf(ctx, t, shown)
		out.Steps = steps
		return err
	})
	if err != nil {
		return models.Progress{}, fmt.Errorf("accounts: progress: %w", err)
	}
	return out, nil
}

// facts are what the steps of an account are judged by.
type facts struct {
	published int       // rules that answer
	firstAt   time.Time // of the first message of a citizen, zero = none
}

func (f *facts) finished() bool { return f.published > 0 && !f.firstAt.IsZero() }

func factsOf(ctx context.Context, t *store.Tx, appID string) (f facts, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&f.published) },
		"SELECT COUNT(*) FROM rules WHERE app_id = ? AND live_version <> 0", appID)
	if err != nil {
		return f, err
	}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var at int64
		err := rows.Scan(&at)
		f.firstAt = time.UnixMicro(at)
		return err
	}, "SELECT at FROM interactions WHERE app_id = ? AND dir = 'in' AND actor = 'citizen' AND kind <> 'event' AND probe = 0 ORDER BY at LIMIT 1", appID)
	return f, err
}

// stepsOf judges the six steps of an account, nil = there is none yet.
func stepsOf(ctx context.Context, t *store.Tx, account *models.Account) ([]models.ProgressStep, error) {
	appID := ""
	if account != nil {
		appID = account.AppID
	}
	people, err := whoDoes(ctx, t, appID)
	if err != nil {
		return nil, err
	}
	step := func(name models.StepName, role string) models.ProgressStep {
		return models.ProgressStep{Name: name, Lines: []models.ProgressLine{}, Role: role, People: people[role], Counts: map[string]int{}}
	}
	steps := []models.ProgressStep{
		step(models.StepAccount, sysAdmin), step(models.StepCheck, sysAdmin), step(models.StepImport, contentAdmin),
		step(models.StepTry, contentAdmin), step(models.StepPublish, contentAdmin), step(models.StepLive, ""),
	}
	if account == nil {
		return steps, nil
	}
	f, err := factsOf(ctx, t, appID)
	if err != nil {
		return nil, err
	}
	kept, err := keptProgress(ctx, t, appID)
	if err != nil {
		return nil, err
	}
	counts, err := countRules(ctx, t, appID)
	if err != nil {
		return nil, err
	}
	judgeAccount(&steps[0], account)
	judgeCheck(&steps[1], account, kept[models.ProgressCheck])
	judgeRules(steps[2:5], f, counts, kept[models.ProgressTry], people[secAdmin])
	if !f.firstAt.IsZero() {
		steps[5].Done = f.published > 0
		steps[5].Lines = []models.ProgressLine{models.Say("first_message", f.firstAt.In(models.Shanghai()).Format("1月2日 15:04")+" 收到第一位市民的来信", "at", f.firstAt.Format(time.RFC3339)).Line("")}
	}
	for i := range steps {
		steps[i].Done = steps[i].Done || f.finished()
	}
	return steps, nil
}

func judgeAccount(s *models.ProgressStep, account *models.Account) {
	if err := account.Validate(); err != nil {
		s.Lines = append(s.Lines, models.Say("settings_unusable", "账号设置有误").Line(models.PlainText(err)))
	}
	if account.Secret == "" {
		s.Lines = append(s.Lines, models.Say("secret_missing", "没有填 AppSecret").Line("请从公众平台“设置与开发 → 开发接口管理”复制 AppSecret 填上：读自动回复、发布菜单都要它"))
	}
	s.Done = len(s.Lines) == 0
}

// hinders reports whether a line of the doctor stands in the way of everything else. That WeChat
// reaches the server shows in the last step.
func hinders(item string) bool {
	return slices.Contains([]string{"账号设置", "回调自测", "服务状态", "接口凭证"}, item)
}

func judgeCheck(s *models.ProgressStep, account *models.Account, kept progressNote) {
	var results []CheckResult
	if kept.at.IsZero() || json.Unmarshal([]byte(kept.detail), &results) != nil {
		return
	}
	if kept.at.Before(account.UpdatedAt) {
		s.Lines = append(s.Lines, models.Say("check_old", "上次体检以后改过账号设置").Line("请再体检一次"))
		return
	}
	s.Done = true
	for _, r := range results {
		if r.State != CheckFail {
			continue
		}
		s.Done = s.Done && !hinders(r.Item)
		found := strings.TrimRight(r.Found, "：，。；")
		values := map[string]string{"said": found}
		maps.Copy(values, r.Values)
		s.Lines = append(s.Lines, models.ProgressLine{
			Found: r.Item + "：" + found, Fix: r.Fix, What: r.What, Code: r.Code, Values: values,
		})
	}
}

// judgeRules judges the steps from the import to the publishing.
func judgeRules(steps []models.ProgressStep, f facts, counts map[string]int, tried progressNote, security []string) {
	all := 0
	for _, n := range counts {
		all += n
	}
	steps[0].Done, steps[0].Counts["rules"] = all > 0, all
	steps[1].Done = !tried.at.IsZero() || f.published > 0
	if !tried.at.IsZero() {
		steps[1].Lines = []models.ProgressLine{models.Say("tried", tried.detail).Line("")}
	}
	publish := &steps[2]
	publish.Done = f.published > 0
	for _, state := range []string{"draft", "review", "approved"} {
		publish.Counts[state] = counts[state]
	}
	if len(publish.People) < 2 {
		fix := "请安全管理员再授权一位内容管理员"
		if len(security) > 0 {
			fix = "请安全管理员（" + strings.Join(security, "、") + "）再授权一位内容管理员"
		}
		publish.Lines = append(publish.Lines, models.Say("too_few_people", "这个账号的内容管理员有 {n} 位，写的人和审核的人须是两位", "n", strconv.Itoa(len(publish.People))).Line(fix))
	}
}

// countRules counts the rules of an account by how far their latest version has come.
func countRules(ctx context.Context, t *store.Tx, appID string) (map[string]int, error) {
	counts := map[string]int{}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var state string
		var reviewed bool
		var n int
		err := rows.Scan(&state, &reviewed, &n)
		if state == string(models.RuleReview) && reviewed {
			state = "approved"
		}
		counts[state] += n
		return err
	}, "SELECT r.state, v.reviewer <> '', COUNT(*) FROM rules r JOIN rule_versions v ON v.rule_id = r.id AND v.version = r.last_version "+
		"WHERE r.app_id = ? AND r.state <> 'discarded' AND r.state <> 'archived' GROUP BY r.state, v.reviewer <> ''", appID)
	return counts, err
}

// Roles by which people are found.
const (
	sysAdmin     = "sysadmin"
	secAdmin     = "secadmin"
	contentAdmin = "content_admin"
)

// whoDoes are the names of those who may act now, by role: the administrators, and who holds a role
// for the account.
func whoDoes(ctx context.Context, t *store.Tx, appID string) (map[string][]string, error) {
	out := map[string][]string{sysAdmin: {}, secAdmin: {}, contentAdmin: {}, "": {}}
	add := func(rows *sql.Rows) error {
		var role, display, name string
		err := rows.Scan(&role, &display, &name)
		out[role] = append(out[role], cmp.Or(display, name))
		return err
	}
	err := t.Query(ctx, add, "SELECT post, display_name, name FROM operators WHERE state = 'active' AND post IN ('sysadmin', 'secadmin') ORDER BY name")
	if err != nil {
		return nil, err
	}
	err = t.Query(ctx, add, "SELECT r.role, o.display_name, o.name FROM roles r JOIN operators o ON o.id = r.operator_id "+
		"WHERE r.app_id = ? AND r.role = 'content_admin' AND o.state = 'active' AND o.asleep = 0 ORDER BY o.name", appID)
	return out, err
}

// progressNote is what was kept of a step.
type progressNote struct {
	at     time.Time
	detail string
}

func keptProgress(ctx context.Context, t *store.Tx, appID string) (map[string]progressNote, error) {
	kept := map[string]progressNote{}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var step, detail string
		var at int64
		err := rows.Scan(&step, &at, &detail)
		kept[step] = progressNote{time.UnixMicro(at), detail}
		return err
	}, "SELECT step, at, detail FROM account_progress WHERE app_id = ?", appID)
	return kept, err
}

// KeepProgress keeps what was found at a step that is judged by more than what is there.
func (a *Accounts) KeepProgress(ctx context.Context, appID, step, detail string) error {
	err := a.store.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "INSERT INTO account_progress (app_id, step, at, detail) VALUES (?, ?, ?, ?)"+t.Dialect().OnConflict("app_id, step", "at", "detail"),
			appID, step, a.options.Now().UnixMicro(), detail)
	})
	return models.Wrap("accounts: keep progress", err)
}
