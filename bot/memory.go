package bot

import (
	"time"
	"unsafe"

	"github.com/wenzheng/wenzheng/bot/recent"
	"github.com/wenzheng/wenzheng/models"
)

// citizen names one citizen of one account.
type citizen = recent.Citizen

// memories keeps the dialogues of all citizens; what has expired is not returned.
type memories struct{ of *recent.Map[remembered] }

type remembered struct {
	memory  *memory // never changed
	updated time.Time
}

func newMemories(limit int64) memories {
	return memories{recent.New(limit, func(r remembered) int64 {
		return int64(unsafe.Sizeof(r)+unsafe.Sizeof(*r.memory)) + r.memory.before.size() + r.memory.now.size()
	})}
}

// load returns what is remembered, nil when nothing is; it must not be changed.
func (m memories) load(who citizen, now time.Time) *memory {
	r, _ := m.of.Load(who, func(r remembered) bool { return r.memory.now.expires() > now.Unix() })
	return r.memory
}

// store replaces what is remembered and returns the time written to it: a moment after
// what was there, so that a clock that stepped back loses nothing.
func (m memories) store(who citizen, mem *memory, updated time.Time) time.Time {
	m.of.Update(who, func(old remembered) (remembered, bool) {
		if old.memory != nil && !updated.After(old.updated) {
			updated = old.updated.Add(time.Microsecond)
		}
		return remembered{mem, updated}, true
	})
	return updated
}

// size is what the state refers to, in bytes.
func (s *state) size() int64 {
	n := cap(s.frames)*int(unsafe.Sizeof(frame{})) + 8*cap(s.offered) + 4*cap(s.heard) + cap(s.turns)*int(unsafe.Sizeof(turn{})) + len(s.photo) + len(s.asked) + cap(s.more.path)
	for i := range s.frames {
		n += cap(s.frames[i].path)
	}
	return int64(n) + s.intake.Size()
}

// Restore takes a dialogue that another instance, or this one before a restart, has
// saved. Of two for the same citizen the one updated later wins; what has expired or can
// not be read is ignored.
func (b *Bot) Restore(d models.Dialogue) {
	if !d.ExpiresAt.After(b.o.Now()) {
		return
	}
	m, ok := decode(d.State)
	if !ok {
		return
	}
	b.memories.of.Update(citizen{AppID: d.AppID, OpenID: d.OpenID}, func(old remembered) (remembered, bool) {
		return remembered{&m, d.UpdatedAt}, old.memory == nil || !d.UpdatedAt.Before(old.updated)
	})
}
