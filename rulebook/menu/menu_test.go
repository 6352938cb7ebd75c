package menu

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
)

// wechatMenus is WeChat's side of a test: what it has, and what it says to a new menu.
type wechatMenus struct {
	live   models.LiveMenu
	refuse error
	put    int
}

func (w *wechatMenus) LiveMenu(context.Context, models.Account) (models.LiveMenu, error) {
	return w.live, nil
}

func (w *wechatMenus) PutMenu(_ context.Context, _ models.Account, m models.AccountMenu) error {
	if w.refuse != nil {
		return w.refuse
	}
	w.put++
	w.live = models.LiveMenu{Menu: &m, Source: models.MenuOfAPI, Shown: true}
	return nil
}

func menuOf(keys ...string) models.AccountMenu {
	var m models.AccountMenu
	for _, key := range keys {
		m.Buttons = append(m.Buttons, models.MenuButton{Name: key, Type: models.ButtonClick, Key: key})
	}
	return m
}

func (d *testBook) saveDraft(by, base string, m models.AccountMenu) (Version, error) {
	d.t.Helper()
	return d.Save(d.t.Context(), person(by), SaveRequest{Account: d.account, Base: base, Menu: m})
}

func (d *testBook) step(by string, w *wechatMenus, step review.Step, reason string) (Version, error) {
	d.t.Helper()
	return d.Step(d.t.Context(), person(by), w, StepRequest{Account: d.account, Request: review.Request{Step: step, Reason: reason}})
}

func (d *testBook) overview() Overview {
	d.t.Helper()
	book, err := d.Overview(d.t.Context(), d.account)
	if err != nil {
		d.t.Fatal(err)
	}
	return book
}

// TestMenu_Life: two people bring a menu to WeChat; the next one replaces it.
func TestMenu_Life(t *testing.T) {
	t.Parallel()
	d, w := newTestBook(t), &wechatMenus{}
	_, err := d.step("甲", w, review.Submit, "")
	d.wantError(err, models.CodeConflict, "菜单没有在改的草稿")
	draft, err := d.saveDraft("甲", "", menuOf("A"))
	if err != nil || draft.Version != 1 || draft.State != review.Draft {
		t.Fatalf("%+v, %v", draft, err)
	}
	_, err = d.step("乙", w, review.Publish, "")
	d.wantError(err, models.CodeConflict, "第二人审核")
	for _, s := range []struct {
		by, reason  string
		step        review.Step
		code, words string
		state       review.State
	}{
		{"乙", "", review.Approve, models.CodeConflict, "不在审核中", ""},
		{"甲", "", review.Submit, "", "", review.Waiting},
		{"甲", "", review.Submit, models.CodeConflict, "已经送审", ""},
		{"甲", "", review.Approve, models.CodeSamePerson, "另一人", ""},
		{"乙", "", review.Return, models.CodeInvalid, "理由", ""},
		{"乙", "再想想", review.Return, "", "", review.Draft},
		{"甲", "", review.Submit, "", "", review.Waiting},
		{"甲", "", review.TakeBack, "", "", review.Draft},
		{"甲", "", review.Submit, "", "", review.Waiting},
		{"乙", "", review.Approve, "", "", review.Approved},
		{"甲", "", review.Publish, "", "", review.Published},
		{"甲", "", review.Publish, models.CodeConflict, "第二人审核", ""},
		{"甲", "", "sing", models.CodeConflict, "菜单没有在改的草稿", ""},
	} {
		v, err := d.step(s.by, w, s.step, s.reason)
		if s.code != "" {
			d.wantError(err, s.code, s.words)
			continue
		}
		if err != nil || v.State != s.state {
			t.Fatalf("%s by %s: %+v, %v", s.step, s.by, v, err)
		}
	}
	if _, err := d.saveDraft("丙", "", menuOf("A", "B")); err != nil {
		t.Fatal(err)
	}
	book := d.overview()
	if book.Live == nil || book.Live.Reviewer != "乙" || book.Draft == nil || book.Draft.Version != 2 || len(book.Changes) != 1 || w.put != 1 {
		t.Errorf("%+v", book)
	}
	for _, s := range []struct {
		by   string
		step review.Step
	}{{"丙", review.Submit}, {"甲", review.Approve}, {"甲", review.Publish}} {
		if _, err := d.step(s.by, w, s.step, ""); err != nil {
			t.Fatal(err)
		}
	}
	book = d.overview()
	if book.Draft != nil || book.Live.Version != 2 || book.Versions[1].State != review.Replaced {
		t.Errorf("%+v", book)
	}
	want := []string{"menu.draft", "menu.submit", "menu.submit", "menu.take_back", "menu.submit", "menu.publish", "menu.approve", "menu.publish"}
	if diff := cmp.Diff(want, d.audited("甲")); diff != "" {
		t.Error(diff)
	}
}

