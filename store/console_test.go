package store

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

const (
	canaryKey    = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	canarySecret = "secretcanary0123456789abcdef"
)

func account() models.Account {
	return models.Account{
		AppID: appA, Name: "某某市政府", Kind: models.KindService, Verified: true, OriginalID: "gh_0123456789ab", Mode: models.ModeSafe,
		Token: "tokencanary", PreviousToken: "oldtokencanary", AESKey: canaryKey, PreviousAESKey: canaryKey, Secret: canarySecret,
		Settings: []models.Setting{{Name: models.SettingOfficeHours, Value: models.DefaultOfficeHours}},
	}
}

func TestAccounts(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		now := time.Now().Truncate(time.Microsecond)
		s.opt.Now = func() time.Time { return now }
		if err := s.CreateAccount(ctx, account(), who("张三")); err != nil {
			t.Fatal(err)
		}
		want := account()
		want.CreatedAt, want.UpdatedAt = now, now
		got, err := s.Account(ctx, appA)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("account differs (-want +got):\n%s", diff)
		}
		wantCode(t, s.CreateAccount(ctx, account(), who("张三")), models.CodeConflict)
		wantCode(t, s.CreateAccount(ctx, models.Account{}, who("张三")), models.CodeInvalid)
		_, err = s.UpdateAccount(ctx, appB, who("张三"), func(*models.Account) {})
		wantCode(t, err, models.CodeNotFound)
		now = now.Add(time.Hour)
		want.Name, want.Secret, want.PreviousToken, want.Verified, want.UpdatedAt = "新名", "newsecret", "", false, now
		got, err = s.UpdateAccount(ctx, appA, who("张三"), func(a *models.Account) {
			a.Name, a.Secret, a.PreviousToken, a.Verified = want.Name, want.Secret, "", false
		})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("error %v, account differs (-want +got):\n%s", err, diff)
		}
		list, err := s.Accounts(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]models.Account{want}, list); diff != "" {
			t.Errorf("accounts differ (-want +got):\n%s", diff)
		}
		_, err = s.Account(ctx, appB)
		wantCode(t, err, models.CodeNotFound)
		versions, err := s.RulesStates(ctx)
		if diff := cmp.Diff(map[string]RulesState{appA: {}}, versions); diff != "" || err != nil {
			t.Errorf("versions %v, error %v", versions, err)
		}
		if n, err := s.VerifyAudit(ctx); n != 2 || err != nil {
			t.Errorf("%d audit entries, error %v", n, err)
		}
	})
}

// A sealed value copied to another place does not open.
func TestSealedValuesAreBoundToTheirPlace(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		other := account()
		other.AppID = appB
		for _, a := range []models.Account{account(), other} {
			if err := s.CreateAccount(ctx, a, who("张三")); err != nil {
				t.Fatal(err)
			}
		}
		if err := execute(s, "UPDATE accounts SET secret = token WHERE app_id = ?", appA); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Account(ctx, appA); err == nil {
			t.Error("a token opened as a secret")
		}
		if _, err := s.Account(ctx, appB); err != nil {
			t.Error(err)
		}
	})
}

func TestTokens(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		now := time.Now().Truncate(time.Microsecond)
		s.opt.Now = func() time.Time { return now }
		lease := func(holder string, want bool) {
			t.Helper()
			if got, err := s.LeaseToken(ctx, appA, holder, time.Minute); got != want || err != nil {
				t.Errorf("lease of %s: %v, error %v", holder, got, err)
			}
		}
		has := func(want string) {
			t.Helper()
			if got, _, err := s.Token(ctx, appA); got != want || err != nil {
				t.Errorf("token %q, error %v, want %q", got, err, want)
			}
		}
		has("")
		lease("a", true)
		lease("a", true)
		lease("b", false)
		now = now.Add(2 * time.Minute)
		lease("b", true)
		expires := now.Add(time.Hour)
		save := func(holder, token string, want bool) {
			t.Helper()
			if got, err := s.SaveToken(ctx, appA, holder, token, expires); got != want || err != nil {
				t.Errorf("save by %s: %v, error %v, want %v", holder, got, err, want)
			}
		}
		save("a", "of a lease that b has taken", false)
		has("")
		now = now.Add(2 * time.Minute)
		save("b", "tokencanary", true) // run out, but nobody took it
		save("b", "twice under one lease", false)
		save("a", "late", false)
		save("", "of nobody", false)
		has("tokencanary")
		if _, got, _ := s.Token(ctx, appA); !got.Equal(expires) {
			t.Errorf("expires %v, want %v", got, expires)
		}
		lease("a", true)
		if err := s.DropToken(ctx, appA, "an older one"); err != nil {
			t.Fatal(err)
		}
		has("tokencanary")
		if err := s.DropToken(ctx, appA, "tokencanary"); err != nil {
			t.Fatal(err)
		}
		has("")
	})
}

