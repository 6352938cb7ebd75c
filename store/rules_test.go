package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

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
	rules, stamp, err := s.PublishedRules(context.Background(), appA)
	if err != nil {
		t.Fatal(err)
	}
	return rules, stamp.Version
}

// stamp is the state of the account's rules now.
func stamp(t testing.TB, s *Store) RulesStamp {
	return states(context.Background(), t, s).RulesStamp
}

func TestPublishRulesReplacesByName(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		v, err := s.PublishRules(ctx, appA, stamp(t, s), []models.Rule{rule("社保", "甲"), rule("公积金", "乙")}, who("张三"))
		if err != nil || v != 1 {
			t.Fatalf("version %d, error %v", v, err)
		}
		v, err = s.PublishRules(ctx, appA, stamp(t, s), []models.Rule{rule("公积金", "丙"), rule("社保", "甲"), rule("户口", "丁")}, who("李四"))
		if err != nil || v != 2 {
			t.Fatalf("version %d, error %v", v, err)
		}
		rules, v := published(t, s)
		if v != 2 || texts(rules) != "社保=甲 公积金=丙 户口=丁" {
			t.Errorf("version %d of %q", v, texts(rules))
		}
		if rules[0].Version != 1 || rules[1].Version != 2 || rules[1].Author != "李四" || rules[1].State != models.RulePublished || rules[1].AppID != appA {
			t.Errorf("rules %+v", rules)
		}
		want := rule("公积金", "丙")
		want.ID, want.Version, want.LiveVersion, want.State, want.Author, want.Reviewer, want.UpdatedAt = rules[1].ID, 2, 2, models.RulePublished, "李四", "李四", rules[1].UpdatedAt
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
		if _, err := s.PublishRules(ctx, appA, stamp(t, s), []models.Rule{rule("社保", "甲")}, who("张三")); err != nil {
			t.Fatal(err)
		}
		_, err := s.PublishRules(ctx, appA, RulesStamp{}, []models.Rule{rule("社保", "乙"), rule("户口", "丙")}, who("张三"))
		wantCode(t, err, models.CodeConflict)
		twice := []models.Rule{rule("户口", "丙"), rule("户口", "丁"), rule("", "x"), rule(strings.Repeat("长", 300), "x")}
		_, err = s.PublishRules(ctx, appA, stamp(t, s), twice, who("张三"))
		var e *models.Error
		if !errors.As(err, &e) || len(e.Fields) != 3 {
			t.Errorf("error %v", err)
		}
		if _, err := s.PublishRules(ctx, "nobody", RulesStamp{}, nil, who("张三")); models.ErrorCode(err) != models.CodeNotFound {
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
				for {
					_, err := s.PublishRules(context.Background(), appA, stamp(t, s), []models.Rule{rule("社保", "甲"), rule("户口", "乙")}, who("张三"))
					if models.ErrorCode(err) == models.CodeConflict {
						continue // somebody was quicker: what was checked is no longer what is published
					}
					if err != nil {
						t.Errorf("publish: %v", err)
					}
					return
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
		_, err = s.PublishReviewed(ctx, appA, stamp(t, s), []models.Rule{draft}, author)
		step("publish a draft", err, models.CodeConflict)
		draft.Replies = []models.Reply{models.TextReply("乙")}
		draft, err = s.SaveDraft(ctx, draft, author)
		step("change", err, "")
		if draft.Version != 1 || draft.State != models.RuleDraft {
			t.Errorf("draft %+v", draft)
		}
		step("submit", s.SubmitRules(ctx, []int64{draft.ID}, author), "")
		step("submit twice", s.SubmitRules(ctx, []int64{draft.ID}, author), models.CodeConflict)
		_, err = s.SaveDraft(ctx, draft, author)
		step("change in review", err, models.CodeConflict)
		_, err = s.PublishReviewed(ctx, appA, stamp(t, s), []models.Rule{draft}, second)
		step("publish before review", err, models.CodeConflict)
		step("own review", s.ReviewRules(ctx, []int64{draft.ID}, true, "", author), models.CodeSamePerson)
		step("return", s.ReviewRules(ctx, []int64{draft.ID}, false, "错字", second), "")
		step("submit again", s.SubmitRules(ctx, []int64{draft.ID}, author), "")
		step("approve", s.ReviewRules(ctx, []int64{draft.ID}, true, "", second), "")
		other := draft
		other.Replies = []models.Reply{models.TextReply("另一个")}
		_, err = s.PublishReviewed(ctx, appA, stamp(t, s), []models.Rule{other}, author)
		step("not what was checked", err, models.CodeConflict)
		v, err := s.PublishReviewed(ctx, appA, stamp(t, s), []models.Rule{draft}, author)
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
	old, err := latest(ctx, s, id)
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
	step("submit", s.SubmitRules(ctx, []int64{id}, author), "")
	step("approve", s.ReviewRules(ctx, []int64{id}, true, "", second), "")
	_, err = s.PublishReviewed(ctx, appA, stamp(t, s), []models.Rule{next}, second)
	step("publish", err, "")
	_, err = s.RollbackRule(ctx, appA, stamp(t, s), id, 2, second)
	step("roll back to itself", err, models.CodeConflict)
	_, err = s.RollbackRule(ctx, appA, stamp(t, s), id, 9, second)
	step("roll back to nothing", err, models.CodeNotFound)
	v, err := s.RollbackRule(ctx, appA, stamp(t, s), id, 1, second)
	step("roll back", err, "")
	if rules, _ := published(t, s); v != 3 || texts(rules) != "社保=乙" || rules[0].Version != 3 {
		t.Errorf("version %d: %q", v, texts(rules))
	}
	v, err = s.ArchiveRules(ctx, appA, stamp(t, s), []int64{id}, author)
	step("archive", err, "")
	if rules, _ := published(t, s); v != 4 || len(rules) != 0 {
		t.Errorf("version %d: %q", v, texts(rules))
	}
	_, err = s.ArchiveRules(ctx, appA, stamp(t, s), []int64{id}, author)
	step("archive twice", err, models.CodeConflict)
	_, err = s.RuleVersions(ctx, 12345)
	step("no rule", err, models.CodeNotFound)
}

func TestSaveDrafts(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if _, err := s.PublishRules(ctx, appA, stamp(t, s), []models.Rule{rule("社保", "甲")}, who("张三")); err != nil {
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
		if err := s.SubmitRules(ctx, []int64{latest[1].ID}, who("张三")); err != nil {
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
		if _, err := s.PublishRules(context.Background(), appA, stamp(t, s), rules, who("张三")); err != nil {
			t.Fatal(err)
		}
		if got, _ := published(t, s); len(got) != len(rules) {
			t.Errorf("%d rules, want %d", len(got), len(rules))
		}
	})
}

// TestVersionTimesNeverChange: neither review, publishing, a newer version, a roll back nor the
// end of a rule changes when its versions were written.
func TestVersionTimesNeverChange(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		now := testTime
		s.opt.Now = func() time.Time { now = now.Add(time.Minute); return now }
		written := map[int64]time.Time{}
		look := func(what string) (id int64) {
			t.Helper()
			rules, err := s.Rules(ctx, RuleFilter{AppID: appA})
			if err != nil {
				t.Fatal(err)
			}
			versions, err := s.RuleVersions(ctx, rules[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range versions {
				if at, ok := written[v.Version]; ok && !at.Equal(v.UpdatedAt) {
					t.Errorf("%s: version %d was written at %v, before at %v", what, v.Version, v.UpdatedAt, at)
				}
				written[v.Version] = v.UpdatedAt
			}
			return rules[0].ID
		}
		do := func(what string, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			look(what)
		}
		do("draft", s.SaveDrafts(ctx, appA, []models.Rule{rule("社保", "甲")}, who("作者")))
		ids := []int64{look("draft")}
		do("submit", s.SubmitRules(ctx, ids, who("作者")))
		do("approve", s.ReviewRules(ctx, ids, true, "", who("审核")))
		drafted, err := latest(ctx, s, ids[0])
		do("read", err)
		_, err = s.PublishReviewed(ctx, appA, stamp(t, s), []models.Rule{drafted}, who("审核"))
		do("publish", err)
		_, err = s.PublishRules(ctx, appA, stamp(t, s), []models.Rule{rule("社保", "乙")}, who("张三"))
		do("publish another", err)
		_, err = s.RollbackRule(ctx, appA, stamp(t, s), ids[0], 1, who("张三"))
		do("roll back", err)
		_, err = s.ArchiveRules(ctx, appA, stamp(t, s), ids, who("张三"))
		do("archive", err)
		if len(written) != 3 {
			t.Errorf("versions %v", written)
		}
	})
}

func TestDiscardDrafts(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if _, err := s.PublishRules(ctx, appA, stamp(t, s), []models.Rule{rule("社保", "甲"), rule("公积金", "甲")}, who("张三")); err != nil {
			t.Fatal(err)
		}
		drafts := func(text string) (ids []int64) {
			t.Helper()
			if err := s.SaveDrafts(ctx, appA, []models.Rule{rule("社保", text), rule("户口", text)}, who("张三")); err != nil {
				t.Fatal(err)
			}
			open, err := s.Rules(ctx, RuleFilter{AppID: appA, State: models.RuleDraft})
			if err != nil || len(open) != 2 {
				t.Fatalf("drafts %q, error %v", texts(open), err)
			}
			return []int64{open[0].ID, open[1].ID}
		}
		ids := drafts("乙")
		if err := s.SubmitRules(ctx, ids[:1], who("张三")); err != nil {
			t.Fatal(err)
		}
		if err := s.DiscardDrafts(ctx, ids, who("张三")); err != nil {
			t.Fatal(err)
		}
		wantCode(t, s.DiscardDrafts(ctx, ids[:1], who("张三")), models.CodeConflict)
		all, err := s.Rules(ctx, RuleFilter{AppID: appA})
		if err != nil || texts(all) != "社保=甲 公积金=甲" || all[0].State != models.RulePublished || all[0].Version != 1 {
			t.Errorf("rules %+v, error %v", all, err)
		}
		_, err = s.RollbackRule(ctx, appA, stamp(t, s), ids[0], 2, who("张三"))
		wantCode(t, err, models.CodeConflict)
		again := drafts("丙")
		if again[0] != ids[0] || again[1] != ids[1] {
			t.Errorf("ids %v, before %v", again, ids)
		}
		if got, err := latest(ctx, s, ids[0]); err != nil || got.Version != 3 || got.LiveVersion != 1 {
			t.Errorf("draft %+v, error %v", got, err)
		}
		if _, err := s.PublishRules(ctx, appA, stamp(t, s), []models.Rule{rule("社保", "丁")}, who("张三")); err != nil {
			t.Fatal(err)
		}
		wantCode(t, s.DiscardDrafts(ctx, ids[:1], who("张三")), models.CodeConflict)
	})
}

