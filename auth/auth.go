package auth

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Options say how strict signing in is. The zero value is what an office uses.
type Options struct {
	Now      func() time.Time // nil: time.Now
	Rand     io.Reader        // nil: crypto/rand
	Cost     Cost             // of a password's hash; zero: DefaultCost
	Idle     time.Duration    // a session without use ends; zero: 15 minutes
	Lifetime time.Duration    // every session ends; zero: 8 hours
	// PasswordDays is after how many days a password must be replaced, 0 = never.
	PasswordDays int
	// PasswordHistory is how many of an operator's passwords, the one in use included, are not taken again.
	PasswordHistory int
	Demo            bool // a click signs in as one of the roles, without a password
}

// Auth is who may do what in one installation. It is safe for concurrent use.
type Auth struct {
	store   *store.Store
	options Options
	hashing chan struct{}          // one password is hashed at a time: each takes 19 MiB
	dummy   func() (string, error) // compared with where there is no password, so that it takes as long

	mu      sync.Mutex
	refused map[string]time.Time // when what was refused, of the last minute
}

// New returns the operators and programs that s stores.
func New(s *store.Store, o Options) *Auth {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Cost == (Cost{}) {
		o.Cost = DefaultCost()
	}
	o.Idle, o.Lifetime = cmp.Or(o.Idle, 15*time.Minute), cmp.Or(o.Lifetime, 8*time.Hour)
	a := &Auth{store: s, options: o, hashing: make(chan struct{}, 1), refused: map[string]time.Time{}}
	a.dummy = sync.OnceValues(func() (string, error) { return a.hash("nobody's password") })
	return a
}

// Demo reports whether a click signs in.
func (a *Auth) Demo() bool { return a.options.Demo }

// Idle is how long a session lasts without use.
func (a *Auth) Idle() time.Duration { return a.options.Idle }

// Origin is where a request came from, as the audit log names it.
type Origin struct {
	Address, UserAgent, RequestID string
}

// who is an operator as the audit log names them.
func (o Origin) who(op *operator, session string) models.Who {
	return models.Who{
		ID: op.ID, Name: op.Name, Role: op.Role(), Session: session,
		IP: o.Address, UserAgent: o.UserAgent, RequestID: o.RequestID,
	}
}

// newToken is a secret of 256 bits as text, and the hash by which it is known.
func (a *Auth) newToken() (token, hash string, err error) {
	var b [32]byte
	if _, err := io.ReadFull(a.options.Rand, b[:]); err != nil {
		return "", "", fmt.Errorf("auth: draw a token: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, hashOf(token), nil
}

// newID is a random public id of 80 bits.
func (a *Auth) newID(kind string) (string, error) {
	var b [10]byte
	if _, err := io.ReadFull(a.options.Rand, b[:]); err != nil {
		return "", fmt.Errorf("auth: draw an id: %w", err)
	}
	return kind + "_" + lowerBase32().EncodeToString(b[:]), nil
}

func lowerBase32() *base32.Encoding {
	return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
}

// hashOf is how a secret of at least 80 random bits is kept: nobody finds it by trying, so a
// plain hash does.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
