package rulebook

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// table asks for a table and returns the names in it.
func (d *testBook) table(change func(*TableRequest)) (Table, string) {
	d.t.Helper()
	q := TableRequest{Account: d.account}
	if change != nil {
		change(&q)
	}
	table, err := d.Table(d.t.Context(), q)
	if err != nil {
		d.t.Fatal(err)
	}
	var names []string
	for _, r := range table.Rules {
		names = append(names, r.Name)
	}
	return table, strings.Join(names, " ")
}

// TestTable_Filters: one row a name, whatever is on its way, and each filter finds its rows.
func TestTable_Filters(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		ending := rule("补贴", "购房补贴", "见市住建局网站")
		ending.Source = &models.Source{ValidUntil: "2026-03-20"}
		menu := rule("菜单", "菜单", "")
		menu.Replies, menu.Priority = nil, 9
		menu.Menu = &models.Menu{Intro: "请选择", Items: []models.MenuItem{{Title: "社保卡", Reply: &models.Reply{Kind: models.ReplyText, Text: "请到窗口"}}}}
		long := rule("长", "长词", "长")
		long.Keywords = nil
		for i := range 12 {
			long.Keywords = append(long.Keywords, fmt.Sprintf("长词%d号", i))
		}
		d.bring(true, ending, menu, long, rule("户口", "户口", "请到派出所"))
		first, second := rule("甲", "停车", "甲答"), rule("乙", "停车", "乙答")
		first.Examples = []string{"哪里能停车"}
		d.bring(false, first, second, rule("户口", "落户", "新的答复"))
		d.must(d.Submit, "作者", "户口")
		d.must(d.Approve, "审核", "户口")

		all, names := d.table(nil)
		if names != "乙 户口 甲 菜单 补贴 长" || all.Total != 6 || all.Next != "" || all.RulesVersion != 1 {
			t.Errorf("%q, %+v", names, all)
		}
		row := all.Rules[1]
		if row.State != stateApproved || row.Version != 2 || row.LiveVersion != 1 || row.Author != "作者" || row.Reviewer != "审核" || row.Answer != "新的答复" || row.Keywords[0] != "落户" {
			t.Errorf("%+v", row)
		}
		if row := all.Rules[5]; len(row.Keywords) != rowKeywords || row.KeywordsN != 12 || row.ValidUntil != "" {
			t.Errorf("%+v", row)
		}
		if row := all.Rules[3]; !slices.Equal(row.Kinds, []string{"menu"}) || row.Answer != "请选择" {
			t.Errorf("%+v", row)
		}
		for _, c := range []struct {
			name, want string
			change     func(*TableRequest)
		}{
			{"drafts", "乙 甲", func(q *TableRequest) { q.State = "draft" }},
			{"approved", "户口", func(q *TableRequest) { q.State = stateApproved }},
			{"answering", "户口 菜单 补贴 长", func(q *TableRequest) { q.State = "published" }},
			{"in review", "", func(q *TableRequest) { q.State = "review" }},
			{"on their way", "乙 户口 甲", func(q *TableRequest) { q.Only = OnlyUnpublished }},
			{"expiring", "补贴", func(q *TableRequest) { q.Only = OnlyExpiring }},
			{"conflict", "乙 甲", func(q *TableRequest) { q.Only = OnlyConflict }},
			{"keyword", "长", func(q *TableRequest) { q.Q = "长词11" }},
			{"name", "户口", func(q *TableRequest) { q.Q = " 户 " }},
			{"answer of a menu", "菜单", func(q *TableRequest) { q.Answer = "窗口" }},
			{"answer", "户口", func(q *TableRequest) { q.Answer = "新的" }},
			{"author", "", func(q *TableRequest) { q.Author = "别人" }},
			{"priority", "菜单 乙 户口 甲 补贴 长", func(q *TableRequest) { q.Sort = "priority" }},
			{"reversed", "长 补贴 菜单 甲 户口 乙", func(q *TableRequest) { q.Reverse = true }},
		} {
			if _, got := d.table(c.change); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		want := map[string]int{"all": 6, "draft": 2, "review": 0, "approved": 1, "published": 4, "archived": 0, "never_hit": 0, "conflict": 2, "expiring": 1, "unpublished": 3}
		if fmt.Sprint(all.Counts) != fmt.Sprint(want) {
			t.Errorf("counts %v", all.Counts)
		}
		d.must(d.Archive, "管理", "长")
		if got, names := d.table(nil); strings.Contains(names, "长") || got.Counts["archived"] != 1 || got.Counts["all"] != 5 {
			t.Errorf("archived: %q %v", names, got.Counts)
		}
		if _, names := d.table(func(q *TableRequest) { q.State = "archived" }); names != "长" {
			t.Errorf("archived: %q", names)
		}
	})
}