// TestMenu_TwoAuthors: who has not seen the other's change is told, and may write over it knowingly.
func TestMenu_TwoAuthors(t *testing.T) {
	t.Parallel()
	d := newTestBook(t)
	first, err := d.saveDraft("甲", "", menuOf("A"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := d.saveDraft("乙", first.Revision, menuOf("B"))
	if err != nil || second.Revision == first.Revision || second.Author != "乙" {
		t.Fatalf("%+v, %v", second, err)
	}
	_, err = d.saveDraft("甲", first.Revision, menuOf("C"))
	d.wantError(err, models.CodeConflict, "别人改过")
	_, err = d.Step(t.Context(), person("甲"), &wechatMenus{}, StepRequest{Account: d.account, Request: review.Request{Step: review.Submit, Edition: first.Revision}})
	d.wantError(err, models.CodeConflict, "别人改过")
	forced, err := d.Save(t.Context(), person("甲"), SaveRequest{Account: d.account, Force: true, Menu: menuOf("C")})
	if err != nil || d.overview().Draft.Menu.Buttons[0].Key != "C" || forced.Version != 1 {
		t.Errorf("%+v, %v", forced, err)
	}
}

// TestMenu_FaultyIsKeptAndNotSubmitted: what is half written is a draft all the same.
func TestMenu_FaultyIsKeptAndNotSubmitted(t *testing.T) {
	t.Parallel()
	d := newTestBook(t)
	if _, err := d.saveDraft("甲", "", models.AccountMenu{Buttons: []models.MenuButton{{Name: "办事"}}}); err != nil {
		t.Fatal(err)
	}
	if f := d.overview().Findings; len(f) != 1 || f[0].Severity != models.SeverityError || f[0].Where != "办事" {
		t.Errorf("%+v", f)
	}
	_, err := d.step("甲", nil, review.Submit, "")
	d.wantError(err, models.CodeInvalid, "不能送审")
	_, err = d.saveDraft("甲", d.overview().Draft.Revision, menuOf("1", "2", "3", "4"))
	d.wantError(err, models.CodeInvalid, "一级菜单")
}

// TestMenu_RefusedByWeChat: what WeChat does not take stays approved, and is published again later.
func TestMenu_RefusedByWeChat(t *testing.T) {
	t.Parallel()
	d, w := newTestBook(t), &wechatMenus{refuse: models.NewError(models.CodeInvalid, "微信没有接受菜单")}
	if _, err := d.saveDraft("甲", "", menuOf("A")); err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		by   string
		step review.Step
	}{{"甲", review.Submit}, {"乙", review.Approve}} {
		if _, err := d.step(s.by, w, s.step, ""); err != nil {
			t.Fatal(err)
		}
	}
	_, err := d.step("乙", w, review.Publish, "")
	var e *models.Error
	if !errors.As(err, &e) || d.overview().Draft.State != review.Approved || d.overview().Live != nil {
		t.Errorf("%v, %+v", err, d.overview().Draft)
	}
	w.refuse = nil
	if v, err := d.step("乙", w, review.Publish, ""); err != nil || !strings.HasSuffix(models.JSON(v.PublishedAt), "+08:00\"") {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestMenu_KeysAndRules: a key that no published rule answers is told, with the key to make one for.
func TestMenu_KeysAndRules(t *testing.T) {
	t.Parallel()
	event := func(name string, on models.Trigger, keys ...string) models.Rule {
		return models.Rule{Name: name, On: []models.Trigger{on}, Keys: keys, Replies: []models.Reply{models.TextReply("好")}}
	}
	d := newTestBook(t, event("留言", models.OnClick, "LY"), event("拍照", models.OnPhoto))
	m := menuOf("LY", "MISS")
	m.Buttons = append(m.Buttons, models.MenuButton{Name: "随手拍", Buttons: []models.MenuButton{
		{Name: "拍照上传", Type: models.ButtonPhoto, Key: "P"},
		{Name: "扫一扫", Type: models.ButtonScanPush, Key: "S"},
		{Name: "一个很长很长的按钮名称", Type: models.ButtonView, URL: "https://a.cn"},
	}})
	if _, err := d.saveDraft("甲", "", m); err != nil {
		t.Fatal(err)
	}
	book := d.overview()
	if diff := cmp.Diff([]Key{{"LY", "LY", "留言"}, {"MISS", "MISS", ""}, {"P", "拍照上传", "拍照"}}, book.Keys); diff != "" {
		t.Error(diff)
	}
	var told []string
	for _, f := range book.Findings {
		told = append(told, f.Field+" "+f.Key)
	}
	if want := []string{"buttons[1].key MISS", "buttons[2].buttons[2].name "}; !slices.Equal(told, want) {
		t.Errorf("%q", told)
	}
}

// TestMenu_ImportAndDrift: what citizens see becomes the draft; a change made elsewhere is seen.
func TestMenu_ImportAndDrift(t *testing.T) {
	t.Parallel()
	d, w := newTestBook(t), &wechatMenus{}
	_, err := d.Import(t.Context(), person("甲"), d.account, w)
	d.wantError(err, models.CodeNotFound, "没有菜单")
	m := menuOf("A")
	w.live = models.LiveMenu{Menu: &m, Source: models.MenuOfBackOffice, Shown: true, Notes: []string{"注意"}}
	in, err := d.Import(t.Context(), person("甲"), d.account, w)
	if err != nil || in.Draft.State != review.Draft || len(in.Notes) != 1 {
		t.Fatalf("%+v, %v", in, err)
	}
	for _, s := range []struct {
		by   string
		step review.Step
	}{{"甲", review.Submit}, {"乙", review.Approve}, {"乙", review.Publish}} {
		if _, err := d.step(s.by, w, s.step, ""); err != nil {
			t.Fatal(err)
		}
	}
	live, err := d.Live(t.Context(), d.account, w)
	if err != nil || live.Drifted || len(live.Changes) != 0 {
		t.Errorf("%+v, %v", live, err)
	}
	other := menuOf("B")
	w.live.Menu = &other
	live, err = d.Live(t.Context(), d.account, w)
	if err != nil || !live.Drifted || len(live.Changes) != 1 || !strings.Contains(live.Text(), "有人在别处改过") {
		t.Errorf("%+v, %v", live, err)
	}
}

func TestCompareMenus_WhatBecameOfButtons(t *testing.T) {
	t.Parallel()
	column := func(name string, keys ...string) models.MenuButton {
		return models.MenuButton{Name: name, Buttons: menuOf(keys...).Buttons}
	}
	before := models.AccountMenu{Buttons: []models.MenuButton{column("办事", "甲", "乙"), {Name: "网厅", Type: models.ButtonView, URL: "https://a.cn"}}}
	after := models.AccountMenu{Buttons: []models.MenuButton{column("办事", "丙", "甲", "乙"), {Name: "网上大厅", Type: models.ButtonView, URL: "https://a.cn"}}}
	want := "移动  办事 › 甲\n    位置：第 1 列第 1 项 -> 第 1 列第 2 项\n移动  办事 › 乙\n    位置：第 1 列第 2 项 -> 第 1 列第 3 项\n新增  办事 › 丙\n修改  网上大厅\n    名称：网厅 -> 网上大厅\n"
	got := strings.Split(strings.TrimSuffix(ChangesText(Compare(&before, &after)), "\n"), "\n")
	if !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(strings.Split(strings.TrimSuffix(want, "\n"), "\n")))) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	if got := ChangesText(Compare(&after, &after)); got != "没有差别\n" {
		t.Error(got)
	}
	if got := ChangesText(Compare(&before, nil)); strings.Count(got, "删除") != 4 {
		t.Error(got)
	}
}

// TestPlaceTitle_CountsFromOne, beyond nine too.
func TestPlaceTitle_CountsFromOne(t *testing.T) {
	for path, want := range map[string]string{
		"buttons[2]": "第 3 列", "buttons[0].buttons[4]": "第 1 列第 5 项", "conditional[9].buttons[0].buttons[1]": "标签菜单 10 第 1 列第 2 项",
	} {
		if got := placeTitle(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
