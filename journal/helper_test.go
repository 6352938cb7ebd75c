package journal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const childEnv = "JOURNAL_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		os.Exit(child(dir))
	}
	goleak.VerifyTestMain(m)
}

// gcm is the sealer of the tests, with a fixed key so that a child process shares it.
type gcm struct{ aead cipher.AEAD }

func newSealer() *gcm {
	block, err := aes.NewCipher([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &gcm{aead: aead}
}

func (g *gcm) SealTo(dst, plain, aad []byte) ([]byte, error) {
	nonce := make([]byte, 12)
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return g.aead.Seal(append(dst, nonce...), nonce, plain, aad), nil
}

func (g *gcm) Open(sealed, aad []byte) ([]byte, error) {
	if len(sealed) < 12 {
		return nil, errors.New("short")
	}
	return g.aead.Open(nil, sealed[:12], sealed[12:], aad)
}

// table is a database by the contract of Recorder: unique keys, amendments, deliveries
// unique by spool and sequence. fault decides what a call does.
type table struct {
	mu         sync.Mutex
	rows       map[string]models.Interaction
	deliveries map[string]models.Delivery
	reduced    map[string]string
	calls      int
	largest    int
	fault      func(call int, rows []models.Interaction) (commit bool, err error)
	reduce     func(row models.Interaction) error
}

func newTable() *table {
	return &table{
		rows: make(map[string]models.Interaction), deliveries: make(map[string]models.Delivery), reduced: make(map[string]string),
	}
}

func (b *table) Record(_ context.Context, rows []models.Interaction) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	b.largest = max(b.largest, len(rows))
	if !slices.IsSortedFunc(rows, func(x, y models.Interaction) int { return strings.Compare(x.MsgKey, y.MsgKey) }) {
		panic("rows are not sorted by key")
	}
	commit, err := true, error(nil)
	if b.fault != nil {
		commit, err = b.fault(b.calls, rows)
	}
	if commit {
		for _, r := range rows {
			b.store(r)
		}
	}
	return err
}

func (b *table) store(r models.Interaction) {
	for _, d := range r.Deliveries {
		if len(d.BodySHA256) != 64 {
			panic("a delivery does not tell of its body: " + r.MsgKey)
		}
		b.deliveries[fmt.Sprintf("%s/%s/%d", r.MsgKey, d.SpoolID, d.Seq)] = d
	}
	old, there := b.rows[r.MsgKey]
	switch {
	case !there && r.Amend:
		panic("amends a row that is not there: " + r.MsgKey)
	case !there:
		b.rows[r.MsgKey] = r
	default:
		old.RetryCount = max(old.RetryCount, r.RetryCount)
		if old.Outcome == models.OutcomeUnknown && r.Outcome != "" {
			old.Outcome, old.Latency, old.RuleID = r.Outcome, r.Latency, r.RuleID
		}
		b.rows[r.MsgKey] = old
	}
}

func (b *table) RecordReduced(_ context.Context, row models.Interaction, cause string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reduce != nil {
		if err := b.reduce(row); err != nil {
			return err
		}
	}
	b.reduced[row.MsgKey] = cause
	return nil
}

// bodies returns the sums of the bodies that were delivered under a key, sorted.
func (b *table) bodies(key string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var sums []string
	for place, d := range b.deliveries {
		if strings.HasPrefix(place, key+"/") {
			sums = append(sums, d.BodySHA256)
		}
	}
	slices.Sort(sums)
	return sums
}

func (b *table) row(key string) (models.Interaction, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, ok := b.rows[key]
	return r, ok
}

func (b *table) count() (inbound, outbound, deliveries int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.rows {
		if r.Dir == models.DirIn {
			inbound++
		} else {
			outbound++
		}
	}
	return inbound, outbound, len(b.deliveries)
}

func (b *table) set(fault func(call int, rows []models.Interaction) (bool, error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fault = fault
}

func down(class models.FaultClass) func(int, []models.Interaction) (bool, error) {
	return func(int, []models.Interaction) (bool, error) {
		return false, &models.StoreFault{Class: class, Err: errors.New("scripted")}
	}
}

// options are quick ones: nothing waits longer than a test may.
func options(t testing.TB, b Recorder) Options {
	t.Helper()
	return Options{
		Dir: filepath.Join(storetest.Folder(t), "journal"), Sealer: newSealer(), Recorder: b, ReserveBytes: 1 << 20, PreallocateBytes: -1,
		AllowVolatile: true, AnswerWait: 100 * time.Millisecond, Pause: time.Millisecond, DirectTimeout: 300 * time.Millisecond,
		Logger: slog.New(slog.DiscardHandler),
		hooks: testHooks{
			reopenMin: 5 * time.Millisecond, reopenMax: 20 * time.Millisecond,
			retryMin: time.Millisecond, retryMax: 5 * time.Millisecond, suspectFor: 10 * time.Millisecond,
		},
	}
}

func open(t testing.TB, o Options) *Journal {
	t.Helper()
	j, err := Open(o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = j.Close(t.Context()) })
	return j
}

func closeNow(t testing.TB, j *Journal) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
	defer cancel()
	if err := j.Close(ctx); err != nil {
		t.Fatalf("close: %v", err)
	}
}

// crash leaves the files as a killed process would: nothing is drained or flushed.
func crash(t testing.TB, j *Journal) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cancel()
	_ = j.Close(ctx)
}

func message(key string) *models.Message {
	m := &models.Message{
		AppID: "wx0123456789abcdef", Key: key, OpenID: "oOpenIdOfTheCitizen-" + key, ToUserName: "gh_0123456789ab",
		CreateTime: time.Now().Unix(), MsgType: models.MsgTypeText, MsgID: key, Content: "社保怎么办 " + key,
		Raw: []byte("<xml><Content>社保怎么办 " + key + "</Content></xml>"), ParseStatus: models.ParseOK,
	}
	m.Delivery = models.Delivery{ReceivedAt: time.Now(), Timestamp: m.CreateTime, Nonce: "n" + key, Signature: "s", Encrypted: true}
	return m
}

func reply(text string) models.Answer {
	return models.Answer{
		Reply: models.TextReply(text), Plain: []byte("<xml>" + text + "</xml>"), Outcome: models.OutcomeAnswered,
		Match: models.Match{RuleID: 7, RuleName: "社保", Matched: true, Outcome: "rule"}, At: time.Now(), Latency: time.Millisecond,
	}
}

func receive(t testing.TB, j *Journal, key string) models.Receipt {
	t.Helper()
	r, err := j.Receive(t.Context(), message(key))
	if err != nil {
		t.Fatalf("receive %s: %v", key, err)
	}
	return r
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s", what)
		}
		pause()
	}
}

// pause gives the goroutines of the journal a moment between two looks.
func pause() {
	timer := time.NewTimer(time.Millisecond)
	<-timer.C
}

// syncBuffer collects what is logged.
type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func (s *syncBuffer) logger() *slog.Logger { return slog.New(slog.NewTextHandler(s, nil)) }
