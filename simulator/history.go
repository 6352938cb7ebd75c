package simulator

import (
	"container/heap"
	"iter"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Character is how an office behaves towards its citizens.
type Character string

// The characters. Fast answers nearly everybody within minutes, slow answers half of
// them after a day or two, posts-only lets nobody answer.
const (
	Fast      Character = "fast"
	Slow      Character = "slow"
	PostsOnly Character = "posts-only"
)

// MomentKind is what happens in a moment.
type MomentKind string

// The kinds. Everything but MomentHuman is a callback.
const (
	MomentText        MomentKind = "text"
	MomentImage       MomentKind = "image"
	MomentSubscribe   MomentKind = "subscribe"
	MomentUnsubscribe MomentKind = "unsubscribe"
	MomentClick       MomentKind = "click"
	MomentHuman       MomentKind = "human"
)

// Moment is one dated event of a history: a callback body, or an answer given by hand.
type Moment struct {
	At      time.Time // whole seconds
	Kind    MomentKind
	OpenID  string
	Topic   string
	Text    string // what was written, or the menu key
	Body    []byte // the callback, nil for an answer by hand
	Key     string // event key of the callback, or of the question an answer is for
	Staff   string // who answers by hand
	Insists bool   // the answer is given even where a rule answered already
}

// HistoryOptions say what the months were like. Account, From and Days are needed.
type HistoryOptions struct {
	Account   models.Account
	From      time.Time // the first day, in the platform's time
	Days      int
	Character Character // "" = Fast
	Citizens  int       // 0 = 400
	PerDay    float64   // messages on an average day; 0 = 60
	Seed      uint64
	Holiday   func(day time.Time) bool // days without office hours; nil = weekends
}

// History yields believable months in order of time, the same for the same options:
// traffic by hour and weekday, common and rare topics, follow-up questions, thanks,
// impatience, unfollowing, two days of an incident, and the answers of the staff in
// their office hours. It reads no clock.
func History(o HistoryOptions) iter.Seq[Moment] {
	return func(yield func(Moment) bool) {
		h := newHistory(o)
		for day := range h.o.Days {
			start := h.first.AddDate(0, 0, day)
			h.plan(start, day)
			for h.queue.Len() > 0 && h.queue[0].At.Before(start.AddDate(0, 0, 1)) {
				m := heap.Pop(&h.queue).(scheduled) //nolint:forcetypeassert // the heap holds nothing else
				if !yield(m.Moment) {
					return
				}
			}
		}
	}
}

type history struct {
	o        HistoryOptions
	first    time.Time
	c        *crowd
	queue    schedule
	made     uint64
	left     map[int]bool // citizens who unfollowed
	incident int          // the day an incident begins
	trouble  string       // its topic
}

func newHistory(o HistoryOptions) *history {
	if o.Citizens <= 0 {
		o.Citizens = 400
	}
	if o.PerDay <= 0 {
		o.PerDay = 60
	}
	if o.Character == "" {
		o.Character = Fast
	}
	if o.Holiday == nil {
		o.Holiday = func(day time.Time) bool { return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday }
	}
	if o.Account.OriginalID == "" {
		o.Account.OriginalID = OriginalID(o.Account.AppID)
	}
	h := &history{o: o, first: dayOf(o.From), c: newCrowd(o.Seed, 0x68697374), left: map[int]bool{}}
	h.incident = h.c.rng.IntN(max(1, o.Days))
	topics := h.c.popular()
	h.trouble = topics[len(topics)/2]
	return h
}

// plan puts the traffic of a day into the queue.
func (h *history) plan(start time.Time, day int) {
	perDay := h.o.PerDay * (0.85 + 0.3*float64(day)/float64(max(1, h.o.Days)))
	if h.o.Character == PostsOnly {
		perDay *= 0.5
	}
	for hour := range 24 {
		at := start.Add(time.Duration(hour) * time.Hour)
		for range h.c.poisson(perDay / 24 * arrival(at)) {
			h.visit(at.Add(h.within(time.Hour)), "")
		}
		for range h.c.poisson(perDay / 24 * arrival(at) * h.clicks()) {
			h.click(at.Add(h.within(time.Hour)))
		}
	}
	if day == h.incident || day == h.incident+1 {
		for range h.c.poisson(perDay * 0.8) {
			h.visit(start.Add(8*time.Hour+h.within(13*time.Hour)), h.trouble)
		}
	}
	for range h.c.poisson(perDay * 0.06) {
		h.subscribe(start.Add(8*time.Hour + h.within(14*time.Hour)))
	}
}

func (h *history) clicks() float64 {
	if h.o.Character == PostsOnly {
		return 0.6
	}
	return 0.2
}

func (h *history) within(d time.Duration) time.Duration {
	return time.Duration(h.c.rng.Int64N(int64(d/time.Second))) * time.Second
}

func (h *history) post(at time.Time, citizen int) Post {
	h.made++
	id := 23_000_000_000_000_000 + h.o.Seed%1000*1_000_000_000 + h.made
	return Post{To: h.o.Account.OriginalID, From: OpenID(h.o.Account.AppID, h.o.Seed, citizen), At: at, MsgID: strconv.FormatUint(id, 10)}
}

// put files what a citizen does and returns its key.
func (h *history) put(kind MomentKind, p Post, body []byte, topic, text string) string {
	ev, err := ReadEvent(h.o.Account.AppID, body)
	if err != nil {
		panic("simulator: own body: " + err.Error()) // built here, always readable
	}
	heap.Push(&h.queue, scheduled{h.made, Moment{At: p.At, Kind: kind, OpenID: p.From, Topic: topic, Text: text, Body: body, Key: ev.Key}})
	return ev.Key
}

// visit is a citizen who comes with a question and stays for a while.
func (h *history) visit(at time.Time, topic string) {
	citizen := h.c.someone(h.o.Citizens)
	if h.left[citizen] {
		return
	}
	q := h.c.question(topic)
	q.Text = h.c.dress(q.Text)
	answered := h.ask(at, citizen, q)
	if h.c.rng.Float64() < 0.05 {
		p := h.post(at.Add(40*time.Second), citizen)
		h.put(MomentImage, p, p.Image("http://mmbiz.qpic.cn/mmbiz/"+p.MsgID, "media-"+p.MsgID), q.Topic, "")
	}
	if h.c.rng.Float64() < 0.2 {
		h.ask(at.Add(h.c.lognormal(2*time.Minute, 0.6).Truncate(time.Second)), citizen, h.c.question(q.Topic))
	}
	switch {
	case !answered.IsZero() && h.c.rng.Float64() < 0.35:
		p := h.post(answered.Add(time.Minute+h.within(20*time.Minute)), citizen)
		text := h.c.pick(thanks())
		h.put(MomentText, p, p.Text(text), q.Topic, text)
	case answered.IsZero() || answered.Sub(at) > 4*time.Hour:
		h.lose(at, citizen, q)
	}
}

// lose is a citizen who waits in vain: some ask again, a few unfollow.
func (h *history) lose(at time.Time, citizen int, q Question) {
	if h.c.rng.Float64() < 0.25 {
		again := at.Add(h.c.lognormal(2*time.Hour, 0.7).Truncate(time.Second))
		p := h.post(again, citizen)
		text := h.c.pick(impatience()) + q.Text
		h.put(MomentText, p, p.Text(text), q.Topic, text)
	}
	if h.c.rng.Float64() < 0.02 {
		h.left[citizen] = true
		p := h.post(at.Add(26*time.Hour), citizen)
		h.put(MomentUnsubscribe, p, p.Unsubscribe(), "", "")
	}
}

func (h *history) click(at time.Time) {
	citizen := h.c.someone(h.o.Citizens)
	if h.left[citizen] {
		return
	}
	p, topic := h.post(at, citizen), h.c.question("").Topic
	h.put(MomentClick, p, p.Click("topic_"+topic), topic, "topic_"+topic)
}

func (h *history) subscribe(at time.Time) {
	h.o.Citizens++
	citizen := h.o.Citizens - 1
	p := h.post(at, citizen)
	scene := ""
	if h.c.rng.Float64() < 0.3 {
		scene = "window-" + strconv.Itoa(1+h.c.rng.IntN(12))
	}
	ticket := ""
	if scene != "" {
		ticket = "gQ" + p.MsgID
	}
	h.put(MomentSubscribe, p, p.Subscribe(scene, ticket), "", scene)
	if h.c.rng.Float64() < 0.4 {
		h.ask(at.Add(time.Minute+h.within(5*time.Minute)), citizen, h.c.question(""))
	}
}

// schedule is a queue by time, then by order of making.
type schedule []scheduled

type scheduled struct {
	made uint64
	Moment
}

func (s schedule) Len() int { return len(s) }
func (s schedule) Less(i, j int) bool {
	if !s[i].At.Equal(s[j].At) {
		return s[i].At.Before(s[j].At)
	}
	return s[i].made < s[j].made
}
func (s schedule) Swap(i, j int) { s[i], s[j] = s[j], s[i] }

// Push is heap.Interface's.
func (s *schedule) Push(x any) { *s = append(*s, x.(scheduled)) } //nolint:forcetypeassert // called by heap.Push above only

// Pop is heap.Interface's.
func (s *schedule) Pop() any {
	old := *s
	last := old[len(old)-1]
	*s = old[:len(old)-1]
	return last
}