func TestPins(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		now := time.Now().Truncate(time.Microsecond)
		s.opt.Now = func() time.Time { return now }
		set := func(text string, hours int, topics ...string) models.Pin {
			t.Helper()
			pin := models.Pin{AppID: appA, Reply: models.TextReply(text), Topics: topics, Until: now.Add(time.Duration(hours) * time.Hour), Reason: "台风"}
			before := states(ctx, t, s)
			if err := s.SetPin(ctx, pin, who("值班")); err != nil {
				t.Fatal(err)
			}
			if after := states(ctx, t, s); after.RulesStamp != before.RulesStamp || after.Pins == before.Pins {
				t.Errorf("state %+v after %+v", after, before)
			}
			pin.Since, pin.By = now, "值班"
			return pin
		}
		has := func(want ...models.Pin) {
			t.Helper()
			got, err := s.Pins(ctx)
			if diff := cmp.Diff(want, got[appA]); diff != "" || err != nil {
				t.Errorf("pins differ (-want +got), error %v:\n%s", err, diff)
			}
		}
		set("不对", 1)
		city := set("台风红色预警", 2)
		roads := set("道路封闭", 1, "出行", "停车")
		has(city, roads)
		school := set("停课", 3, "教育")
		parking := set("停车场关闭", 1, "停车")
		roads.Topics = []string{"出行"}
		has(city, roads, school, parking)
		wantCode(t, s.SetPin(ctx, models.Pin{AppID: appA}, who("值班")), models.CodeInvalid)
		wantCode(t, s.DeletePin(ctx, appB, nil, who("值班")), models.CodeNotFound)
		wantCode(t, s.DeletePin(ctx, appA, []string{"医保"}, who("值班")), models.CodeNotFound)
		if err := s.DeletePin(ctx, appA, []string{"停车", "出行"}, who("值班")); err != nil {
			t.Fatal(err)
		}
		has(city, school)
		now = now.Add(2 * time.Hour)
		has(school)
		wantCode(t, s.DeletePin(ctx, appA, nil, who("值班")), models.CodeNotFound)
		if err := s.DeletePin(ctx, appA, []string{"教育"}, who("值班")); err != nil {
			t.Fatal(err)
		}
		has()
	})
}

// TestPinsOfEarlierProgram: one pin stood where now a list stands.
func TestPinsOfEarlierProgram(t *testing.T) {
	pins, err := ParsePins(appA, `{"reply":{"kind":"text","text":"台风"},"until":"2026-03-02T08:30:15Z"}`, testTime.Add(-time.Hour))
	if err != nil || len(pins) != 1 || pins[0].Reply.Text != "台风" || pins[0].AppID != appA {
		t.Errorf("%+v, error %v", pins, err)
	}
}

func states(ctx context.Context, t testing.TB, s *Store) RulesState {
	t.Helper()
	all, err := s.RulesStates(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return all[appA]
}

// TestUpdateAccount_ManyAtOnce: a change builds on the account as it is, and undoes no other.
func TestUpdateAccount_ManyAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		if err := s.CreateAccount(t.Context(), account(), who("张三")); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				for range 4 {
					if _, err := s.UpdateAccount(t.Context(), appA, who("张三"), func(a *models.Account) { a.Name += "好" }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		got, err := s.Account(t.Context(), appA)
		if want := account().Name + strings.Repeat("好", 20); got.Name != want || err != nil {
			t.Errorf("name %q, error %v, want %q", got.Name, err, want)
		}
	})
}
