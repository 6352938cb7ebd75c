package simulator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// LoadOptions say what traffic to play. The zero value plays ten seconds of closed-loop
// load by a thousand citizens.
type LoadOptions struct {
	Rate        float64       // events per second, whatever the service does; 0 = as fast as Concurrency allows
	Duration    time.Duration // 0 = 10 s unless Count or Once ends it
	Count       int           // events at most; 0 = no bound
	Citizens    int           // 0 = 1,000
	Texts       []string      // what citizens write; none = questions of a made-up city, the common ones often
	Once        bool          // each of Texts exactly once, in order, and nothing else
	Concurrency int           // deliveries under way at most; 0 = 64, or 256 with Rate
	Duplicates  float64       // share of events delivered three times although acknowledged, 0 to 1
	Mix         Mix           // what is not text; ignored with Once
	Daily       bool          // Rate is the average of a day: it follows the hour and the weekday
	Seed        uint64        // of citizens, texts and mix
	// Progress is told how far the load has come, about once a second and at the end,
	// from one goroutine; nil = not.
	Progress func(Summary)
}

// Mix is the share of events that are not text, each 0 to 1.
type Mix struct {
	Event   float64 // menu clicks, scans, subscriptions
	Media   float64 // pictures, voices, locations, links
	Unknown float64 // types this service cannot know
}

// Summary is what became of a load. Latencies are of acknowledged deliveries, from the
// first byte sent to the last byte received.
type Summary struct {
	Sent       int     `json:"sent"`       // events
	Deliveries int     `json:"deliveries"` // HTTP requests
	Answered   int     `json:"answered"`   // events acknowledged with status 200
	Replied    int     `json:"replied"`    // of these: with a reply the citizen sees
	Silent     int     `json:"silent"`     // of these: with "success"
	BadReplies int     `json:"bad_replies"`
	Refused    int     `json:"refused"`    // events no delivery of which was acknowledged
	Retries    int     `json:"retries"`    // deliveries because of a fault
	Duplicates int     `json:"duplicates"` // deliveries on purpose
	Mismatches int     `json:"mismatches"` // events answered differently at two deliveries
	Non200     int     `json:"non_200"`    // deliveries with another status
	P50MS      float64 `json:"p50_ms"`
	P90MS      float64 `json:"p90_ms"`
	P99MS      float64 `json:"p99_ms"`
	MaxMS      float64 `json:"max_ms"`
	Seconds    float64 `json:"seconds"`
	PerSecond  float64 `json:"per_second"` // events acknowledged
	LagMS      float64 `json:"lag_ms"`     // how late the generator itself was at worst
}

func (o LoadOptions) withDefaults() (LoadOptions, error) {
	if o.Once && len(o.Texts) == 0 {
		return o, errors.New("simulator: load once needs texts")
	}
	if o.Rate < 0 || o.Duplicates < 0 || o.Duplicates > 1 {
		return o, fmt.Errorf("simulator: load rate %g and duplicates %g must be positive, duplicates at most 1", o.Rate, o.Duplicates)
	}
	if s := o.Mix.Event + o.Mix.Media + o.Mix.Unknown; s < 0 || s > 1 {
		return o, fmt.Errorf("simulator: load mix adds up to %g", s)
	}
	if o.Citizens <= 0 {
		o.Citizens = 1000
	}
	if o.Duration <= 0 && o.Count <= 0 && !o.Once {
		o.Duration = 10 * time.Second
	}
	if o.Concurrency <= 0 {
		o.Concurrency = 64
		if o.Rate > 0 {
			o.Concurrency = 256
		}
	}
	return o, nil
}

// Load plays traffic until its end or until ctx is done, waits for what is under way and
// sums up. The error is of the options or of ctx; faults of the service are figures.
func (c *Client) Load(ctx context.Context, options LoadOptions) (Summary, error) {
	o, err := options.withDefaults()
	if err != nil {
		return Summary{}, err
	}
	source := newLoadSource(c, o)
	t := &tally{start: time.Now()}
	stop := t.report(o.Progress)
	if o.Rate > 0 {
		c.openLoop(ctx, o, source, t)
	} else {
		c.closedLoop(ctx, o, source, t)
	}
	stop()
	return t.summary(), ctx.Err()
}

// closedLoop keeps Concurrency citizens busy, each waiting for its answer.
func (c *Client) closedLoop(ctx context.Context, o LoadOptions, source *loadSource, t *tally) {
	var workers sync.WaitGroup
	for range o.Concurrency {
		workers.Go(func() {
			for ctx.Err() == nil {
				f := source.next()
				if f == nil {
					return
				}
				t.sent(0)
				c.carry(ctx, f)
				t.add(&f.trace)
			}
		})
	}
	workers.Wait()
}

