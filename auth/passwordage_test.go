package auth

import (
	"fmt"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// TestPassword_GrowsOld: after 90 days the sign-in goes on with a new password, which none of the
// last three may be, those before a reset included; until then the session may do nothing.
func TestPassword_GrowsOld(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		h.options.PasswordDays, h.options.PasswordHistory = 90, 3
		p := h.settled("小李", CaseHandler, appA)
		h.Pass(89 * 24 * time.Hour)
		p.signIn()
		if stage, err := h.Stage(t.Context(), p.step.Token); err != nil || stage != "" {
			t.Fatal(stage, err)
		}
		h.Pass(24 * time.Hour)
		step, err := h.Code(t.Context(), p.password().Token, CodeRequest{p.code(), true}, home1)
		if err != nil || step.Next != NextPassword || step.Home != "" {
			t.Fatalf("%+v %v", step, err)
		}
		_, err = h.Identify(t.Context(), step.Token, home1, true)
		wantCode(t, "before the new password", err, CodeUnauthorized)
		if stage, err := h.Stage(t.Context(), step.Token); err != nil || stage != stagePassword {
			t.Error(stage, err)
		}
		_, err = h.ReplacePassword(t.Context(), step.Token, good, home1)
		wantCode(t, "the old one again", err, models.CodeInvalid)
		_, err = h.ReplacePassword(t.Context(), step.Token, "short", home1)
		wantCode(t, "a weak one", err, models.CodeInvalid)
		done, err := h.ReplacePassword(t.Context(), step.Token, good+"2", home1)
		if err != nil || done.Next != NextDone || done.Home != "/desk" || h.last().Action != "session.open" {
			t.Fatalf("%+v %v", done, err)
		}
		_, err = h.ReplacePassword(t.Context(), step.Token, good+"3", home1)
		wantCode(t, "once more with the spent session", err, CodeUnauthorized)
		if _, err := h.Identify(t.Context(), done.Token, home1, true); err != nil {
			t.Error(err)
		}
	})
}

// TestPassword_NotTakenAgain: the last three are refused, the fourth is forgotten.
func TestPassword_NotTakenAgain(t *testing.T) {
	everywhere(t, func(t *testing.T, h *house) {
		h.options.PasswordHistory = 3
		p := h.settled("小李", CaseHandler, appA)
		now := good
		change := func(to string) error {
			h.Pass(time.Second)
			err := h.ChangePassword(t.Context(), p.step.Token, PasswordRequest{now, to}, home1)
			if err == nil {
				now = to
			}
			return err
		}
		for i := range 2 {
			if err := change(good + fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		for _, again := range []string{good, good + "0", good + "1"} {
			wantCode(t, again, change(again), models.CodeInvalid)
		}
		if err := change(good + "2"); err != nil {
			t.Fatal(err)
		}
		if err := change(good); err != nil {
			t.Error("the fourth before is forgotten:", err)
		}
		i, err := h.Reset(t.Context(), shell, p.id)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Welcome(t.Context(), WelcomeRequest{linkToken(i.Link), good}, home1)
		wantCode(t, "after a reset", err, models.CodeInvalid)
		if _, err = h.Welcome(t.Context(), WelcomeRequest{linkToken(i.Link), good + "4"}, home1); err != nil {
			t.Error(err)
		}
	})
}
