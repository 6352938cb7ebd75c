package bot

import (
	"encoding/binary"
	"hash/fnv"
	"slices"

	"github.com/wenzheng/wenzheng/bot/intake"
)

// state is what is remembered of one citizen between two messages. The zero state is
// nothing. Slices are never changed in place: a state may be copied by value.
type state struct {
	frames  []frame  // open menus, the last is the one shown
	offered []uint64 // rules of a suggestion, by number
	until   int64    // Unix seconds until which frames, offered, more and asked hold
	asked   string   // number of the case that the citizen is asked whether to withdraw

	quietRef uint64   // the default answer given last
	quiet    int64    // Unix seconds until which it is not repeated
	heard    []uint32 // marks of the messages met with it or acknowledged since, the oldest first

	photo      string // menu key of a photo button; the image follows
	photoUntil int64

	more paging // the long answer being read; it holds as long as frames

	intake *intake.State // the dialogue that makes a case
	over   int64         // Unix seconds until which others must hear that it is over

	turns      []turn // of rotating replies, the oldest first
	turnsUntil int64
}

// frame is one open menu: the rule that owns it and the choices made below it.
type frame struct {
	rule uint64
	mark uint32
	path []uint8
}

// turn counts the answers of a rotating rule.
type turn struct {
	rule uint64
	next uint32
}

const (
	maxFrames = 6
	maxTurns  = 4
	maxPath   = 8
	maxHeard  = 8
	maxIntake = 1 << 17 // bytes
)

// memory is the state of a citizen with the one before the last message: a message that
// comes again, on whatever instance, is answered from the state it met first.
type memory struct {
	last   uint64 // hash of the key of the last message that changed something
	before state
	now    state
}

func keyHash(key string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key)) // never fails
	return h.Sum64()
}

// expires is when nothing of the state holds any more, in Unix seconds.
func (s *state) expires() int64 {
	end := max(s.until, s.quiet, s.photoUntil, s.turnsUntil, s.over)
	if s.intake != nil {
		end = max(end, s.intake.Kept)
	}
	return end
}

// fresh drops what has passed.
func (s *state) fresh(now int64) {
	if s.until <= now {
		s.frames, s.offered, s.more, s.until, s.asked = nil, nil, paging{}, 0, ""
	}
	if s.turnsUntil <= now {
		s.turns, s.turnsUntil = nil, 0
	}
	if s.quiet <= now {
		s.quietRef, s.quiet, s.heard = 0, 0, nil
	}
	if s.photoUntil <= now {
		s.photo, s.photoUntil = "", 0
	}
	if s.intake != nil && s.intake.Kept <= now {
		s.intake = nil
	}
	if s.over <= now {
		s.over = 0
	}
}

func (s *state) closeMenus() { s.frames, s.offered = nil, nil }

func equalStates(a, b *state) bool {
	return a.until == b.until && a.asked == b.asked && a.quiet == b.quiet && a.quietRef == b.quietRef && a.photo == b.photo &&
		a.photoUntil == b.photoUntil && a.turnsUntil == b.turnsUntil && slices.Equal(a.offered, b.offered) && slices.Equal(a.heard, b.heard) && slices.Equal(a.turns, b.turns) &&
		equalPagings(&a.more, &b.more) && a.over == b.over && intake.Equal(a.intake, b.intake) &&
		slices.EqualFunc(a.frames, b.frames, func(x, y frame) bool {
			return x.rule == y.rule && x.mark == y.mark && slices.Equal(x.path, y.path)
		})
}

// stateVersion is the first byte of the encoding; other versions are not read, but for the one without asked.
// That one is written where nobody was asked, so that a program before it goes on with all other dialogues.
const (
	stateVersion = 5
	withoutAsked = 4
)

// encode writes the memory compactly: version, last key, the two states.
func (m *memory) encode() []byte {
	b := make([]byte, 0, 64)
	if m.before.asked == "" && m.now.asked == "" {
		b = append(b, withoutAsked)
	} else {
		b = append(b, stateVersion, uint8(len(m.before.asked)), uint8(len(m.now.asked))) //nolint:gosec // numbers of cases
		b = append(append(b, m.before.asked...), m.now.asked...)
	}
	b = binary.BigEndian.AppendUint64(b, m.last)
	b = m.before.append(b)
	return m.now.append(b)
}

