package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func rule(name, text string) models.Rule {
	return models.Rule{
		AppID: appA, Name: name, Match: models.MatchExact, Keywords: []string{name}, Replies: []models.Reply{models.TextReply(text)},
		Menu: &models.Menu{Intro: "请选择", Items: []models.MenuItem{{Title: "一", Reply: &models.Reply{Kind: models.ReplyText, Text: "甲"}}}},
	}
}

func who(name string) models.Who {
	return models.Who{ID: "u-" + name, Name: name, Role: "content_admin", IP: "10.0.0.1"}
}

func texts(rules []models.Rule) string {
	var out []string
	for _, r := range rules {
		out = append(out, r.Name+"="+r.Replies[0].Text)
	}
	return strings.Join(out, " ")
}

func published(t testing.TB, s *Store) (rules []models.Rule, version int64) {
	t.Helper()
	rules, version, err := s.PublishedRules(context.Background(), appA)
	if err != nil {
		t.Fatal(err)
	}
	return rules, version
}

func TestPublishRulesReplacesByName(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		var checked string
		check := func(rules []models.Rule) error {
			checked = texts(rules)
			return nil
		}
		v, err := s.PublishRules(ctx, appA, []models.Rule{rule("社保", "甲"), rule("公积金", "乙")}, who("张三"), check)
		if err != nil || v != 1 || checked != "社保=甲 公积金=乙" {
			t.Fatalf("version %d, checked %q, error %v", v, checked, err)
		}
		v, err = s.PublishRules(ctx, appA, []models.Rule{rule("公积金", "丙"), rule("社保", "甲"), rule("户口", "丁")}, who("李四"), check)
		if err != nil || v != 2 || checked != "社保=甲 公积金=丙 户口=丁" {
			t.Fatalf("version %d, checked %q, error %v", v, checked, err)
		}
		rules, v := published(t, s)
		if v != 2 || texts(rules) != checked {
			t.Errorf("version %d of %q", v, texts(rules))
		}
		if rules[0].Version != 1 || rules[1].Version != 2 || rules[1].Author != "李四" || rules[1].State != models.RulePublished || rules[1].AppID != appA {
			t.Errorf("rules %+v", rules)
		}
		want := rule("公积金", "丙")
		want.ID, want.Version, want.State, want.Author, want.Reviewer, want.UpdatedAt = rules[1].ID, 2, models.RulePublished, "李四", "李四", rules[1].UpdatedAt
		if diff := cmp.Diff(want, rules[1]); diff != "" {
			t.Errorf("rule differs (-want +got):\n%s", diff)
		}
		versions, err := s.RuleVersions(ctx, rules[1].ID)
		if err != nil || len(versions) != 2 || versions[1].State != models.RuleArchived || texts(versions) != "公积金=丙 公积金=乙" {
			t.Errorf("versions %q, error %v", texts(versions), err)
		}
	})
}

func TestPublishingIsAllOrNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if _, err := s.PublishRules(ctx, appA, []models.Rule{rule("社保", "甲")}, who("张三"), nil); err != nil {
			t.Fatal(err)
		}
		refuse := models.NewError(models.CodeInvalid, "例句不命中")
		_, err := s.PublishRules(ctx, appA, []models.Rule{rule("社保", "乙"), rule("户口", "丙")}, who("张三"), func([]models.Rule) error { return refuse })
		if !errors.Is(err, refuse) {
			t.Fatalf("error %v", err)
		}
		twice := []models.Rule{rule("户口", "丙"), rule("户口", "丁"), rule("", "x"), rule(strings.Repeat("长", 300), "x")}
		_, err = s.PublishRules(ctx, appA, twice, who("张三"), nil)
		var e *models.Error
		if !errors.As(err, &e) || len(e.Fields) != 3 {
			t.Errorf("error %v", err)
		}
		if _, err := s.PublishRules(ctx, "nobody", nil, who("张三"), nil); models.ErrorCode(err) != models.CodeNotFound {
			t.Errorf("error %v", err)
		}
		if rules, v := published(t, s); v != 1 || texts(rules) != "社保=甲" {
			t.Errorf("version %d of %q", v, texts(rules))
		}
		if n, err := s.VerifyAudit(ctx); n != 1 || err != nil {
			t.Errorf("%d audit entries, error %v", n, err)
		}
	})
}

