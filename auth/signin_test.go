package auth

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// TestSignIn_BothSteps goes from the link to a whole session and in again, and reads the audit log.
func TestSignIn_BothSteps(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		before := len(h.audited())
		p := h.settled("小李", CaseHandler, appA)
		if len(p.codes) != recoveries || p.step.Next != NextDone || p.step.Home != "/desk" {
			t.Fatalf("%+v", p.step)
		}
		c := p.signIn()
		if d := cmp.Diff([]Permission{ReadCases, WriteCases, AnswerDesk, AssignDesk, ReadDesk, RevealDesk, ReadLive, OwnOutbox, ReadOverview, ReadPins, UseTemplates, ReadWaits}, c.Permissions()); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{appA}, c.Accounts(ReadWaits)); d != "" || c.May(ReadIndices) {
			t.Error(d)
		}
		if err := h.SignOut(t.Context(), p.step.Token, home1); err != nil {
			t.Error(err)
		}
		_, err := h.Identify(t.Context(), p.step.Token, home1, true)
		wantCode(t, "after signing out", err, CodeUnauthorized)
		want := []string{
			"operator.create", "operator.welcome", "operator.enrol", "session.open",
			"session.password", "session.end", "session.open", "session.close",
		}
		if d := cmp.Diff(want, h.audited()[before:]); d != "" {
			t.Error(d)
		}
		e := h.last()
		if e.Who.Name != "小李" || e.Who.Role != staff || e.Who.IP != home1.Address || e.Who.UserAgent != "test" || e.Who.RequestID != "r1" || len(e.Who.Session) != 64 {
			t.Errorf("%+v", e.Who)
		}
		if _, err := h.store.VerifyAudit(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestSignIn_OneAnswerForAllFailures: a wrong password, a name nobody has and a disabled operator are
// answered alike; the fifth failure locks the name, existing or not, and time or secadmin unlocks it.
func TestSignIn_OneAnswerForAllFailures(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		p := h.settled("xiaoli", CaseHandler, appA)
		gone := h.settled("gone", CaseHandler, appA)
		if err := h.Disable(t.Context(), shell, gone.id); err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"xiaoli", "gone", "nobody"} {
			from := Origin{Address: "10.0.1." + string(rune('1'+i))}
			for n := range nameFailures {
				password := "wrong"
				if name == "gone" {
					password = good
				}
				_, err := h.SignIn(t.Context(), SignInRequest{name, password}, from)
				if n < nameFailures-1 {
					wantCode(t, name, err, CodeSignIn)
					if err.Error() != errSignIn().Error() {
						t.Errorf("%s: %v", name, err)
					}
				} else if !locked(err) {
					t.Errorf("%s: the fifth failure: %v", name, err)
				}
				if e := h.last(); e.Result != models.AuditRefused || e.Action != "session.open" {
					t.Errorf("%s: audit %+v", name, e)
				}
			}
			_, err := h.SignIn(t.Context(), SignInRequest{name, good}, home1)
			var l *LockedError
			if !errors.As(err, &l) || l.RetryAfterS != 900 {
				t.Errorf("%s: a locked name: %v", name, err)
			}
		}
		if err := h.Unlock(t.Context(), models.Who{ID: "op_e", Role: string(SecAdmin)}, p.id); err != nil {
			t.Fatal(err)
		}
		p.signIn()
		h.Pass(failWindow)
		_, err := h.SignIn(t.Context(), SignInRequest{"nobody", "x"}, home1)
		wantCode(t, "after the wait", err, CodeSignIn)
	})
}

// TestSignIn_AddressIsLockedToo: names without end from one address.
func TestSignIn_AddressIsLockedToo(t *testing.T) {
	h := newHouse(t, current.SQLite(t))
	from := Origin{Address: "2001:db8::1"}
	for n := range addressFailures {
		_, err := h.SignIn(t.Context(), SignInRequest{"name" + strings.Repeat("x", n%20) + string(rune('a'+n%26)), "wrong"}, from)
		if last := n == addressFailures-1; locked(err) != last {
			t.Errorf("failure %d: %v", n+1, err)
		}
	}
	_, err := h.SignIn(t.Context(), SignInRequest{"other", "wrong"}, Origin{Address: "2001:db8::ffff"})
	if !locked(err) {
		t.Errorf("the same network: %v", err)
	}
	_, err = h.SignIn(t.Context(), SignInRequest{"other", "wrong"}, Origin{Address: "2001:db8:1::1"})
	wantCode(t, "another network", err, CodeSignIn)
}

