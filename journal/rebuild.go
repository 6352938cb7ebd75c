package journal

import (
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
)

// checkKey refuses a key under which no record of the spool was sealed: they would all go to
// quarantine as damaged.
func (j *Journal) checkKey() error {
	if j.o.KeyProven {
		return nil
	}
	foreign, opened := 0, false
	err := j.spool.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketEvents).Cursor()
		for key, value := cursor.First(); key != nil; key, value = cursor.Next() {
			_, err := j.cipher.open(sequenceOf(key), value)
			if err == nil {
				opened = true
				return nil
			}
			if errors.Is(err, seal.ErrKey) {
				foreign++
			}
		}
		return nil
	})
	if err != nil || opened || foreign == 0 && !j.o.KeyDoubted {
		return err
	}
	if foreign == 0 {
		return models.NewError(codeKey, "密钥不符：上次运行时存下的账号和规则（快照）用现在的 secret_key 打不开。"+
			"请换回原来的密钥，或把它写进 previous_secret_key；若这是一套新的安装，请换一个空的 data_dir")
	}
	return models.NewError(codeKey, fmt.Sprintf("密钥不符：%s 里有 %d 条还没入库的记录，用现在的 secret_key 一条也打不开。"+
		"请换回原来的密钥，或把它写进 previous_secret_key；记录都还在，没有改动", j.o.Dir, foreign))
}

// rebuild fills the memory from the disk, newest first: answers that redeliveries may still
// ask for, and events that were received but never answered.
func (j *Journal) rebuild() error {
	b := rebuilder{j: j, entries: make(map[string]*entry), now: j.o.Now()}
	err := j.spool.view(func(tx *bbolt.Tx) error {
		b.answers(tx.Bucket(bucketAnswers).Cursor())
		b.events(tx.Bucket(bucketEvents).Cursor())
		return nil
	})
	for i := len(b.order) - 1; i >= 0; i-- {
		j.memory.restore(b.order[i], b.now)
	}
	return err
}

type rebuilder struct {
	j       *Journal
	entries map[string]*entry
	order   []*entry // newest first
	now     time.Time
}

func (b *rebuilder) full() bool { return len(b.order) >= memoryMaxEntries }

func (b *rebuilder) answers(c *bbolt.Cursor) {
	horizon := b.now.Add(-b.j.o.Memory)
	for key, value := c.Last(); key != nil && !b.full(); key, value = c.Prev() {
		r, err := b.j.cipher.open(sequenceOf(key), value)
		if err != nil {
			continue // the answers are a convenience; the drain reports damage of events
		}
		if r.At.Before(horizon) {
			return
		}
		b.take(r)
	}
}

func (b *rebuilder) events(c *bbolt.Cursor) {
	for key, value := c.Last(); key != nil && !b.full(); key, value = c.Prev() {
		if r, err := b.j.cipher.open(sequenceOf(key), value); err == nil {
			b.take(r)
		}
	}
}

// take adds one record. Going backwards, an answer comes before its question.
func (b *rebuilder) take(r *record) {
	e := b.entries[r.Key]
	if e == nil {
		e = &entry{key: r.Key, state: stateOrphan, number: 1}
		b.entries[r.Key] = e
		b.order = append(b.order, e)
	}
	switch {
	case r.received != nil:
		e.body = b.j.memory.hash(r.received.Raw)
		e.origin = originOf(r.received)
	case r.repeat != nil:
		e.number = max(e.number, r.repeat.Delivery.Number)
		if e.origin.AppID == "" {
			e.origin = r.repeat.Origin
		}
	case r.answer != nil:
		b.settle(e, &r.answer.Answer, r.answer.Origin)
	}
}

// settle takes the oldest answer, which is the one the citizen got.
func (b *rebuilder) settle(e *entry, a *models.Answer, o origin) {
	e.state, e.plain = stateAnswered, a.Plain
	if e.origin.AppID == "" {
		e.origin = o
	}
}
