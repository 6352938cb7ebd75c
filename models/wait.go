package models

// WaitState is what a wait reads as at some instant.
type WaitState string

// The five states. A wait that is pending (answered by a matched bot, whose 30 minutes of
// silence are not over) still reads as open.
const (
	WaitOpen    WaitState = "open"
	WaitHuman   WaitState = "human"
	WaitBot     WaitState = "bot"
	WaitExpired WaitState = "expired"
	WaitLeft    WaitState = "left"
)

// Title is the state in Chinese.
func (s WaitState) Title() string {
	switch s {
	case WaitHuman:
		return "人工答复"
	case WaitBot:
		return "自助解决"
	case WaitExpired:
		return "过期未答"
	case WaitLeft:
		return "取关离开"
	default:
		return "待答复"
	}
}

// ChatLimits is how many response limits every wait is held against
// (3 min, 2 h, 24 h and 48 h by default).
const ChatLimits = 4

// Wait is one run of unanswered content rows of one thread. It holds facts and a deadline,
// never a state made by the clock: indices.StateAt reads the state from it. All times are
// Unix seconds, 0 = none. Within an account OpenKey names the wait.
type Wait struct {
	ID      int64
	AppID   string
	UID     string // pseudonym of the citizen; the OpenID where a row carries no UID
	Thread  string // "" for chat
	Channel Channel
	OpenKey string // MsgKey of the row that opened it

	OpenAt   int64
	LastInAt int64 // the last content row
	BotAt    int64 // the matched bot answer that stands; kept when the citizen left while pending
	AnswerAt int64 // the human answer that closed it
	LeftAt   int64 // the unfollow that closed it
	// Deadline is when the clock alone decides the wait: BotAt + 30 min (it then reads as
	// bot), else, in chat, LastInAt + 48 h (expired). 0: closed, or nothing but a row decides.
	Deadline int64

	Topic    string
	Staff    string // who closed it
	Messages int    // content rows
	Texts    int    // of them, those of kind text: the queries of the wait
	// ServedTexts are texts that a matched bot answer of the same session (of the same thread,
	// other channels) names as the row it replies to.
	ServedTexts int
	Revoked     int // bot answers that the citizen's next message took back
	SkewRows    int // outbound rows moved forward to the question they answer
	Sent        int // customer-service messages since LastInAt that did not close it
	// OfficeRT is AnswerAt - OpenAt in office seconds, of human waits only.
	OfficeRT int64
	First    bool // the first wait of a session
	TwoWay   bool // on a first wait: its session holds two human waits or more
	// AgeAt is when it is certain whether the citizen asked again: 7 days after the answer of
	// a human, or of a bot that stands. 0: not answered, or marked.
	AgeAt int64
	// Mark, where a person gave one, takes the wait out of every rate and index: it is counted
	// in WaitSums.Marked alone, belongs to no session and is followed by no other.
	Mark WaitMark

	// What follows is not in the rows and is kept by the store across rebuilds.
	Assignee  string
	Rated     bool
	Satisfied bool
	Solved    bool
	Rolled    bool // it is in the rollups; else readers read it live
	Aged      bool // its AgeAt is over and Repeated is settled; only of rolled waits
	Repeated  bool // the citizen asked again on the topic between the answer and AgeAt
}

// WaitHourKey is the key of one row of wait_hours.
type WaitHourKey struct {
	AppID   string
	Channel Channel
	Hour    int64 // Unix seconds of the hour in which the waits opened
	Topic   string
	Staff   string // who closed, else the assignee, else ""
}