func (s *state) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s.frames)))
	for _, f := range s.frames {
		b = binary.BigEndian.AppendUint64(b, f.rule)
		b = binary.BigEndian.AppendUint32(b, f.mark)
		b = binary.AppendUvarint(b, uint64(len(f.path)))
		b = append(b, f.path...)
	}
	b = binary.AppendUvarint(b, uint64(len(s.offered)))
	for _, o := range s.offered {
		b = binary.BigEndian.AppendUint64(b, o)
	}
	b = binary.AppendUvarint(b, uint64(len(s.turns)))
	for _, t := range s.turns {
		b = binary.BigEndian.AppendUint64(b, t.rule)
		b = binary.AppendUvarint(b, uint64(t.next))
	}
	b = binary.AppendVarint(b, s.until)
	b = binary.BigEndian.AppendUint64(b, s.quietRef)
	b = binary.AppendVarint(b, s.quiet)
	b = binary.AppendUvarint(b, uint64(len(s.heard)))
	for _, h := range s.heard {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	b = binary.AppendUvarint(b, uint64(len(s.photo)))
	b = append(b, s.photo...)
	b = binary.AppendVarint(b, s.photoUntil)
	b = binary.AppendVarint(b, s.turnsUntil)
	b = binary.AppendVarint(b, s.over)
	told := s.intake.Encode()
	b = append(binary.AppendUvarint(b, uint64(len(told))), told...)
	return s.more.append(b)
}

// append writes a paging; none is one zero.
func (p *paging) append(b []byte) []byte {
	b = append(b, p.next)
	if p.next == 0 {
		return b
	}
	b = append(b, p.of)
	b = binary.BigEndian.AppendUint64(b, p.rule)
	b = binary.AppendUvarint(b, uint64(len(p.path)))
	b = append(b, p.path...)
	b = binary.AppendVarint(b, p.at)
	return binary.BigEndian.AppendUint32(b, p.mark)
}

// decode reads what encode wrote; false for anything else, whatever the bytes.
func decode(b []byte) (memory, bool) {
	if len(b) == 0 || b[0] != stateVersion && b[0] != withoutAsked {
		return memory{}, false
	}
	r := reader{b: b[1:]}
	m := memory{}
	if b[0] == stateVersion {
		before, now := int(r.byte()), int(r.byte())
		m.before.asked, m.now.asked = string(r.take(before)), string(r.take(now))
	}
	m.last = r.fixed64()
	r.state(&m.before)
	r.state(&m.now)
	return m, !r.bad && len(r.b) == 0
}

// reader takes numbers from the front of b; after the first fault all are zero.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if r.bad || n < 0 || n > len(r.b) {
		r.bad = true
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) fixed64() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (r *reader) fixed32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// count reads a length of at most limit.
func (r *reader) count(limit int) int {
	v, n := binary.Uvarint(r.b)
	if r.bad || n <= 0 || v > uint64(limit) { //nolint:gosec // limit is a small constant
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int(v) //nolint:gosec // at most limit
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if r.bad || n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) state(s *state) {
	for range r.count(maxFrames) {
		f := frame{rule: r.fixed64(), mark: r.fixed32()}
		f.path = slices.Clone(r.take(r.count(maxPath)))
		s.frames = append(s.frames, f)
	}
	for range r.count(9) {
		s.offered = append(s.offered, r.fixed64())
	}
	for range r.count(maxTurns) {
		s.turns = append(s.turns, turn{r.fixed64(), uint32(r.count(1 << 30))}) //nolint:gosec // bounded
	}
	s.until = r.varint()
	s.quietRef = r.fixed64()
	s.quiet = r.varint()
	for range r.count(maxHeard) {
		s.heard = append(s.heard, r.fixed32())
	}
	s.photo = string(r.take(r.count(256)))
	s.photoUntil = r.varint()
	s.turnsUntil = r.varint()
	s.over = r.varint()
	told, ok := intake.Decode(r.take(r.count(maxIntake)))
	s.intake, r.bad = told, r.bad || !ok
	r.paging(&s.more)
}

func (r *reader) paging(p *paging) {
	if p.next = r.byte(); p.next == 0 {
		return
	}
	p.of, p.rule = r.byte(), r.fixed64()
	p.path = slices.Clone(r.take(r.count(maxPath)))
	p.at, p.mark = r.varint(), r.fixed32()
}

func (r *reader) byte() uint8 {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}
