package templates

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	maxName = 30                      // characters
	maxText = 5 * models.MaxTextBytes // bytes: as much as one answer may have
	most    = 500                     // of one owner at one account
)

// Book is the templates of an installation. It is safe for concurrent use.
type Book struct {
	store    *store.Store
	now      func() time.Time
	calendar bot.Calendar
}

// New returns the templates that s stores; calendar nil = Monday to Friday are workdays.
func New(s *store.Store, now func() time.Time, calendar bot.Calendar) *Book {
	return &Book{s, now, calendar}
}

// Template is a text that people send often.
type Template struct {
	ID        int64      `json:"id,string"`
	Account   string     `json:"account"`
	Mine      bool       `json:"mine"` // nobody else sees it
	Name      string     `json:"name"`
	Pinyin    [][]string `json:"pinyin"`   // readings per character of Name
	Text      string     `json:"text"`     // "" = nobody approved one yet
	Filled    string     `json:"filled"`   // Text as it reads now, blanks still in it
	Proposed  string     `json:"proposed"` // waits for a second person; "" = nothing does
	Reason    string     `json:"reason"`   // why the last proposal was returned
	Author    string     `json:"author"`   // of the newest text
	Version   int64      `json:"version,string"`
	UpdatedAt time.Time  `json:"updated_at"`

	owner string
}

const columns = "id, app_id, owner, name, text, proposed, reason, author, version, updated_at"

func scan(rows *sql.Rows) (*Template, error) {
	var m Template
	var at int64
	err := rows.Scan(&m.ID, &m.Account, &m.owner, &m.Name, &m.Text, &m.Proposed, &m.Reason, &m.Author, &m.Version, &at)
	m.Mine, m.UpdatedAt, m.Pinyin = m.owner != "", time.UnixMicro(at).In(models.Shanghai()), models.Spelling(m.Name)
	return &m, err
}

// List returns the templates of an account that somebody may use, their own first, by name. Who edits
// those of all sees the proposals too.
func (b *Book) List(ctx context.Context, who models.Who, appID string, edits bool) ([]Template, error) {
	rules, err := b.rules(ctx, appID)
	if err != nil {
		return nil, models.Wrap("templates: list", err)
	}
	list := []Template{}
	err = b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		m, err := scan(rows)
		if err != nil {
			return err
		}
		if !edits && !m.Mine {
			m.Proposed, m.Reason = "", ""
			if m.Text == "" {
				return nil
			}
		}
		m.Filled = rules.Fill(m.Text, b.now())
		list = append(list, *m)
		return nil
	}, "SELECT "+columns+" FROM templates WHERE app_id = ? AND owner IN ('', ?) ORDER BY CASE owner WHEN '' THEN 1 ELSE 0 END, name", appID, who.Name)
	return list, models.Wrap("templates: list", err)
}

// rules are none, of an account: they know what its variables say.
func (b *Book) rules(ctx context.Context, appID string) (*bot.Ruleset, error) {
	account, err := b.store.Account(ctx, appID)
	if err != nil {
		return nil, err
	}
	return bot.Compile(account, 0, nil, bot.CompileOptions{Calendar: b.calendar})
}

// Which is a template as somebody saw it.
type Which struct {
	Account string
	ID      int64 // 0 = a new one
	Version int64
	Edits   bool // the caller may change those of all
}

// Save is a new template or another text of one.
type Save struct {
	Which
	Mine bool // of a new one: for the caller alone
	Name string
	Text string
}

// Save stores a template. The text of one's own holds at once; that of all waits as a proposal for a
// second person, and the name holds at once.
func (b *Book) Save(ctx context.Context, who models.Who, q Save) (*Template, error) {
	q.Name, q.Text = strings.TrimSpace(q.Name), strings.TrimSpace(q.Text)
	if err := check(q.Name, q.Text); err != nil {
		return nil, err
	}
	return b.change(ctx, who, "template.save", q.Which, q.Mine, func(t *store.Tx, m *Template) error {
		if m.ID == 0 {
			if err := b.number(ctx, t, m); err != nil {
				return err
			}
		}
		m.Name, m.Author, m.Reason = q.Name, who.Name, ""
		switch {
		case m.owner != "":
			m.Text = q.Text
		case q.Text == m.Text:
			m.Proposed = ""
		default:
			m.Proposed = q.Text
		}
		return b.write(ctx, t, m)
	})
}

// number gives a new one its id; nobody has too many.
func (b *Book) number(ctx context.Context, t *store.Tx, m *Template) error {
	var n int
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&n) }, "SELECT COUNT(*) FROM templates WHERE app_id = ? AND owner = ?", m.Account, m.owner)
	if err == nil && n >= most {
		err = models.NewError(models.CodeConflict, fmt.Sprintf("模板已有 %d 个，请先删掉不用的", n))
	}
	m.ID = t.NextID()
	return err
}

