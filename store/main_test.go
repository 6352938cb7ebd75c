package store

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const (
	appA = "wx0123456789abcdef"
	appB = "wxfedcba9876543210"
)

// testSealer is AES-256-GCM with a fixed key.
type testSealer struct{ aead cipher.AEAD }

func newTestSealer(t testing.TB) *testSealer {
	t.Helper()
	block, err := aes.NewCipher(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	return &testSealer{aead}
}

func (s *testSealer) Seal(plain, aad []byte) ([]byte, error) {
	nonce := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(plain)+s.aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return s.aead.Seal(nonce, nonce, plain, aad), nil
}

func (s *testSealer) Open(sealed, aad []byte) ([]byte, error) {
	if len(sealed) < s.aead.NonceSize() {
		return nil, errors.New("too short")
	}
	return s.aead.Open(nil, sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():], aad)
}

func (s *testSealer) UID(appID, openID string) string {
	sum := sha256.Sum256([]byte("uid|" + appID + "|" + openID))
	return hex.EncodeToString(sum[:])[:40]
}

func testMAC(b []byte) []byte {
	m := hmac.New(sha256.New, []byte("a key for tests that no one else has"))
	m.Write(b)
	return m.Sum(nil)
}

// dialects are the databases every test of this package runs on.
func dialects() []string { return []string{dialectSQLite, dialectMySQL} }

// fresh returns the setting of an empty database.
func fresh(t testing.TB, dialect string) string {
	t.Helper()
	if dialect == dialectMySQL {
		return "mysql:" + storetest.MariaDB(t)
	}
	return "sqlite:" + filepath.Join(t.TempDir(), "data", "test.db")
}

func options(t testing.TB, database string) Options {
	return Options{Database: database, Sealer: newTestSealer(t), AuditMAC: testMAC}
}

func openStore(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// migrated returns a store on a fresh database of the dialect.
func migrated(t testing.TB, dialect string) *Store {
	t.Helper()
	s := openStore(t, options(t, fresh(t, dialect)))
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// everywhere runs a test on every dialect.
func everywhere(t *testing.T, f func(t *testing.T, s *Store)) {
	t.Helper()
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) { f(t, migrated(t, d)) })
	}
}

var testTime = time.Date(2026, 3, 2, 8, 30, 15, 0, time.UTC) // Monday 16:30:15 in Shanghai

// inbound is a question from a citizen, number n of the test.
func inbound(n int) models.Interaction {
	id := strconv.Itoa(n)
	at := testTime.Add(time.Duration(n) * time.Second)
	return models.Interaction{
		AppID: appA, OpenID: "oCitizen_" + fmt.Sprintf("%06d", n%50), Channel: models.ChannelChat, Dir: models.DirIn,
		Actor: models.ActorCitizen, Kind: "text", Content: "公积金怎么提取 " + id, At: at, ReceivedAt: at.Add(300 * time.Millisecond),
		MsgKey: models.DerivedKey("test", id), OK: true, Raw: []byte("<xml><Content>公积金怎么提取 " + id + "</Content></xml>"),
		ParseStatus: models.ParseOK, Outcome: models.OutcomeAnswered, RuleID: 7, RuleName: "公积金", RulesVersion: 3,
		Latency: 12 * time.Millisecond, Topic: "housing", Deliveries: []models.Delivery{testDelivery("spool-1", n, at)},
	}
}

func testDelivery(spool string, n int, at time.Time) models.Delivery {
	return models.Delivery{
		ReceivedAt: at.Add(300 * time.Millisecond), Timestamp: at.Unix(), Nonce: "n" + strconv.Itoa(n),
		Signature: models.DerivedKey("sig", strconv.Itoa(n))[:40], BodySHA256: models.DerivedKey("body", strconv.Itoa(n)),
		Encrypted: true, Skew: -2 * time.Second, SpoolID: spool, Seq: uint64(n), Number: 1, Outcome: "answered",
		Latency: 12 * time.Millisecond,
	}
}

// outbound is the answer to inbound(n).
func outbound(n int, matched bool) models.Interaction {
	in := inbound(n)
	return models.Interaction{
		AppID: in.AppID, OpenID: in.OpenID, Channel: in.Channel, Dir: models.DirOut, Actor: models.ActorBot, Kind: "text",
		Content: "请携带身份证到窗口办理", At: in.At.Add(time.Second), ReceivedAt: in.At.Add(time.Second),
		MsgKey: models.ReplyKey(in.MsgKey), ReplyTo: in.MsgKey, Matched: matched, OK: true, Topic: "housing",
		ParseStatus: models.ParseOK, RuleID: 7, RuleName: "公积金", RulesVersion: 3, Latency: 12 * time.Millisecond,
	}
}

func batchOf(from, n int) []models.Interaction {
	var out []models.Interaction
	for i := from; i < from+n; i++ {
		out = append(out, inbound(i), outbound(i, true))
	}
	return out
}

func record(t testing.TB, s *Store, batch ...models.Interaction) {
	t.Helper()
	if err := s.Record(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
}

// number runs a query that returns one number, past the store.
func number(t testing.TB, s *Store, query string, args ...any) int64 {
	t.Helper()
	var n int64
	err := each(context.Background(), s.drain, func(rows *sql.Rows) error { return rows.Scan(&n) }, query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// execute runs a statement past the store.
func execute(s *Store, query string, args ...any) error {
	ctx := context.Background()
	return s.transact(ctx, s.drain, func(t *Tx) error { return t.Exec(ctx, query, args...) })
}

func logged(t testing.TB, s *Store, f Filter) []models.Interaction {
	t.Helper()
	var out []models.Interaction
	err := s.Interactions(context.Background(), f, func(i models.Interaction) error {
		out = append(out, i)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func wantFault(t testing.TB, err error, class models.FaultClass) {
	t.Helper()
	var f *models.StoreFault
	if !errors.As(err, &f) || f.Class != class {
		t.Fatalf("got error %v, want a %s fault", err, class)
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if models.ErrorCode(err) != code {
		t.Fatalf("got error %v, want code %s", err, code)
	}
}