// TestArchiveRules_DraftOfAnArchivedRule: what was archived before is the latest again, and
// the list goes on showing it.
func TestArchiveRules_DraftOfAnArchivedRule(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if _, err := s.PublishRules(ctx, appA, stamp(t, s), []models.Rule{rule("社保", "甲")}, who("张三")); err != nil {
			t.Fatal(err)
		}
		rules, _ := published(t, s)
		for _, text := range []string{"", "乙"} {
			if text != "" {
				if err := s.SaveDrafts(ctx, appA, []models.Rule{rule("社保", text)}, who("张三")); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := s.ArchiveRules(ctx, appA, stamp(t, s), []int64{rules[0].ID}, who("张三")); err != nil {
				t.Fatal(err)
			}
			all, err := s.Rules(ctx, RuleFilter{AppID: appA})
			if err != nil || len(all) != 1 || all[0].State != models.RuleArchived || all[0].Version != 1 || all[0].LiveVersion != 0 {
				t.Errorf("rules %+v, error %v", all, err)
			}
		}
	})
}

// TestRaiseVersion: after a backup was restored, an instance that has seen newer rules makes
// the version higher than all of them, once.
func TestRaiseVersion(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if _, err := s.PublishRules(ctx, appA, stamp(t, s), []models.Rule{rule("社保", "甲")}, who("张三")); err != nil {
			t.Fatal(err)
		}
		before := stamp(t, s)
		for range 2 {
			if err := s.RaiseVersion(ctx, appA, 7); err != nil {
				t.Fatal(err)
			}
			if after := stamp(t, s); after.Version != 8 || after.Mark == before.Mark {
				t.Errorf("stamp %+v after %+v", after, before)
			}
		}
	})
}

// latest returns the newest version of a rule.
func latest(ctx context.Context, s *Store, id int64) (models.Rule, error) {
	versions, err := s.RuleVersions(ctx, id)
	if err != nil {
		return models.Rule{}, err
	}
	return versions[0], nil
}
