package indices

import (
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Inputs is all that the report of one account over one window is computed from. What is
// not known stays at its zero value; figures that need it are then absent, never 0.
type Inputs struct {
	Account string
	Name    string
	Channel models.Channel // "" = chat
	// The window [From, To) by wait-open time, Asia/Shanghai days, and the instant of reading.
	From, To, AsOf time.Time
	Limits         *Limits // nil = DefaultLimits
	Targets        Targets
	Office         *Office // nil: nothing that needs office hours is computed

	Inbound        int64 // M1: content rows of the window, by row time
	ActiveCitizens int64 // M2: distinct citizens of the window with content rows
	Followers      int64 // F of the day before; 0 = not known
	// Permille30 are M2‰ of the 30-day windows ending on the days of the window, for windows
	// that are not 30 days long; none = M2‰ of the window itself.
	Permille30 []float64

	// Sums and Responses are the rollups of the decided waits opened in the window, Live the
	// waits opened in it that are not rolled, all read in one transaction. Bands wider than a
	// second are welcome, except those that Ranked names.
	Sums      models.WaitSums
	Responses []models.ResponseBand
	Live      []models.Wait
	// Backlog are all waits that are not rolled, whenever opened; nil = Live.
	Backlog []models.Wait
	// Recent is the same as Sums and Live for the 14 days before the window's end, or before AsOf
	// while it runs (veto V2); nil = not known.
	Recent *Recent

	Dialogues *Dialogues // begun in the window, nil where none of the account was counted by AsOf

	Load  *Load // M14, from Concurrency; nil without a roster
	Items Tally // S2: service items started in the window, Hits = completed by AsOf
	Cases []Case

	Articles []Article // published in the window, drafts and deleted posts left out
	// Publications are the instants of publication that M16 is read from, in any order: of the
	// window, the latest before it and the latest up to AsOf; nil = those of Articles.
	Publications []time.Time
	SpreadBy     SpreadVersion // "" = DefaultSpread
	Readers      bool          // article figures are people from WeChat's API: the value is WCI-u

	Interface InterfaceHealth
	Log       []LogDay
	Probes    Probes
	Incident  bool // a security incident flagged by an administrator stood at the window's end (veto V3)

	Diagnosis DiagnosisInputs

	// Remeasuring: what is stored is being counted anew by this formula; nil = it is current.
	Remeasuring *Remeasuring
}

// Remeasuring is how far counting anew has come; until its end figures are partly the old ones.
type Remeasuring struct {
	Done  int `json:"done"` // citizens and cases
	Total int `json:"total"`
}

// Tally is a share in whole numbers.
type Tally struct{ Hits, N int64 }

// Recent holds the waits of the last 14 days.
type Recent struct {
	Sums models.WaitSums
	Live []models.Wait
}

// InterfaceHealth is getinterfacesummary over the window (M17).
type InterfaceHealth struct {
	Callbacks, Failures int64
	P99MS               *float64 // our handler's own 99th percentile
}

// LogDay compares the log with getupstreammsg for one day and message type (M18).
type LogDay struct {
	Day          string // 2006-01-02
	Type         string
	Logged, Sent int64 // deduplicated rows of ours; WeChat's msg_count
}

// Probes are the daily self-tests of the window: a test message that must get an answer.
type Probes struct {
	Days, Passed int64
	Latest       *bool // the latest one before the window's end passed; nil = none was made
}

// Article is one published post.
type Article struct {
	ID          string
	Push        string // posts sent together share it
	PublishedAt time.Time
	Title       string
	Topic       string
	Form        string // 图文, audio, video ...
	Headline    bool   // 头条
	Reads       int64  // reads, or readers from the API; 100,000+ is 100001
	Zaikan      int64
	Likes       int64
	Shares      int64
	FinishRate  *float64 // read_finish_rate, percent
}