// TestCode_StepIsUsedOnce: also when it comes twice at once, and after a wrong code.
func TestCode_StepIsUsedOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		p := h.settled("xiaoli", CaseHandler, appA)
		steps := []Step{p.password(), p.password(), p.password()}
		code := p.code()
		errs := make([]error, len(steps))
		var wg sync.WaitGroup
		for i := range steps {
			wg.Go(func() {
				_, errs[i] = h.Code(context.Background(), steps[i].Token, CodeRequest{code, true}, home1)
			})
		}
		wg.Wait()
		passed := 0
		for _, err := range errs {
			if err == nil {
				passed++
				continue
			}
			wantCode(t, "a used step", err, CodeUsedCode)
		}
		if passed != 1 {
			t.Errorf("%d of three passed: %v", passed, errs)
		}
		h.Pass(30 * time.Second)
		step := p.password()
		_, err := h.Code(t.Context(), step.Token, CodeRequest{"000000", true}, home1)
		wantCode(t, "a wrong code", err, CodeSignIn)
		wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, p.code())
		if _, err := h.Code(t.Context(), step.Token, CodeRequest{" " + wide[:9] + " " + wide[9:], true}, home1); err != nil {
			t.Errorf("digits of full width: %v", err)
		}
	})
}

// TestCode_OtherSession: nothing is used up by being told of it.
func TestCode_OtherSession(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		p := h.settled("xiaoli", CaseHandler, appA)
		first := p.step.Token
		step := p.password()
		_, err := h.Code(t.Context(), step.Token, CodeRequest{Code: p.code()}, home1)
		var other *OtherSessionError
		if !errors.As(err, &other) || other.Other.Address != home1.Address || models.ErrorCode(err) != CodeOtherSession {
			t.Fatal(err)
		}
		body, err := json.Marshal(other)
		if err != nil || !strings.Contains(string(body), `"code":"other_session"`) || !strings.Contains(string(body), `"other":{"started_at"`) {
			t.Errorf("%s, %v", body, err)
		}
		whole, err := h.Code(t.Context(), step.Token, CodeRequest{p.code(), true}, home1)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Identify(t.Context(), first, home1, true)
		wantCode(t, "the first session", err, CodeUnauthorized)
		_, err = h.Identify(t.Context(), step.Token, home1, true)
		wantCode(t, "the token of the step before", err, CodeUnauthorized)
		if _, err := h.Identify(t.Context(), whole.Token, home1, true); err != nil {
			t.Error(err)
		}
		if err := h.execute("INSERT INTO sessions (id, token, operator_id, stage, whole_of, address, user_agent, started_at, last_seen_at, ends_at) "+
			"VALUES ('x', 'y', ?, 'whole', ?, '', '', 0, 0, 0)", p.id, p.id); err == nil {
			t.Error("the database takes two whole sessions of one operator")
		}
	})
}

// TestCode_RecoveryCode is used once and leads to a new authenticator; five wrong codes lock.
func TestCode_RecoveryCode(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		p := h.settled("xiaoli", CaseHandler, appA)
		old, codes := p.seed, p.codes
		step := p.password()
		lower := strings.ToLower(strings.ReplaceAll(codes[3], "-", " "))
		step, err := h.Code(t.Context(), step.Token, CodeRequest{lower, true}, home1)
		if err != nil || step.Next != NextEnrol {
			t.Fatal(step, err)
		}
		_, err = h.Identify(t.Context(), step.Token, home1, true)
		wantCode(t, "a session that may enrol only", err, CodeUnauthorized)
		if stage, err := h.Stage(t.Context(), step.Token); err != nil || stage != stageEnrol {
			t.Error(stage, err)
		}
		p.step = step
		p.enrol()
		if p.seed == old || p.codes[0] == codes[0] {
			t.Error("nothing was drawn anew")
		}
		for n, code := range []string{codes[3], codes[4], "AAAA-AAAA-AAAA-AAAA", strings.Repeat("9", 500), ""} {
			step := p.password()
			_, err := h.Code(t.Context(), step.Token, CodeRequest{code, true}, home1)
			if n < nameFailures-1 {
				wantCode(t, "code "+code, err, CodeSignIn)
			} else if !locked(err) {
				t.Errorf("code %q: %v", code, err)
			}
		}
	})
}