func TestConcurrentPublishing(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		var wg sync.WaitGroup
		const n = 8
		for range n {
			wg.Go(func() {
				_, err := s.PublishRules(context.Background(), appA, []models.Rule{rule("社保", "甲"), rule("户口", "乙")}, who("张三"), nil)
				if err != nil {
					t.Errorf("publish: %v", err)
				}
			})
		}
		wg.Wait()
		if rules, v := published(t, s); v != n || len(rules) != 2 {
			t.Errorf("version %d, %d rules", v, len(rules))
		}
		if got, err := s.VerifyAudit(context.Background()); got != n || err != nil {
			t.Errorf("%d audit entries, error %v", got, err)
		}
	})
}

func TestLifeOfARule(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		author, second := who("作者"), who("审核")
		step := func(what string, err error, code string) {
			t.Helper()
			if models.ErrorCode(err) != code || err != nil && code == "" {
				t.Fatalf("%s: error %v, want code %q", what, err, code)
			}
		}
		draft, err := s.SaveDraft(ctx, rule("社保", "甲"), author)
		step("draft", err, "")
		_, err = s.SaveDraft(ctx, rule("社保", "乙"), author)
		step("same name", err, models.CodeConflict)
		_, err = s.PublishRule(ctx, draft.ID, author, nil)
		step("publish a draft", err, models.CodeConflict)
		draft.Replies = []models.Reply{models.TextReply("乙")}
		draft, err = s.SaveDraft(ctx, draft, author)
		step("change", err, "")
		if draft.Version != 1 || draft.State != models.RuleDraft {
			t.Errorf("draft %+v", draft)
		}
		step("submit", s.SubmitRule(ctx, draft.ID, author), "")
		step("submit twice", s.SubmitRule(ctx, draft.ID, author), models.CodeConflict)
		_, err = s.SaveDraft(ctx, draft, author)
		step("change in review", err, models.CodeConflict)
		_, err = s.PublishRule(ctx, draft.ID, second, nil)
		step("publish before review", err, models.CodeConflict)
		step("own review", s.ReviewRule(ctx, draft.ID, true, "", author), models.CodeForbidden)
		step("return", s.ReviewRule(ctx, draft.ID, false, "错字", second), "")
		step("submit again", s.SubmitRule(ctx, draft.ID, author), "")
		step("approve", s.ReviewRule(ctx, draft.ID, true, "", second), "")
		refuse := models.NewError(models.CodeInvalid, "不通过")
		_, err = s.PublishRule(ctx, draft.ID, author, func([]models.Rule) error { return refuse })
		step("check fails", err, models.CodeInvalid)
		v, err := s.PublishRule(ctx, draft.ID, author, nil)
		step("publish", err, "")
		if rules, _ := published(t, s); v != 1 || texts(rules) != "社保=乙" || rules[0].Reviewer != "审核" || rules[0].Author != "作者" {
			t.Errorf("version %d: %+v", v, rules)
		}
		secondLife(t, s, draft.ID, step)
		if n, err := s.VerifyAudit(ctx); err != nil || n != 13 {
			t.Errorf("%d audit entries, error %v", n, err)
		}
	})
}

