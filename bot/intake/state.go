package intake

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Step is what the citizen is asked.
type Step uint8

// The steps, in order.
const (
	StepKind Step = iota + 1
	StepText
	StepPlace
	StepPhotos
	StepPhone
	StepSummary
)

// maxPhotos is how many photos a case has at most.
const maxPhotos = 3

const (
	// maxPlace is how long a place may be, in characters.
	maxPlace = 200
	// maxDegrees is more than a latitude or a longitude needs, in bytes.
	maxDegrees = 32
	// maxMediaID is more than any of WeChat's has, in bytes.
	maxMediaID = 256
	// KeptFor is how long a dialogue that was left lying can be gone on with.
	KeptFor = 24 * time.Hour
)

// State is a dialogue that is not over. It is never changed: Next returns another.
type State struct {
	Dialogue string          `json:"d"` // key of the message with which it began
	Number   string          `json:"n,omitempty"`
	Topic    string          `json:"o,omitempty"`
	Fixed    bool            `json:"f,omitempty"` // the kind was clear from the beginning
	Step     Step            `json:"s"`
	Kind     models.CaseKind `json:"k,omitempty"`
	Text     string          `json:"t,omitempty"`
	Place    string          `json:"p,omitempty"`
	Photos   []string        `json:"m,omitempty"` // media ids
	PhotosAt int64           `json:"a,omitempty"` // Unix seconds at which the first was sent
	Exact    string          `json:"x,omitempty"` // of Place, see Input
	Phone    string          `json:"c,omitempty"`
	Wrong    int             `json:"w,omitempty"` // inputs in a row that were no answer
	Held     string          `json:"l,omitempty"` // came while it lay, and belongs to the text if it goes on
	Paused   bool            `json:"h,omitempty"` // asked whether to go on
	Until    int64           `json:"u"`           // Unix seconds until which the next message is the answer
	Kept     int64           `json:"e"`           // until when it can be gone on with
}

// Begin is a dialogue that begins with a message; kind "" is asked for.
func Begin(dialogue string, kind models.CaseKind, topic string, now time.Time, ttl time.Duration) *State {
	s := &State{Dialogue: dialogue, Kind: kind, Topic: topic, Fixed: kind != "", Step: StepKind}
	s.Step = s.first()
	s.wait(now, ttl)
	return s
}

// first is the step with which it begins.
func (s *State) first() Step {
	if s.Fixed {
		return StepText
	}
	return StepKind
}

// wait has the next message of the time to live be the answer.
func (s *State) wait(now time.Time, ttl time.Duration) {
	s.Until, s.Kept = now.Add(ttl).Unix(), now.Add(ttl+KeptFor).Unix()
}

// Waits reports whether the next message is an answer.
func (s *State) Waits(now time.Time) bool { return now.Unix() < s.Until }

// Takes reports whether the next message is taken: as an answer, or to ask whether to go on.
func (s *State) Takes(now time.Time) bool { return !s.Paused || s.Waits(now) }

// Rest is the state that takes no answer until the citizen asks for a case again.
func (s *State) Rest() *State {
	next := *s
	next.Paused, next.Until = true, 0
	return &next
}

// Numbered is the state with the number that was reserved for it; one that it has stays.
func (s *State) Numbered(reserved models.CaseNumber) *State {
	if s.Number != "" || reserved.Dialogue != s.Dialogue {
		return s
	}
	next := *s
	next.Number = reserved.Number
	return &next
}

// Form is what is submitted.
func (s *State) form(at time.Time, public bool) *models.CaseForm {
	f := &models.CaseForm{
		Dialogue: s.Dialogue, Submitted: true, Number: s.Number, At: at, Kind: s.Kind, Topic: s.Topic,
		Text: s.Text, Place: s.Place, Exact: s.Exact, Phone: s.Phone, Photos: slices.Clone(s.Photos), Public: public,
	}
	if s.PhotosAt != 0 {
		f.PhotosAt = time.Unix(s.PhotosAt, 0).UTC()
	}
	return f
}

// Size is about how many bytes it takes.
func (s *State) Size() int64 {
	if s == nil {
		return 0
	}
	n := 184 + len(s.Dialogue) + len(s.Number) + len(s.Topic) + len(s.Text) + len(s.Place) + len(s.Exact) + len(s.Phone) + len(s.Held)
	for _, id := range s.Photos {
		n += 16 + len(id)
	}
	return int64(n)
}

// Encode writes a state, nothing for none.
func (s *State) Encode() []byte {
	if s == nil {
		return nil
	}
	b, err := json.Marshal(s)
	if err != nil {
		return nil // strings and numbers can be written
	}
	return b
}

// Decode reads what Encode wrote, false for anything else.
func Decode(b []byte) (*State, bool) {
	if len(b) == 0 {
		return nil, true
	}
	s := &State{}
	if json.Unmarshal(b, s) != nil || s.Wrong < 0 || s.Step < StepKind || s.Step > StepSummary || len(s.Photos) > maxPhotos {
		return nil, false
	}
	return s, true
}

// Equal reports whether two states, or none, are the same.
func Equal(a, b *State) bool { return a == b || bytes.Equal(a.Encode(), b.Encode()) }