// WaitSums are the integer columns of wait_hours, and any sum of them. They are additive:
// over hours, topics, staff and accounts, and what was added can be taken back exactly.
type WaitSums struct {
	Opened, Human, Bot, Expired, Left int64
	// One column for each chat limit: answered within it, or left after it.
	OnTimeHuman, OnTimeBot, LeftBreach [ChatLimits]int64
	RTSum, RTOfficeSum                 int64 // seconds, human waits
	UMicro, UOfficeMicro               int64 // round(1e6*u), human waits
	// FirstLost counts first waits that expired, or were left after the last limit.
	FirstLost        int64
	Sessions, TwoWay int64 // filed on the row of the session's first wait
	Rated, Satisfied int64
	// Queries are texts of the waits due at the last limit and clicks on the menu, Served
	// those that were served.
	Queries, Served int64
	Aged, Repeated  int64
	Marked          int64 // need no answer; in no other column
}

// Add adds sign times o; sign is 1 or -1.
func (s *WaitSums) Add(o *WaitSums, sign int64) {
	s.Opened += sign * o.Opened
	s.Human += sign * o.Human
	s.Bot += sign * o.Bot
	s.Expired += sign * o.Expired
	s.Left += sign * o.Left
	for i := range ChatLimits {
		s.OnTimeHuman[i] += sign * o.OnTimeHuman[i]
		s.OnTimeBot[i] += sign * o.OnTimeBot[i]
		s.LeftBreach[i] += sign * o.LeftBreach[i]
	}
	s.RTSum += sign * o.RTSum
	s.RTOfficeSum += sign * o.RTOfficeSum
	s.UMicro += sign * o.UMicro
	s.UOfficeMicro += sign * o.UOfficeMicro
	s.FirstLost += sign * o.FirstLost
	s.Sessions += sign * o.Sessions
	s.TwoWay += sign * o.TwoWay
	s.Rated += sign * o.Rated
	s.Satisfied += sign * o.Satisfied
	s.Queries += sign * o.Queries
	s.Served += sign * o.Served
	s.Aged += sign * o.Aged
	s.Repeated += sign * o.Repeated
	s.Marked += sign * o.Marked
}

// Click is a citizen's click on the account's menu: a query that opens no wait.
type Click struct {
	AppID   string
	Channel Channel
	Key     string // MsgKey of its row, unique in the account
	At      int64  // Unix seconds
	Topic   string
	Served  bool // a matched bot answer replied to it
}

// WaitHour is one row of wait_hours, or a change to it.
type WaitHour struct {
	WaitHourKey
	WaitSums
}

// ResponseKey is the key of one row of rt_hist.
type ResponseKey struct {
	AppID   string
	Channel Channel
	Day     string // 2006-01-02 in Asia/Shanghai, of the opening
	First   bool   // of first waits of sessions
	Seconds int64
}

// ResponseCount is one row of rt_hist, or a change to it: how many human waits were
// answered after exactly that many seconds.
type ResponseCount struct {
	ResponseKey
	Count int64
}

// ResponseBand counts human waits of a window, first waits of sessions or others, that were
// answered after Low to High seconds, both included. Low = High is one exact second.
type ResponseBand struct {
	First     bool
	Low, High int64
	Count     int64
	Seconds   int64 // the sum of all their seconds
}

// Band is the count as a band of one second.
func (c *ResponseCount) Band() ResponseBand {
	return ResponseBand{First: c.First, Low: c.Seconds, High: c.Seconds, Count: c.Count, Seconds: c.Count * c.Seconds}
}

// ActiveDay is one row of active_days, or a change to it: the content rows of one citizen
// on one day (2006-01-02 in Asia/Shanghai, by row time).
type ActiveDay struct {
	AppID    string
	Channel  Channel
	Day      string
	UID      string
	Messages int
}

// RepeatSpan is how long after its answer a wait may be asked again, in seconds.
const RepeatSpan = 7 * 86400

// SurgeLead is how many days of asks a surge needs to be judged, before the first instant of
// interest: the 24 hours that end then and the 7 days that those are held against.
const SurgeLead = 8

// Rollup is a set of rows of the two wait tables, or of changes to them: sorted by key, each
// key once, no row that is all zero. Writers upsert in this order, which avoids deadlocks.
type Rollup struct {
	Hours     []WaitHour
	Responses []ResponseCount
}