// secondLife goes on with a published rule: a new draft beside it, roll back, archive.
func secondLife(t *testing.T, s *Store, id int64, step func(string, error, string)) {
	t.Helper()
	ctx := context.Background()
	author, second := who("作者"), who("审核")
	old, err := s.Rule(ctx, id)
	step("read", err, "")
	stale := old
	stale.Version = 7
	_, err = s.SaveDraft(ctx, stale, author)
	step("somebody was quicker", err, models.CodeConflict)
	renamed := old
	renamed.Name = "新名"
	_, err = s.SaveDraft(ctx, renamed, author)
	step("rename", err, models.CodeConflict)
	foreign := old
	foreign.AppID = appB
	_, err = s.SaveDraft(ctx, foreign, author)
	step("foreign", err, models.CodeNotFound)
	old.Replies = []models.Reply{models.TextReply("丙")}
	next, err := s.SaveDraft(ctx, old, author)
	step("new draft", err, "")
	if rules, _ := published(t, s); texts(rules) != "社保=乙" || next.Version != 2 {
		t.Errorf("published %q while version %d is a draft", texts(rules), next.Version)
	}
	step("submit", s.SubmitRule(ctx, id, author), "")
	step("approve", s.ReviewRule(ctx, id, true, "", second), "")
	_, err = s.PublishRule(ctx, id, second, nil)
	step("publish", err, "")
	_, err = s.RollbackRule(ctx, id, 2, second, nil)
	step("roll back to itself", err, models.CodeConflict)
	_, err = s.RollbackRule(ctx, id, 9, second, nil)
	step("roll back to nothing", err, models.CodeNotFound)
	v, err := s.RollbackRule(ctx, id, 1, second, nil)
	step("roll back", err, "")
	if rules, _ := published(t, s); v != 3 || texts(rules) != "社保=乙" || rules[0].Version != 3 {
		t.Errorf("version %d: %q", v, texts(rules))
	}
	v, err = s.ArchiveRule(ctx, id, author, nil)
	step("archive", err, "")
	if rules, _ := published(t, s); v != 4 || len(rules) != 0 {
		t.Errorf("version %d: %q", v, texts(rules))
	}
	_, err = s.ArchiveRule(ctx, id, author, nil)
	step("archive twice", err, models.CodeConflict)
	_, err = s.RuleVersions(ctx, 12345)
	step("no rule", err, models.CodeNotFound)
}

func TestSaveDrafts(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if _, err := s.PublishRules(ctx, appA, []models.Rule{rule("社保", "甲")}, who("张三"), nil); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.SaveDrafts(ctx, appA, []models.Rule{rule("社保", "乙"), rule("户口", "丙")}, who("张三")); err != nil {
				t.Fatal(err)
			}
		}
		if rules, v := published(t, s); v != 1 || texts(rules) != "社保=甲" {
			t.Errorf("version %d of %q", v, texts(rules))
		}
		latest, err := s.Rules(ctx, RuleFilter{AppID: appA, State: models.RuleDraft})
		if err != nil || texts(latest) != "社保=乙 户口=丙" || latest[0].Version != 2 {
			t.Errorf("drafts %q, error %v", texts(latest), err)
		}
		if err := s.SubmitRule(ctx, latest[1].ID, who("张三")); err != nil {
			t.Fatal(err)
		}
		err = s.SaveDrafts(ctx, appA, []models.Rule{rule("社保", "丁"), rule("户口", "丁")}, who("张三"))
		wantCode(t, err, models.CodeConflict)
		if latest, err = s.Rules(ctx, RuleFilter{AppID: appA, Name: "社保"}); err != nil || texts(latest) != "社保=乙" {
			t.Errorf("drafts %q, error %v", texts(latest), err)
		}
	})
}

func TestRuleNamesAreExact(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		rules := []models.Rule{rule("a", "1"), rule("A", "2"), rule("a ", "3"), rule("á", "4"), rule("😀", "5"), rule("😁", "6")}
		if _, err := s.PublishRules(context.Background(), appA, rules, who("张三"), nil); err != nil {
			t.Fatal(err)
		}
		if got, _ := published(t, s); len(got) != len(rules) {
			t.Errorf("%d rules, want %d", len(got), len(rules))
		}
	})
}