// Review approves the proposal of a shared template, or returns it with a reason. Nobody reviews their own.
func (b *Book) Review(ctx context.Context, who models.Who, q Which, approve bool, reason string) (*Template, error) {
	reason = strings.TrimSpace(reason)
	if !approve && reason == "" {
		return nil, models.Faulty("模板有误", models.Fault("reason", "reason_missing", "退回请写明原因"))
	}
	action := "template.return"
	if approve {
		action = "template.approve"
	}
	return b.change(ctx, who, action, q, false, func(t *store.Tx, m *Template) error {
		switch {
		case m.Proposed == "":
			return models.NewError(models.CodeConflict, "“"+m.Name+"”没有待审核的改动")
		case m.Author == who.Name:
			return models.NewError(models.CodeSamePerson, "“"+m.Name+"”是自己写的，不能自己审核，请由另一人审核")
		case approve:
			m.Text, m.Proposed, m.Reason = m.Proposed, "", ""
		default:
			m.Reason = models.OneLine(reason, 200)
		}
		return b.write(ctx, t, m)
	})
}

// Remove deletes a template.
func (b *Book) Remove(ctx context.Context, who models.Who, q Which) error {
	_, err := b.change(ctx, who, "template.remove", q, false, func(t *store.Tx, m *Template) error {
		return t.Exec(ctx, "DELETE FROM templates WHERE id = ?", m.ID)
	})
	return err
}

// change does one thing to a template that is still as the caller saw it, audited. Those of other
// people do not exist; mine is of a new one.
func (b *Book) change(ctx context.Context, who models.Who, action string, q Which, mine bool, do func(t *store.Tx, m *Template) error) (*Template, error) {
	rules, err := b.rules(ctx, q.Account)
	if err != nil {
		return nil, models.Wrap("templates: change", err)
	}
	var m *Template
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		m = &Template{Account: q.Account}
		if mine {
			m.owner = who.Name
		}
		before := ""
		if q.ID != 0 {
			err := t.Query(ctx, func(rows *sql.Rows) (err error) {
				m, err = scan(rows)
				return err
			}, "SELECT "+columns+" FROM templates WHERE id = ? AND app_id = ?"+t.Dialect().ForUpdate, q.ID, q.Account)
			if err != nil {
				return err
			}
			before = m.Text
		}
		switch {
		case m.ID == 0 && (q.ID != 0 || action != "template.save") || m.owner != "" && m.owner != who.Name:
			return models.NewError(models.CodeNotFound, "没有这个模板，可能已删除")
		case m.owner == "" && !q.Edits:
			return models.NewError(models.CodeForbidden, "大家用的模板由内容管理员改，您可以建自己的")
		case m.Version != q.Version:
			return models.NewError(models.CodeConflict, "“"+m.Name+"”刚刚被"+m.Author+"改过，请再看一眼")
		}
		if err := do(t, m); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: action, ObjectType: "template", ObjectID: fmt.Sprint(m.ID), AppID: q.Account, Reason: m.Reason,
			Before: models.JSON(map[string]any{"text": before}), After: models.JSON(map[string]any{"name": m.Name, "text": m.Text, "proposed": m.Proposed}),
		})
	})
	if err != nil {
		return nil, models.Wrap("templates: change", err)
	}
	m.Filled = rules.Fill(m.Text, b.now())
	return m, nil
}

func (b *Book) write(ctx context.Context, t *store.Tx, m *Template) error {
	var other int64
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&other) },
		"SELECT id FROM templates WHERE app_id = ? AND owner = ? AND name = ?", m.Account, m.owner, m.Name)
	if err == nil && other != 0 && other != m.ID {
		err = models.Faulty("模板有误", models.Fault("name", "name_taken", "已有同名的模板"))
	}
	if err != nil {
		return err
	}
	now := b.now()
	m.Version++
	m.Mine, m.UpdatedAt, m.Pinyin = m.owner != "", now.In(models.Shanghai()), models.Spelling(m.Name)
	if m.Version > 1 {
		return t.Exec(ctx, "UPDATE templates SET name = ?, text = ?, proposed = ?, reason = ?, author = ?, version = ?, updated_at = ? WHERE id = ?",
			m.Name, m.Text, m.Proposed, m.Reason, m.Author, m.Version, now.UnixMicro(), m.ID)
	}
	return t.Upsert(ctx, "templates", columns, 10, []any{
		m.ID, m.Account, m.owner, m.Name, m.Text, m.Proposed, m.Reason, m.Author, m.Version, now.UnixMicro(),
	}, "")
}

func check(name, text string) error {
	var faults []models.FieldError
	fault := func(field, code, text string, pairs ...string) {
		faults = append(faults, models.Fault(field, code, text, pairs...))
	}
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		fault("name", "name_length", "应为 1 至 {max} 个字，写在一行里", "max", fmt.Sprint(maxName))
	}
	switch {
	case text == "":
		fault("text", "required", "不能为空")
	case len(text) > maxText:
		fault("text", "most_bytes", "最长 {max} 字节", "max", fmt.Sprint(maxText))
	case !utf8.ValidString(text):
		fault("text", "not_utf8", "应为 UTF-8 文字")
	}
	if len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "模板有误", Fields: faults}
	}
	return nil
}

// Rows are templates as a table for people.
func Rows(list []Template) [][]string {
	rows := [][]string{{"编号", "名称", "谁用", "状态", "文字"}}
	for i := range list {
		m := &list[i]
		whose, state, text := "所有人", "在用", m.Text
		if m.Mine {
			whose = "自己"
		}
		if m.Proposed != "" {
			state, text = "待审核（"+m.Author+"）", m.Proposed
		}
		rows = append(rows, []string{fmt.Sprint(m.ID), m.Name, whose, state, models.OneLine(text, 40)})
	}
	return slices.Clip(rows)
}