// openLoop sends at the given rate. Events that wait for a redelivery hold no worker, so
// that an outage does not slow the others down.
func (c *Client) openLoop(ctx context.Context, o LoadOptions, source *loadSource, t *tally) {
	queue := make(chan *flight, 4096)
	var workers, flights sync.WaitGroup
	for range o.Concurrency {
		workers.Go(func() {
			for f := range queue {
				c.step(ctx, f, queue, &flights, t)
			}
		})
	}
	c.dispatch(ctx, o, source, queue, &flights, t)
	flights.Wait()
	close(queue)
	workers.Wait()
}

func (c *Client) dispatch(ctx context.Context, o LoadOptions, source *loadSource, queue chan<- *flight, flights *sync.WaitGroup, t *tally) {
	due := t.start
	for {
		if !wait(ctx, time.Until(due)) {
			return
		}
		f := source.next()
		if f == nil {
			return
		}
		flights.Add(1)
		queue <- f
		t.sent(time.Since(due))
		due = due.Add(time.Duration(float64(time.Second) / c.rate(o)))
	}
}

// rate is the rate of this moment.
func (c *Client) rate(o LoadOptions) float64 {
	if !o.Daily {
		return o.Rate
	}
	now := c.now().In(models.Shanghai())
	return o.Rate * arrival(now) / dayWeight(dayOf(now))
}

// step makes one delivery and sees to the next one.
func (c *Client) step(ctx context.Context, f *flight, queue chan<- *flight, flights *sync.WaitGroup, t *tally) {
	pause, again := c.attempt(ctx, f)
	if !again {
		c.finish(f)
		t.add(&f.trace)
		flights.Done()
		return
	}
	go func() { // only for the few that are delivered again; it ends with ctx or the pause
		wait(ctx, pause)
		queue <- f
	}()
}

// loadSource makes the events of a load, one at a time.
type loadSource struct {
	client  *Client
	options LoadOptions
	start   time.Time

	mu    sync.Mutex
	rng   *rand.Rand
	zipf  *rand.Zipf // over Texts, nil when the crowd speaks
	crowd *crowd
	texts []string
	made  int
}

func newLoadSource(c *Client, o LoadOptions) *loadSource {
	s := &loadSource{client: c, options: o, start: time.Now(), texts: o.Texts, crowd: newCrowd(o.Seed, 0x6c6f6164)}
	s.rng = s.crowd.rng
	if len(s.texts) > 0 {
		s.zipf = rand.NewZipf(s.rng, 1.1, 4, uint64(len(s.texts)-1)) //nolint:gosec // never negative
	}
	return s
}

// next returns nil when the load is over.
func (s *loadSource) next() *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &s.options
	switch {
	case o.Once && s.made >= len(s.texts), o.Count > 0 && s.made >= o.Count,
		o.Duration > 0 && time.Since(s.start) >= o.Duration:
		return nil
	}
	f := s.client.newFlight(s.event())
	if o.Duplicates > 0 && s.rng.Float64() < o.Duplicates {
		f.extra = 2
	}
	s.made++
	return f
}

func (s *loadSource) event() Event {
	citizen := s.rng.IntN(s.options.Citizens)
	post := s.client.Post(OpenID(s.client.account.AppID, s.options.Seed, citizen))
	if s.options.Once {
		return s.client.textEvent(post, s.texts[s.made])
	}
	m := s.options.Mix
	switch kind := s.rng.Float64(); {
	case kind < m.Event:
		return s.client.read(s.someEvent(post))
	case kind < m.Event+m.Media:
		return s.client.read(s.someMedia(post))
	case kind < m.Event+m.Media+m.Unknown:
		return s.client.read(post.Message("hologram", TextField("Shape", "cube"), IntField("Size", s.rng.Int64N(1<<40))))
	}
	if s.zipf != nil {
		return s.client.textEvent(post, s.texts[s.zipf.Uint64()])
	}
	q, _ := s.crowd.say(citizen)
	return s.client.textEvent(post, q.Text)
}

func (s *loadSource) someEvent(p Post) []byte {
	kind := s.rng.IntN(6)
	if kind < 2 {
		// Whoever comes or goes does so once: two such events of one second are one to WeChat.
		p.From = OpenID(s.client.account.AppID, s.options.Seed, s.options.Citizens+s.made)
	}
	switch kind {
	case 0:
		return p.Subscribe("", "")
	case 1:
		return p.Unsubscribe()
	case 2:
		return p.Scan("1"+p.MsgID, "gQ"+p.MsgID)
	case 3:
		return p.View("https://www.example.gov.cn/"+p.MsgID, "4"+p.MsgID)
	default:
		// The platform's events carry no id: the key tells two of one second apart.
		return p.Click("MENU_" + p.MsgID)
	}
}

func (s *loadSource) someMedia(p Post) []byte {
	id := "media-" + p.MsgID
	switch s.rng.IntN(4) {
	case 0:
		return p.Image("http://mmbiz.qpic.cn/mmbiz/"+p.MsgID, id)
	case 1:
		return p.Voice(id, "amr", "")
	case 2:
		return p.Location("28.190500", "112.938814", 16, "澜江市政务服务中心")
	default:
		return p.Link("办事指南", "一次办好", "https://www.example.gov.cn/guide")
	}
}
