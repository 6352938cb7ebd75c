package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func TestInteractionsAreStreamedInOrder(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		const n = 1300
		var batch []models.Interaction
		for i := range n {
			in := inbound(i)
			in.At = testTime.Add(time.Duration((i*7919)%n/3) * time.Second) // ties, and not in the order of arrival
			if i%10 == 0 {
				in.AppID = appB
			}
			batch = append(batch, in)
		}
		if added, err := s.Import(ctx, batch, nil); added != n || err != nil {
			t.Fatalf("added %d, error %v", added, err)
		}
		if added, err := s.Import(ctx, batch, nil); added != 0 || err != nil {
			t.Errorf("added %d twice, error %v", added, err)
		}
		inOrder := func(rows []models.Interaction, newest bool) {
			t.Helper()
			for i := 1; i < len(rows); i++ {
				a, b := rows[i-1], rows[i]
				if newest {
					a, b = b, a
				}
				if a.At.After(b.At) || a.At.Equal(b.At) && a.ID >= b.ID {
					t.Fatalf("row %d is out of order", i)
				}
			}
		}
		for _, newest := range []bool{false, true} {
			all := logged(t, s, Filter{Newest: newest})
			if len(all) != n {
				t.Errorf("%d rows, want %d", len(all), n)
			}
			inOrder(all, newest)
		}
		count := func(want int, f Filter) {
			t.Helper()
			if n, err := s.RowCount(context.Background(), f); n != want && f.Limit == 0 || err != nil {
				t.Errorf("%+v: counted %d rows, error %v", f, n, err)
			}
			if got := len(logged(t, s, f)); got != want {
				t.Errorf("%+v: %d rows, want %d", f, got, want)
			}
		}
		count(130, Filter{AppIDs: []string{appB}})
		count(n, Filter{AppIDs: []string{appA, appB}})
		count(777, Filter{Limit: 777})
		count(300, Filter{From: testTime, To: testTime.Add(100 * time.Second)})
		count(26, Filter{UID: s.uid(&batch[1])})
		count(0, Filter{Dir: models.DirOut})
		count(1, Filter{Text: "提取 1299"})
		count(0, Filter{Text: "%1299_"})
		stop := errors.New("stop")
		if err := s.Interactions(ctx, Filter{}, func(models.Interaction) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("error %v", err)
		}
	})
}

func TestOpenIDsAreGivenForAReasonOnly(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		nobody := inbound(2)
		nobody.OpenID = ""
		record(t, s, inbound(1), nobody)
		for _, i := range logged(t, s, Filter{}) {
			if i.OpenID != "" {
				t.Errorf("OpenID %q without a reason", i.OpenID)
			}
		}
		err := s.Interactions(ctx, Filter{WithOpenID: true, Reason: " "}, func(models.Interaction) error { return nil })
		wantCode(t, err, models.CodeInvalid)
		got := logged(t, s, Filter{WithOpenID: true, Reason: "举报核查", By: who("张三")})
		if got[0].OpenID != "oCitizen_000001" || got[1].OpenID != "" {
			t.Errorf("OpenIDs %q and %q", got[0].OpenID, got[1].OpenID)
		}
		_, err = s.Reveal(ctx, got[0].ID, who("张三"), "")
		wantCode(t, err, models.CodeInvalid)
		_, err = s.Reveal(ctx, 1, who("张三"), "x")
		wantCode(t, err, models.CodeNotFound)
		if n, err := s.VerifyAudit(ctx); n != 1 || err != nil {
			t.Errorf("%d audit entries, error %v", n, err)
		}
		again := got[0]
		again.OpenID, again.MsgKey = "", "other"
		record(t, s, again)
		if n := number(t, s, "SELECT COUNT(*) FROM interactions WHERE uid = ?", got[0].UID); n != 2 {
			t.Errorf("%d rows of the pseudonym, want 2", n)
		}
	})
}

func TestKinds(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		event := inbound(3)
		event.Kind = "subscribe"
		record(t, s, inbound(1), inbound(2), event, outbound(1, true))
		kinds, err := s.Kinds(ctx, Filter{})
		if err != nil || kinds[KindHour{appA, 20260302, 16, models.DirIn, "text"}] != 2 || len(kinds) != 3 {
			t.Errorf("kinds %v, error %v", kinds, err)
		}
	})
}

// canaries are what must not be readable in the database by anybody who has its files.
func canaries() []string {
	return []string{"tokencanary", canaryKey, canarySecret, "oCanaryOpenID_0001", "13800138000", "430102199003071234", "rawcanary", "statecanary"}
}

func plantCanaries(t testing.TB, s *Store) {
	t.Helper()
	ctx := context.Background()
	if err := s.CreateAccount(ctx, account(), who("张三")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.UpdateAccount(ctx, appA, who("张三"), func(a *models.Account) { a.Secret += "x" }); err != nil {
		t.Fatal(err)
	}
	saveToken(t, s, "tokencanary")
	i := inbound(1)
	i.OpenID = "oCanaryOpenID_0001"
	i.Content = "电话13800138000，身份证430102199003071234"
	i.Raw = []byte("<xml>rawcanary oCanaryOpenID_0001 13800138000</xml>")
	i.Warnings = []string{"Content: 13800138000"}
	i.Dialogue = &models.Dialogue{AppID: appA, OpenID: i.OpenID, State: []byte("statecanary"), UpdatedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour)}
	record(t, s, i)
	if err := s.Append(ctx, []models.Interaction{Reduced(models.Interaction{AppID: appA, OpenID: i.OpenID, MsgKey: "r", Raw: i.Raw}, "13800138000")}, nil); err != nil {
		t.Fatal(err)
	}
	logged(t, s, Filter{WithOpenID: true, Reason: "test"})
	if _, err := s.Reveal(ctx, logged(t, s, Filter{Kind: "text"})[0].ID, who("张三"), "test"); err != nil {
		t.Fatal(err)
	}
}

func TestSecretsAreNotReadableInTheDatabase(t *testing.T) {
	t.Run(dialectSQLite, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.db")
		s, err := Open(options(t, "sqlite:"+path))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
		plantCanaries(t, s)
		search := func() {
			t.Helper()
			files, err := filepath.Glob(path + "*")
			if err != nil {
				t.Fatal(err)
			}
			var all []byte
			for _, name := range files {
				b, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, b...)
			}
			sing(t, all)
		}
		search()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		search()
	})
	t.Run(dialectMySQL, func(t *testing.T) {
		server := storetest.Private(t)
		s := openStore(t, options(t, "mysql:"+server.Database(t)))
		if err := s.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
		plantCanaries(t, s)
		dump, err := exec.Command("mariadb-dump", append(server.Client(), "--all-databases", "--skip-extended-insert")...).Output()
		if err != nil {
			t.Fatal(err)
		}
		sing(t, dump)
	})
}

// sing fails for every canary in the dump, and when the dump does not hold the rows.
func sing(t testing.TB, dump []byte) {
	t.Helper()
	for _, c := range canaries() {
		if bytes.Contains(dump, []byte(c)) {
			t.Errorf("%q can be read", c)
		}
	}
	if !bytes.Contains(dump, []byte("138****8000")) || !strings.Contains(string(dump), appA) {
		t.Error("the rows are not in the dump")
	}
}
