package auth

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// TestPosts_TheDatabaseKeepsThemApart: past the room, too, nobody is two of the three, and none of
// them holds a role that reads messages.
func TestPosts_TheDatabaseKeepsThemApart(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		_, sec := h.invited("anquan", SecAdmin)
		_, other := h.invited("xiaoli", CaseHandler, appA)
		const grant = "INSERT INTO roles (operator_id, post, role, app_id) VALUES (?, ?, ?, ?)"
		for what, args := range map[string][]any{
			"an administrator as staff":        {sec.Operator.ID, "staff", "case_handler", appA},
			"an administrator by its own post": {sec.Operator.ID, "secadmin", "case_handler", appA},
			"an administrator's role as grant": {other.Operator.ID, "staff", "sysadmin", ""},
			"nobody":                           {"op_x", "staff", "case_handler", appA},
		} {
			if err := h.execute(grant, args...); err == nil {
				t.Errorf("the database takes a grant of %s", what)
			}
		}
		if err := h.execute("UPDATE operators SET post = 'sysadmin' WHERE id = ?", other.Operator.ID); err == nil {
			t.Error("staff with grants becomes an administrator")
		}
		if err := h.execute("UPDATE operators SET post = 'sysadmin,secadmin' WHERE id = ?", sec.Operator.ID); err == nil {
			t.Error("somebody is two of the three")
		}
		if err := h.execute(grant, other.Operator.ID, "staff", "content_admin", appB); err != nil {
			t.Error(err)
		}
	})
}

// TestAdministrators_DoNotActOnEachOther: only the command line does.
func TestAdministrators_DoNotActOnEachOther(t *testing.T) {
	h := newHouse(t, current.SQLite(t))
	made, err := h.Found(t.Context(), shell)
	if err != nil || len(made) != 3 {
		t.Fatal(made, err)
	}
	if again, err := h.Found(t.Context(), shell); err != nil || len(again) != 0 {
		t.Errorf("founded again: %v, %v", again, err)
	}
	for _, by := range Administrators() {
		who := models.Who{ID: "op_" + string(by), Role: string(by)}
		for _, i := range made {
			id := i.Operator.ID
			wantCode(t, "disable", h.Disable(t.Context(), who, id), models.CodeForbidden)
			wantCode(t, "enable", h.Enable(t.Context(), who, id), models.CodeForbidden)
			wantCode(t, "unlock", h.Unlock(t.Context(), who, id), models.CodeForbidden)
			_, err := h.Reset(t.Context(), who, id)
			wantCode(t, "reset", err, models.CodeForbidden)
			_, err = h.Recover(t.Context(), who, id)
			wantCode(t, "recover", err, models.CodeForbidden)
			wantCode(t, "grant", h.Grant(t.Context(), who, GrantRequest{id, []Grant{{CaseHandler, appA}}}), models.CodeForbidden)
		}
		_, err := h.Add(t.Context(), who, AddRequest{Name: "another", Role: by})
		wantCode(t, "another administrator", err, models.CodeForbidden)
	}
	id := made[0].Operator.ID
	_, err = h.Reset(t.Context(), shell, id)
	wantCode(t, "reset by the command line", err, models.CodeInvalid)
	wantCode(t, "disable by the command line", h.Disable(t.Context(), shell, id), "")
	recovered, err := h.Recover(t.Context(), shell, id)
	if err != nil || recovered.Operator.State != "invited" {
		t.Fatal(recovered, err)
	}
	_, err = h.Look(t.Context(), linkToken(made[0].Link))
	wantCode(t, "the link before", err, CodeLinkOver)
	if w, err := h.Look(t.Context(), linkToken(recovered.Link)); err != nil || w.Name != "sysadmin" {
		t.Error(w, err)
	}
}

// TestReset_GrantsSleepUntilConfirmed: who resets somebody does not become them.
func TestReset_GrantsSleepUntilConfirmed(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		p := h.settled("laozhou", AccountManager, appA, appB)
		old := p.step.Token
		i, err := h.Reset(t.Context(), models.Who{ID: "op_s", Role: string(SysAdmin)}, p.id)
		if err != nil || !i.Operator.Asleep {
			t.Fatal(i, err)
		}
		_, err = h.Identify(t.Context(), old, home1, true)
		wantCode(t, "the session before", err, CodeUnauthorized)
		_, err = h.SignIn(t.Context(), SignInRequest{p.name, good}, home1)
		wantCode(t, "the password before", err, CodeSignIn)
		p.welcome(i.Link)
		c := p.caller()
		if c.May(ReadIndices) || !c.Asleep || len(c.Permissions()) != 0 {
			t.Errorf("%v", c.Permissions())
		}
		grants := []Grant{{AccountManager, appA}}
		if err := h.Grant(t.Context(), models.Who{ID: "op_e", Role: string(SecAdmin)}, GrantRequest{p.id, grants}); err != nil {
			t.Fatal(err)
		}
		if c = p.caller(); !c.May(ReadIndices) || cmp.Diff([]string{appA}, c.Accounts(ReadIndices)) != "" {
			t.Errorf("%v", c.Accounts(ReadIndices))
		}
		e := h.last()
		if e.Action != "grant.change" || !strings.Contains(e.Before, appB) || strings.Contains(e.After, appB) {
			t.Errorf("%+v", e)
		}
	})
}

