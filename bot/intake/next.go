package intake

import (
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// Input is a message of the citizen. All fields empty: something that no step can use.
type Input struct {
	Text  string // written, or understood of what was spoken
	Photo string // media id
	Spot  string // of a location message, to about a kilometre
	Exact string // of the same, as it was sent; "" = that is not kept
	Now   time.Time
	Sent  time.Time          // when the citizen sent it, the same for every instance
	TTL   time.Duration      // how long the dialogue waits for an answer
	Keeps models.CaseKeeping // which the citizen is told
}

// Outcome is what became of a message.
type Outcome int

// The outcomes.
const (
	Asks    Outcome = iota // the citizen is told Say, State waits for the answer
	Passes                 // it is no answer: whoever is asked next answers it
	Leaves                 // the dialogue is over without a case, Say says so
	Lost                   // the second input in a row that is no answer: people help, else Say says how to go on
	Submits                // Form is the case
)

// Result is what Next decides. State is nil where the dialogue is over.
type Result struct {
	Outcome Outcome
	State   *State
	Say     string
	Form    *models.CaseForm
}

// message is an input as the steps read it.
type message struct {
	Input
	key    string // the matched form
	number int    // that it is, in any form, -1 = none
}

func read(in Input) message {
	m := message{Input: in, number: -1}
	m.Text = strings.TrimSpace(models.CleanText(in.Text))
	if len(in.Photo) > maxMediaID || strings.ContainsFunc(in.Photo, func(r rune) bool { return r <= ' ' || r > '~' }) {
		m.Photo = "" // no id that WeChat gives
	}
	key := reading.Key(m.Text)
	m.key = string(key)
	if n, rest, ok := reading.Choice(key); ok && len(rest) == 0 {
		m.number = n
	}
	return m
}

func (m *message) is(words ...string) bool {
	for _, w := range words {
		if m.key != "" && m.key == string(reading.Key(w)) {
			return true
		}
	}
	return false
}

// Next takes a message on which rules were not asked. s is not changed.
func (s *State) Next(in Input) Result {
	next := *s
	m := read(in)
	if !s.Waits(in.Now) || s.Paused {
		return next.resumes(&m)
	}
	switch {
	case m.is("退出", "取消", "不写了", "不投诉了"):
		return Result{Outcome: Leaves, Say: "已退出，没有提交。要重新开始，请回复“我要投诉”。"}
	case m.is("上一步", "返回上一步", "返回", "后退"):
		return next.back(&m)
	case m.Photo != "" && s.Step != StepKind && s.Step != StepSummary:
		return next.photo(&m)
	}
	switch s.Step {
	case StepKind:
		return next.kind(&m)
	case StepText:
		return next.text(&m)
	case StepPlace:
		return next.place(&m)
	case StepPhotos:
		return next.photos(&m)
	case StepPhone:
		return next.phone(&m)
	}
	return next.summary(&m)
}

// Resume asks whether to go on with a dialogue that lay.
func (s *State) Resume(now time.Time, ttl time.Duration) Result {
	next := *s
	next.Paused, next.Until = true, now.Add(ttl).Unix()
	return Result{State: &next, Say: "您有一份没有写完的" + s.name() + "。\n1 继续\n2 放弃"}
}

// resumes takes the answer to Resume, or asks it, once.
func (s *State) resumes(m *message) Result {
	switch {
	case !s.Paused:
		if s.Step == StepText && m.number < 0 {
			s.Held = cut(m.Text)
		}
		return s.Resume(m.Now, m.TTL)
	case !s.Waits(m.Now):
	case m.number == 1 || m.is("继续"):
		if held := s.Held; held != "" {
			s.Held = ""
			return s.text(&message{Input: Input{Text: held, Now: m.Now, TTL: m.TTL, Keeps: m.Keeps}, number: -1})
		}
		return s.asks(m, "")
	case m.number == 2 || m.is("放弃", "退出"):
		return Result{Outcome: Leaves, Say: "已放弃，没有提交。刚才要问的事请再写一遍。"}
	}
	s.Until, s.Held = 0, ""
	return Result{Outcome: Passes, State: s}
}

// asks goes on: what was said is right, and the question of the step waits.
func (s *State) asks(m *message, said string) Result {
	s.Wrong, s.Paused = 0, false
	s.wait(m.Now, m.TTL)
	if said != "" {
		said += "\n"
	}
	return Result{State: s, Say: said + s.question(m)}
}

// to goes on to another step.
func (s *State) to(step Step, m *message, said string) Result {
	s.Step = step
	return s.asks(m, said)
}

// wrong tells why a message is no answer; the second in a row is for people.
func (s *State) wrong(m *message, why string) Result {
	if s.Wrong++; s.Wrong > 1 {
		r := s.asks(m, why)
		r.Outcome = Lost
		return r
	}
	s.wait(m.Now, m.TTL)
	return Result{State: s, Say: why + "\n" + s.question(m)}
}

func (s *State) back(m *message) Result {
	if s.Step == s.first() {
		return s.asks(m, "已经是第一步。")
	}
	return s.to(s.Step-1, m, "")
}

func (s *State) kind(m *message) Result {
	kinds := models.CaseKinds()
	n, rest, ok := reading.Choice([]rune(m.key))
	for i, k := range kinds {
		title := string(reading.Key(k.Title()))
		if m.number == i+1 || ok && n == i+1 && string(rest) == title || m.is(title, "我要"+title, "我想"+title) {
			s.Kind = k
			return s.to(StepText, m, "")
		}
	}
	return s.wrong(m, "没有这一项。")
}

func (s *State) text(m *message) Result {
	switch {
	case m.Spot != "":
		return s.asks(m, s.spot(m)+"。"+placeKept(m.Keeps))
	case m.is("重写"):
		s.Text = ""
		return s.asks(m, "")
	case m.number == 1 || m.is("写完了", "写完", "完了"):
		if s.Text == "" {
			return s.wrong(m, "还没有写。")
		}
		return s.to(StepPlace, m, "")
	case m.Text == "" || m.number == 0 || m.is("跳过"):
		return s.wrong(m, "这一步不能跳过，要用文字写。")
	}
	text := m.Text
	if s.Text != "" {
		text = s.Text + "\n" + text
	}
	said := ""
	if s.Text = cut(text); s.Text != text {
		said = "已经写满，后面的没有记下。"
	}
	return s.asks(m, said)
}

// cut is the text as far as a case takes it.
func cut(text string) string {
	if r := []rune(text); len(r) > models.CaseText {
		return string(r[:models.CaseText])
	}
	return text
}

func (s *State) place(m *message) Result {
	switch {
	case m.Spot != "":
		return s.asks(m, s.spot(m)+"，可以再写路名和门牌。")
	case m.number == 0 || m.is("跳过"):
		return s.to(StepPhotos, m, "")
	case m.Text == "" || m.number > 0:
		return s.wrong(m, "请用文字写地点。")
	}
	place := models.OneLine(m.Text, maxPlace)
	if strings.HasPrefix(s.Place, spotPrefix) {
		place += "（" + s.Place + "）"
	} else {
		s.Exact = ""
	}
	s.Place = models.OneLine(place, maxPlace)
	return s.to(StepPhotos, m, "")
}

// photo takes a photo at whatever step it comes: of several sent at once the last ones are late.
func (s *State) photo(m *message) Result {
	for _, id := range s.Photos {
		if id == m.Photo {
			return s.asks(m, "")
		}
	}
	if len(s.Photos) == maxPhotos {
		return s.asks(m, "照片最多三张，这一张没有记下。")
	}
	first := len(s.Photos) == 0
	if first {
		s.PhotosAt = m.Sent.Unix()
	}
	s.Photos = append(s.Photos[:len(s.Photos):len(s.Photos)], m.Photo)
	if s.Step == StepPhotos && len(s.Photos) == maxPhotos {
		return s.to(StepPhone, m, "已收到三张照片。")
	}
	if s.Step == StepPhotos {
		return s.asks(m, "")
	}
	if first {
		return s.asks(m, "已收到照片。"+photosKept(m.Keeps))
	}
	return s.asks(m, "已收到照片。")
}

func (s *State) photos(m *message) Result {
	switch {
	case m.is("重写", "重拍", "重发"):
		s.Photos, s.PhotosAt = nil, 0
		return s.asks(m, "")
	case m.number == 0 || m.number == 1 || m.is("跳过", "好了", "没有"):
		return s.to(StepPhone, m, "")
	}
	return s.wrong(m, "请发照片。")
}

// A telephone number has this many digits.
const minPhone, maxPhone = 7, 15

func (s *State) phone(m *message) Result {
	if m.number == 0 || m.is("跳过") {
		s.Phone = ""
		return s.to(StepSummary, m, "")
	}
	if n := len(m.key); n < minPhone || n > maxPhone || strings.Trim(m.key, "0123456789") != "" {
		return s.wrong(m, "电话号码应为 7 至 15 位数字。")
	}
	s.Phone = m.key
	return s.to(StepSummary, m, "")
}

func (s *State) summary(m *message) Result {
	switch {
	case m.number == 1 || m.is("提交"):
		return Result{Outcome: Submits, Form: s.form(m.Sent, false)}
	case m.number == 2 || m.is("提交并同意公开"):
		return Result{Outcome: Submits, Form: s.form(m.Sent, true)}
	case m.number == 3 || m.is("重填"):
		again := &State{Dialogue: s.Dialogue, Number: s.Number, Topic: s.Topic, Fixed: s.Fixed, Step: s.first()}
		if s.Fixed {
			again.Kind = s.Kind
		}
		return again.asks(m, "")
	}
	return s.wrong(m, "没有这一项。")
}
