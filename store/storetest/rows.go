package storetest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// The accounts of the fixtures.
const (
	AppA = "wx0123456789abcdef"
	AppB = "wxfedcba9876543210"
)

// Sealer is AES-256-GCM with a fixed key.
type Sealer struct{ aead cipher.AEAD }

// NewSealer returns the sealer, always with the same key.
func NewSealer(t testing.TB) *Sealer {
	t.Helper()
	block, err := aes.NewCipher(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	return &Sealer{aead}
}

// Seal implements store.Sealer.
func (s *Sealer) Seal(plain, aad []byte) ([]byte, error) {
	nonce := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(plain)+s.aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return s.aead.Seal(nonce, nonce, plain, aad), nil
}

// Open implements store.Sealer.
func (s *Sealer) Open(sealed, aad []byte) ([]byte, error) {
	if len(sealed) < s.aead.NonceSize() {
		return nil, errors.New("too short")
	}
	return s.aead.Open(nil, sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():], aad)
}

// Headers implements store.Sealer.
func (s *Sealer) Headers() [][]byte { return nil }

// UID implements store.Sealer.
func (s *Sealer) UID(appID, openID string) string {
	sum := sha256.Sum256([]byte("uid|" + appID + "|" + openID))
	return hex.EncodeToString(sum[:])[:40]
}

// MAC signs audit entries.
func MAC(b []byte) []byte {
	m := hmac.New(sha256.New, []byte("a key for tests that no one else has"))
	m.Write(b)
	return m.Sum(nil)
}

// TestTime is when the first question of the fixtures was asked.
var TestTime = time.Date(2026, 3, 2, 8, 30, 15, 0, time.UTC) // Monday 16:30:15 in Shanghai

// Inbound is a question from a citizen, number n of the test.
func Inbound(n int) models.Interaction {
	id := strconv.Itoa(n)
	at := TestTime.Add(time.Duration(n) * time.Second)
	return models.Interaction{
		AppID: AppA, OpenID: "oCitizen_" + fmt.Sprintf("%06d", n%50), Channel: models.ChannelChat, Dir: models.DirIn,
		Actor: models.ActorCitizen, Kind: "text", Content: "公积金怎么提取 " + id, At: at, ReceivedAt: at.Add(300 * time.Millisecond),
		MsgKey: models.DerivedKey("test", id), OK: true, Raw: []byte("<xml><Content>公积金怎么提取 " + id + "</Content></xml>"),
		ParseStatus: models.ParseOK, Outcome: models.OutcomeAnswered, RuleID: 7, RuleName: "公积金", RulesVersion: 3,
		Latency: 12 * time.Millisecond, Topic: "housing", Corrected: "公鸡金→公积金", Deliveries: []models.Delivery{Delivery("spool-1", n, at)},
	}
}

// Delivery is number n of a spool.
func Delivery(spool string, n int, at time.Time) models.Delivery {
	return models.Delivery{
		ReceivedAt: at.Add(300 * time.Millisecond), Timestamp: at.Unix(), Nonce: "n" + strconv.Itoa(n),
		Signature: models.DerivedKey("sig", strconv.Itoa(n))[:40], BodySHA256: models.DerivedKey("body", strconv.Itoa(n)),
		Encrypted: true, Skew: -2 * time.Second, SpoolID: spool, Seq: uint64(n), Number: 1, Outcome: "answered",
		Latency: 12 * time.Millisecond,
	}
}

// Outbound is the answer to Inbound(n).
func Outbound(n int, matched bool) models.Interaction {
	in := Inbound(n)
	return models.Interaction{
		AppID: in.AppID, OpenID: in.OpenID, Channel: in.Channel, Dir: models.DirOut, Actor: models.ActorBot, Kind: "text",
		Content: "请携带身份证到窗口办理", At: in.At.Add(time.Second), ReceivedAt: in.At.Add(time.Second),
		MsgKey: models.ReplyKey(in.MsgKey), ReplyTo: in.MsgKey, Matched: matched, OK: true, Topic: "housing",
		ParseStatus: models.ParseOK, RuleID: 7, RuleName: "公积金", RulesVersion: 3, Latency: 12 * time.Millisecond,
		Corrected: "公鸡金→公积金",
	}
}

// BatchOf are n questions from a number on, with their answers.
func BatchOf(from, n int) []models.Interaction {
	var out []models.Interaction
	for i := from; i < from+n; i++ {
		out = append(out, Inbound(i), Outbound(i, true))
	}
	return out
}

// ClockOf is a Shanghai time, 2006-01-02 15:04:05.
func ClockOf(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, models.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// LogRow is a row of a fixture; of an unknown word it has no Dir.
func LogRow(openID, what string, at time.Time, key string) models.Interaction {
	r := models.Interaction{
		AppID: AppA, OpenID: openID, Channel: models.ChannelChat, Kind: "text", OK: true, At: at, ReceivedAt: at, MsgKey: key,
		ParseStatus: models.ParseOK,
	}
	switch what {
	case "in":
		r.Dir, r.Actor = models.DirIn, models.ActorCitizen
	case "step":
		r.Dir, r.Actor, r.Step = models.DirIn, models.ActorCitizen, true
	case "unfollow":
		r.Dir, r.Actor, r.Kind = models.DirIn, models.ActorCitizen, "unsubscribe"
	case "click":
		r.Dir, r.Actor, r.Kind = models.DirIn, models.ActorCitizen, "click"
	case "menu": // a click on a menu message, which comes as text
		r.Dir, r.Actor, r.MenuClick = models.DirIn, models.ActorCitizen, true
	case "human":
		r.Dir, r.Actor, r.Staff = models.DirOut, models.ActorHuman, "s1"
	case "failed":
		r.Dir, r.Actor, r.Staff, r.OK = models.DirOut, models.ActorHuman, "s1", false
	case "bot":
		r.Dir, r.Actor, r.Matched = models.DirOut, models.ActorBot, true
	case "fallback":
		r.Dir, r.Actor = models.DirOut, models.ActorBot
	case "mass":
		r.Dir, r.Actor, r.Kind = models.DirOut, models.ActorSystem, "mass"
	}
	return r
}
