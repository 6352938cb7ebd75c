package simulator

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// crowd decides what citizens say next. It is a pure function of its random source and
// of what was said before; it is not safe for concurrent use.
type crowd struct {
	rng    *rand.Rand
	topics []string
	asked  map[string][]Question // by topic
	zipf   *rand.Zipf
	last   map[int]Question // the open question of a citizen
}

// mood is how a citizen goes on after a question.
type mood int

const (
	moodNew      mood = iota // another question
	moodFollowUp             // something more on the same topic
	moodThanks
	moodAgain // the same once more: nobody answered fast enough
)

// newCrowd makes a crowd whose favourite topics follow from the seed: a few are asked
// often, most are rare (Zipf).
func newCrowd(seed, stream uint64) *crowd {
	c := &crowd{rng: rand.New(rand.NewPCG(seed, stream)), asked: map[string][]Question{}, last: map[int]Question{}} //nolint:gosec // a repeatable crowd, no secret
	for _, q := range Questions() {
		if len(c.asked[q.Topic]) == 0 {
			c.topics = append(c.topics, q.Topic)
		}
		c.asked[q.Topic] = append(c.asked[q.Topic], q)
	}
	c.rng.Shuffle(len(c.topics), func(i, j int) { c.topics[i], c.topics[j] = c.topics[j], c.topics[i] })
	c.zipf = rand.NewZipf(c.rng, 1.3, 3, uint64(len(c.topics)-1)) //nolint:gosec // never negative
	return c
}

// question draws a new question; topic "" = by popularity.
func (c *crowd) question(topic string) Question {
	if topic == "" {
		topic = c.topics[c.zipf.Uint64()]
	}
	all := c.asked[topic]
	return all[c.rng.IntN(len(all))]
}

// say is what a citizen writes next, and how it goes on from before.
func (c *crowd) say(citizen int) (Question, mood) {
	open, busy := c.last[citizen]
	how := moodNew
	if busy {
		how = c.mood()
	}
	q := open
	switch how {
	case moodFollowUp:
		q = c.question(open.Topic)
	case moodThanks:
		delete(c.last, citizen)
		return Question{Topic: open.Topic, Text: c.pick(thanks())}, how
	case moodAgain:
		return Question{Topic: open.Topic, Text: c.pick(impatience()) + open.Text, Answer: open.Answer}, how
	case moodNew:
		q = c.question("")
	}
	q.Text = c.dress(q.Text)
	c.last[citizen] = q
	return q, how
}

func (c *crowd) mood() mood {
	switch x := c.rng.Float64(); {
	case x < 0.18:
		return moodFollowUp
	case x < 0.30:
		return moodThanks
	case x < 0.36:
		return moodAgain
	}
	return moodNew
}

// dress varies a question as people do: a greeting before, a mark behind.
func (c *crowd) dress(text string) string {
	if c.rng.Float64() < 0.25 {
		text = c.pick([]string{"你好，", "您好，请问", "请问", "问一下，", "想咨询一下，"}) + text
	}
	if c.rng.Float64() < 0.35 {
		text += c.pick([]string{"？", "?", "？？", "，谢谢", "呢"})
	}
	return text
}

func (c *crowd) pick(options []string) string { return options[c.rng.IntN(len(options))] }

func thanks() []string {
	return []string{"谢谢", "好的，谢谢", "知道了，感谢", "明白了👍", "非常感谢，辛苦了"}
}

func impatience() []string {
	return []string{"请问有人吗？", "怎么没人回复，", "再问一次：", "在吗？"}
}

// arrival is how many times the average traffic an hour of a weekday brings: quiet
// nights, a morning and an afternoon peak, a smaller one after supper, less at weekends.
func arrival(t time.Time) float64 {
	h := float64(t.Hour()) + float64(t.Minute())/60
	peak := func(at, width, height float64) float64 { return height * math.Exp(-(h-at)*(h-at)/(2*width*width)) }
	day := 0.08 + peak(10, 1.6, 2.2) + peak(15.5, 1.8, 1.9) + peak(20.5, 1.6, 1.3)
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		day *= 0.55
	}
	if t.Weekday() == time.Monday {
		day *= 1.2
	}
	return day
}

// dayWeight is the mean of arrival over the hours of a day.
func dayWeight(day time.Time) float64 {
	sum := 0.0
	for h := range 24 {
		sum += arrival(day.Add(time.Duration(h) * time.Hour))
	}
	return sum / 24
}

// poisson draws a count with the given mean.
func (c *crowd) poisson(mean float64) int {
	if mean > 50 { // the normal law is near enough, and quick
		return max(0, int(math.Round(mean+math.Sqrt(mean)*c.rng.NormFloat64())))
	}
	limit, n, p := math.Exp(-mean), 0, 1.0
	for {
		p *= c.rng.Float64()
		if p <= limit {
			return n
		}
		n++
	}
}

// lognormal draws a duration around its median; spread 1 puts two thirds between a third
// and three times the median.
func (c *crowd) lognormal(median time.Duration, spread float64) time.Duration {
	return time.Duration(float64(median) * math.Exp(spread*c.rng.NormFloat64()))
}

// someone is a citizen out of n: a few write often.
func (c *crowd) someone(n int) int {
	x := c.rng.Float64()
	return min(n-1, int(float64(n)*x*x))
}

// popular are the topics, the most asked first.
func (c *crowd) popular() []string { return slices.Clone(c.topics) }
