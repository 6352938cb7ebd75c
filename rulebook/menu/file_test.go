package menu

import (
	"bytes"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/sheet"
)

// TestExport_WhatImportReads: the draft, else what was published, or what citizens see, as a file that can
// be read again.
func TestExport_WhatImportReads(t *testing.T) {
	t.Parallel()
	d, w := newTestBook(t), &wechatMenus{}
	exported := func(live bool) (name, key string, err error) {
		made, err := d.Export(t.Context(), d.account, w, live)
		if err != nil {
			return "", "", err
		}
		var b bytes.Buffer
		if err := made.Write(&b); err != nil {
			t.Fatal(err)
		}
		read, err := sheet.ReadMenu(made.Name, &b)
		if err != nil {
			t.Fatal(err)
		}
		return made.Name, read.Buttons[0].Key, nil
	}
	for _, live := range []bool{false, true} {
		_, _, err := exported(live)
		d.wantError(err, models.CodeNotFound, "没有菜单")
	}
	if _, err := d.saveDraft("甲", "", menuOf("A")); err != nil {
		t.Fatal(err)
	}
	if name, key, err := exported(false); err != nil || name != "江城政务草稿菜单.yaml" || key != "A" {
		t.Errorf("%s %s %v", name, key, err)
	}
	for _, s := range []struct {
		by   string
		step review.Step
	}{{"甲", review.Submit}, {"乙", review.Approve}, {"乙", review.Publish}} {
		if _, err := d.step(s.by, w, s.step, ""); err != nil {
			t.Fatal(err)
		}
	}
	other := menuOf("B")
	w.live.Menu = &other
	if name, key, err := exported(false); err != nil || name != "江城政务菜单.yaml" || key != "A" {
		t.Errorf("%s %s %v", name, key, err)
	}
	if name, key, err := exported(true); err != nil || name != "江城政务现在的菜单.yaml" || key != "B" {
		t.Errorf("%s %s %v", name, key, err)
	}
}