// TestAdd_WhatIsRefused leaves nobody behind.
func TestAdd_WhatIsRefused(t *testing.T) {
	h := newHouse(t, current.SQLite(t))
	h.invited("xiaoli", CaseHandler, appA)
	for name, c := range map[string]struct {
		q    AddRequest
		code string
	}{
		"name taken":                     {AddRequest{Name: "ＸｉａｏＬｉ", Role: CaseHandler, Accounts: []string{appA}}, models.CodeConflict},
		"no name":                        {AddRequest{Role: CaseHandler, Accounts: []string{appA}}, models.CodeInvalid},
		"name with a space":              {AddRequest{Name: "xiao li", Role: CaseHandler, Accounts: []string{appA}}, models.CodeInvalid},
		"name too long":                  {AddRequest{Name: strings.Repeat("x", 33), Role: CaseHandler, Accounts: []string{appA}}, models.CodeInvalid},
		"role that is none":              {AddRequest{Name: "neu", Role: "root", Accounts: []string{appA}}, models.CodeInvalid},
		"role without accounts":          {AddRequest{Name: "neu", Role: CaseHandler}, models.CodeInvalid},
		"administrator with accounts":    {AddRequest{Name: "neu", Role: Auditor, Accounts: []string{appA}}, models.CodeInvalid},
		"account that there is not":      {AddRequest{Name: "neu", Role: CaseHandler, Accounts: []string{"wx0000000000000000"}}, models.CodeNotFound},
		"long name in place of a person": {AddRequest{Name: "neu", DisplayName: strings.Repeat("李", 33), Role: Auditor}, models.CodeInvalid},
	} {
		_, err := h.Add(t.Context(), shell, c.q)
		wantCode(t, name, err, c.code)
	}
	if list, err := h.Operators(t.Context()); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
}

// TestWelcome_LinkIsUsedOnce, also by two at once, and not after 72 hours.
func TestWelcome_LinkIsUsedOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		_, i := h.invited("xiaoli", CaseHandler, appA)
		errs := make([]error, 3)
		var wg sync.WaitGroup
		for n := range errs {
			wg.Go(func() { _, errs[n] = h.Welcome(t.Context(), WelcomeRequest{linkToken(i.Link), good}, home1) })
		}
		wg.Wait()
		used := 0
		for _, err := range errs {
			if err == nil {
				used++
				continue
			}
			wantCode(t, "a used link", err, CodeLinkOver)
		}
		if used != 1 {
			t.Errorf("used %d times: %v", used, errs)
		}
		_, late := h.invited("laozhou", AccountManager, appA)
		h.Pass(linkLasts - time.Second)
		if w, err := h.Look(t.Context(), linkToken(late.Link)); err != nil || w.Name != "laozhou" {
			t.Error(w, err)
		}
		h.Pass(time.Second)
		_, err := h.Look(t.Context(), linkToken(late.Link))
		wantCode(t, "72 hours later", err, CodeLinkOver)
	})
}

