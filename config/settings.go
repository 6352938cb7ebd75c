package config

import (
	"log/slog"
	"net/netip"
	"net/url"
	"time"
)

// Secret is key material or a token, or nil. Printing, logging or marshalling it shows
// only whether it is set.
type Secret []byte

// String never shows the secret.
func (s Secret) String() string {
	if len(s) == 0 {
		return ""
	}
	return mask
}

// GoString never shows the secret.
func (s Secret) GoString() string { return s.String() }

// MarshalText never shows the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue never shows the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

const mask = "••••"

// Settings are the validated settings. They are owned by the caller of Load and not
// changed afterwards.
type Settings struct {
	File        string // from which settings were read, "" = none
	Addr        string // the public listener
	MetricsAddr string // the metrics listener, "" = off
	DataDir     string
	// Database is sqlite:PATH or mysql:DSN; the DSN carries a password: log Redacted only.
	Database  string
	SecretKey Secret // the key of all keys; nil when not set
	// PreviousSecretKeys, newest first, still open what was sealed before a change of key.
	PreviousSecretKeys []Secret
	AdminAllow         []netip.Prefix // who may use the console; empty = everyone
	TrustedProxies     []netip.Prefix

	// Memory is how many bytes the program may take before it collects garbage more often; 0 = a
	// quarter of the machine.
	Memory int64

	Callback  Callback
	Journal   Journal
	API       API
	Session   Session
	Console   Console
	Alarm     Alarm
	WeChat    WeChat
	Reply     Reply
	Token     Token
	Store     Store
	Simulator Simulator
	Bot       Bot
	Log       Log
	Targets   Targets
	Outbox    Outbox
	Cases     Cases

	// Warnings are dangerous but permitted settings, in Chinese, for the start of the log.
	Warnings []string

	keys   []key
	origin map[string]string
}

// Callback bounds the callback front (reliability: sections 1 and 2).
type Callback struct {
	Deadline         time.Duration // hard cut; WeChat hangs up after 5 s
	MaxBody          int64         // bytes
	MaxSkew          time.Duration // refused beyond; 0 = off
	Memory           time.Duration // how long a redelivery is recognised in memory
	MaxInFlight      int
	AllowJSON        bool
	SafeEmpty        SafeEmpty
	CompatPlainReply bool // answer compat mode in plaintext
}

// SafeEmpty is how silence is written in safe mode.
type SafeEmpty string

// The two ways of saying nothing.
const (
	SafeEmptySuccess   SafeEmpty = "success"
	SafeEmptyZeroBytes SafeEmpty = "zero_bytes"
)

// Journal bounds the local spool.
type Journal struct {
	MaxBytes      int64
	AllowVolatile bool // permit tmpfs and overlay
	AppendTimeout time.Duration
	DirectTimeout time.Duration // of the insert past a refusing spool
}

// API is the JSON interface for other programs.
type API struct {
	Token Secret // a bearer token that reads everything, as text; nil = there is none
}

// Session bounds a sign-in to the console.
type Session struct {
	Idle     time.Duration // it ends when nobody used it for so long
	Lifetime time.Duration // it ends in any case
	// PasswordDays is how old a password may be, 0 = any age; PasswordHistory how many are not taken again.
	PasswordDays, PasswordHistory int
}

// Console is where people open the console.
type Console struct {
	Address string // https://HOST, "" = not known
}

// Alarm is where alarms may be sent.
type Alarm struct {
	Egress   []string       // the only hosts
	Networks []netip.Prefix // that may be called although they are not public
	Proxy    *url.URL       // nil = directly; may carry a password: log Redacted only
}

// WeChat is how the platform's API is reached.
type WeChat struct {
	APIBase string   // "" = the platform itself, else a simulator
	Egress  []string // the only hosts that are called
	Proxy   *url.URL // through which they are called, nil = directly; may carry a password: log Redacted only
}

// Reply bounds passive replies.
type Reply struct {
	MaxBytes int // of UTF-8 text
}

// Token bounds fetching of access tokens.
type Token struct {
	MinInterval time.Duration // between two fetches of one account
}

// Store is how strict the database must be.
type Store struct {
	RequireDurable bool // hold the drain unless commits survive a power cut
}

// Simulator is the built-in stand-in for WeChat. Retries are deliveries of one event in
// all, the first included.
type Simulator struct {
	Enabled bool
	Retries int
	Spacing time.Duration
}

// Bot is the brain's memory. DefaultQuiet is how long the default answer is not
// repeated to the same citizen.
type Bot struct {
	DialogueTTL  time.Duration
	DefaultQuiet time.Duration
}

// Targets are the shares, in percent, that the office set itself. Without one the figures stand
// without a verdict.
type Targets struct {
	Reply  map[time.Duration]float64 // answered within the limit, by limit; nil = none
	Cases  float64                   // closed within the limit of the category; 0 = none
	Source string                    // who set them, printed beside them; "" = these settings
}

// Outbox bounds what is sent to citizens outside replies: what WeChat allows after something they did, and
// how fast this process sends.
type Outbox struct {
	MessageCount  int // messages after a citizen's message
	MessageWindow time.Duration
	EventCount    int // messages after a click, a scan or a subscription
	EventWindow   time.Duration
	PerSecond     int
}

// Cases is what is kept of citizens' cases beyond what their handling needs.
type Cases struct {
	KeepMedia  Keeping // the photos, which WeChat keeps for three days
	ExactPlace Keeping // the place as exact as the citizen sent it
}

// Keeping is what something is kept for, and how many days from the submission of its case on; the zero
// value: it is not kept.
type Keeping struct {
	Purpose string
	Days    int
}

// Log is the process log.
type Log struct {
	Level  slog.Level
	Format LogFormat
}

// LogFormat is the form of the process log.
type LogFormat string

// The two forms.
const (
	LogJSON LogFormat = "json"
	LogText LogFormat = "text"
)

// Origin says where the value of a setting came from ("默认值" when nothing set it).
// An unknown key has the origin "".
func (s *Settings) Origin(key string) string { return s.origin[key] }