// TestTable_SeesChangesOfOthers: another instance writes, approves, publishes and gives up; every
// table shows it.
func TestTable_SeesChangesOfOthers(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		other := New(d.store, bot.Options{Now: func() time.Time { return testTime }})
		look := func(want string) {
			t.Helper()
			table, _ := d.table(nil)
			got := ""
			for _, r := range table.Rules {
				got += fmt.Sprintf("%s %s v%d/%d %s;", r.Name, r.State, r.Version, r.LiveVersion, r.Answer)
			}
			if got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		look("")
		saved, err := other.SaveDraft(t.Context(), person("甲"), SaveRequest{Account: d.account, Rule: rule("社保", "社保", "一")})
		if err != nil {
			t.Fatal(err)
		}
		look("社保 draft v1/0 一;")
		if _, err := other.SaveDraft(t.Context(), person("甲"), SaveRequest{Account: d.account, ID: saved.Rule.ID, Base: saved.Rule.Edition, Rule: rule("社保", "社保", "二")}); err != nil {
			t.Fatal(err)
		}
		look("社保 draft v1/0 二;")
		for _, step := range []struct {
			act  stepFunc
			by   string
			want string
		}{
			{other.Submit, "甲", "社保 review v1/0 二;"},
			{other.Approve, "乙", "社保 approved v1/0 二;"},
			{other.Publish, "乙", "社保 published v1/1 二;"},
			{other.Archive, "乙", ""},
		} {
			d.must(step.act, step.by, "社保")
			look(step.want)
		}
	})
}

// TestTable_Pages: pages follow each other in every order, though rules go and come between.
func TestTable_Pages(t *testing.T) {
	d := newTestBook(t)
	var rules []models.Rule
	for i := range 25 {
		r := rule(fmt.Sprintf("规则%02d", i), fmt.Sprintf("词语%02d号", i), "答")
		r.Priority = i % 3
		rules = append(rules, r)
	}
	d.bring(true, rules...)
	for _, sort := range Sorts() {
		for _, reverse := range []bool{false, true} {
			_, whole := d.table(func(q *TableRequest) { q.Sort, q.Reverse = sort, reverse })
			var names []string
			for after := ""; ; {
				page, got := d.table(func(q *TableRequest) { q.Sort, q.Reverse, q.After, q.Limit = sort, reverse, after, 7 })
				names = append(names, got)
				if after = page.Next; after == "" {
					break
				}
			}
			if got := strings.Join(names, " "); got != whole || len(names) != 4 {
				t.Errorf("%s %v: %q, want %q", sort, reverse, got, whole)
			}
		}
	}
	page, _ := d.table(func(q *TableRequest) { q.Limit = 5 })
	d.must(d.Archive, "管理", "规则04")
	d.bring(true, rule("规则041", "新词语", "答"))
	if _, got := d.table(func(q *TableRequest) { q.Limit, q.After = 2, page.Next }); got != "规则041 规则05" {
		t.Errorf("behind a rule that went: %q", got)
	}
	_, err := d.Table(t.Context(), TableRequest{Account: d.account, After: "x"})
	d.wantError(err, models.CodeInvalid, "after")
}