// TestTokens_OfPrograms: scopes and accounts bound what they read; they end by day and by hand.
func TestTokens_OfPrograms(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		until := h.Now().Add(24 * time.Hour)
		made, err := h.AddToken(t.Context(), shell, TokenRequest{Name: "大屏", Scopes: []Permission{ReadWaits, ReadLive}, Accounts: []string{appB}, Until: until})
		if err != nil {
			t.Fatal(err)
		}
		c, err := h.Program(t.Context(), made.Secret, home1)
		if err != nil || c.May(ReadIndices) || cmp.Diff([]string{appB}, c.Accounts(ReadWaits)) != "" || c.Who.Role != "program" || c.Who.Name != "大屏" {
			t.Errorf("%+v, %v", c, err)
		}
		_, err = h.AddToken(t.Context(), shell, TokenRequest{Name: "大屏", Scopes: []Permission{ReadLive}})
		wantCode(t, "the same name", err, models.CodeConflict)
		h.Pass(24 * time.Hour)
		_, err = h.Program(t.Context(), made.Secret, home1)
		wantCode(t, "its last day is over", err, CodeUnauthorized)
		all, err := h.AddToken(t.Context(), shell, TokenRequest{Name: "月报", Scopes: Scopes()})
		if err != nil {
			t.Fatal(err)
		}
		if c, err := h.Program(t.Context(), all.Secret, home1); err != nil || c.Accounts(ReadIndices) != nil {
			t.Error(c, err)
		}
		wantCode(t, "revoke", h.RevokeToken(t.Context(), shell, "月报"), "")
		wantCode(t, "revoke again", h.RevokeToken(t.Context(), shell, all.ID), models.CodeConflict)
		wantCode(t, "revoke none", h.RevokeToken(t.Context(), shell, "x"), models.CodeNotFound)
		_, err = h.Program(t.Context(), all.Secret, home1)
		wantCode(t, "revoked", err, CodeUnauthorized)
		list, err := h.Tokens(t.Context())
		if err != nil || len(list) != 2 || list[0].Valid || list[1].Valid || list[1].RevokedAt == nil {
			t.Error(list, err)
		}
		text, err := json.Marshal(list)
		if err != nil || bytes.Contains(text, []byte(made.Secret)) || bytes.Contains(text, []byte(hashOf(made.Secret))) {
			t.Errorf("the list tells a token: %s, %v", text, err)
		}
	})
}

// TestSecrets_AreNowhereInTheClear: not in the tables, not in the audit log.
func TestSecrets_AreNowhereInTheClear(t *testing.T) {
	h := newHouse(t, current.SQLite(t))
	p, i := h.invited("xiaoli", CaseHandler, appA)
	p.welcome(i.Link)
	var all strings.Builder
	for _, table := range []string{"operators", "recovery_codes", "sessions", "sign_in_failures", "api_tokens", "audit"} {
		all.WriteString(h.dump(table))
	}
	for what, secret := range map[string]string{
		"password": good, "seed": p.seed, "link": linkToken(i.Link), "token": p.step.Token, "recovery code": strings.ReplaceAll(p.codes[0], "-", ""), "recovery code as written": p.codes[0],
	} {
		if strings.Contains(all.String(), secret) {
			t.Errorf("the database holds the %s", what)
		}
	}
}

// TestAudit_PagesAndFile: the newest first, page after page; the file holds what the pages hold, and
// no cell is a formula.
func TestAudit_PagesAndFile(t *testing.T) {
	h := newHouse(t, current.SQLite(t))
	for range 3 {
		_, err := h.SignIn(t.Context(), SignInRequest{"=1+1", "x"}, Origin{Address: "10.0.0.9", UserAgent: "=cmd|' /C calc'!A0"})
		wantCode(t, "nobody", err, CodeSignIn)
	}
	h.invited("xiaoli", CaseHandler, appA)
	var seen []int64
	q := AuditQuery{Limit: 2}
	for page := range 10 {
		got, err := h.Audit(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range got.Entries {
			seen = append(seen, e.Seq)
		}
		if got.Next == "" {
			break
		}
		if page == 9 {
			t.Fatal("pages without end")
		}
		q.Before = got.Entries[len(got.Entries)-1].Seq
	}
	if d := cmp.Diff([]int64{6, 5, 4, 3, 2, 1}, seen); d != "" {
		t.Error(d)
	}
	page, err := h.Audit(t.Context(), AuditQuery{Action: "operator.create", Limit: 50})
	if err != nil || len(page.Entries) != 1 || page.Entries[0].Title != "添加人员" || string(page.Entries[0].Before) != "null" || !json.Valid(page.Entries[0].After) || len(page.Entries[0].Changes) == 0 {
		t.Errorf("%+v, %v", page, err)
	}
	if page, err = h.Audit(t.Context(), AuditQuery{Object: page.Entries[0].ObjectID, Limit: 50}); err != nil || len(page.Entries) != 1 {
		t.Errorf("by object: %+v, %v", page, err)
	}
	var file bytes.Buffer
	if err := h.ExportAudit(t.Context(), models.Who{ID: "op_a", Role: string(Auditor)}, AuditQuery{}, &file); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(file.String(), "\r\n"); n != 1+7 || strings.Contains(file.String(), ",=") || !strings.Contains(file.String(), "'=cmd") || !strings.Contains(file.String(), "audit.export") {
		t.Errorf("%d lines:\n%s", n, file.String())
	}
	if v, err := h.VerifyAudit(t.Context(), shell); err != nil || v.Entries != 7 {
		t.Errorf("%+v, %v", v, err)
	}
}