// TestSession_EndsByItself after a quarter of an hour without use, and after eight hours of it; a
// stream is no use.
func TestSession_EndsByItself(t *testing.T) {
	h := newHouse(t, current.SQLite(t))
	p := h.settled("xiaoli", CaseHandler, appA)
	p.signIn()
	for range 2 {
		h.Pass(14 * time.Minute)
		p.caller()
	}
	h.Pass(8 * time.Minute)
	if _, err := h.Identify(t.Context(), p.step.Token, home1, false); err != nil {
		t.Error(err)
	}
	h.Pass(8 * time.Minute)
	_, err := h.Identify(t.Context(), p.step.Token, home1, true)
	wantCode(t, "a stream kept it", err, CodeUnauthorized)
	c := p.signIn()
	for h.Now().Before(c.EndsAt.Add(-10 * time.Minute)) {
		h.Pass(10 * time.Minute)
		p.caller()
	}
	h.Pass(10 * time.Minute)
	_, err = h.Identify(t.Context(), p.step.Token, home1, true)
	wantCode(t, "after eight hours", err, CodeUnauthorized)
	step := p.password()
	h.Pass(codeWithin)
	_, err = h.Code(t.Context(), step.Token, CodeRequest{p.code(), true}, home1)
	wantCode(t, "a code that came too late", err, CodeUnauthorized)
}

// TestSession_OfADisabledOperator ends at once, and so does one that secadmin ends.
func TestSession_OfADisabledOperator(t *testing.T) {
	h := newHouse(t, current.SQLite(t))
	p, q := h.settled("xiaoli", CaseHandler, appA), h.settled("laozhou", AccountManager, appB)
	sec, aud := h.settled("anquan", SecAdmin), h.settled("shenji", Auditor)
	if err := h.Disable(t.Context(), models.Who{Role: string(SysAdmin)}, p.id); err != nil {
		t.Fatal(err)
	}
	_, err := h.Identify(t.Context(), p.step.Token, home1, true)
	wantCode(t, "disabled", err, CodeUnauthorized)
	idOf := func(of *person) string {
		list, err := h.Sessions(t.Context(), of.id, "")
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0].ID
	}
	wantCode(t, "another's", h.EndSession(t.Context(), q.caller(), idOf(sec), false), models.CodeNotFound)
	wantCode(t, "an administrator's", h.EndSession(t.Context(), sec.caller(), idOf(aud), true), models.CodeForbidden)
	wantCode(t, "of the staff", h.EndSession(t.Context(), sec.caller(), idOf(q), true), "")
	wantCode(t, "one's own", h.EndSession(t.Context(), aud.caller(), idOf(aud), false), "")
	_, err = h.Identify(t.Context(), q.step.Token, home1, true)
	wantCode(t, "ended", err, CodeUnauthorized)
	if list, err := h.Sessions(t.Context(), "", sec.caller().Who.Session); err != nil || len(list) != 1 || !list[0].Current {
		t.Error(list, err)
	}
}

// TestRefused_OnceAMinute: a page that asks without end is one entry a minute.
func TestRefused_OnceAMinute(t *testing.T) {
	h := newHouse(t, current.SQLite(t))
	p, q := h.settled("xiaoli", CaseHandler, appA), h.settled("laozhou", AccountManager, appA)
	before := len(h.audited())
	for _, step := range []struct {
		as     *person
		route  string
		after  time.Duration
		writes int
	}{
		{p, "GET /indices", 0, 1},
		{p, "GET /indices", 59 * time.Second, 0},
		{p, "GET /series", 0, 1},
		{q, "GET /indices", 0, 1},
		{p, "GET /indices", time.Second, 1},
	} {
		h.Pass(step.after)
		if err := h.Refused(t.Context(), step.as.caller(), step.route, "没有这项权限"); err != nil {
			t.Fatal(err)
		}
		after := len(h.audited())
		if after-before != step.writes {
			t.Errorf("%s %s: %d entries", step.as.name, step.route, after-before)
		}
		before = after
	}
}
