package journal

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// change is what a transaction did to the counts.
type change struct{ events, answers int64 }

func (c *committer) write(tx *bbolt.Tx, group []*item, removals []removal) (change, error) {
	var delta change
	events, answers := tx.Bucket(bucketEvents), tx.Bucket(bucketAnswers)
	slices.SortFunc(group, func(a, b *item) int { return cmp.Compare(a.seq, b.seq) })
	for _, it := range group {
		if err := events.Put(seqKey(it.seq), it.value); err != nil {
			return delta, err
		}
		if it.kind == kindReceived {
			delta.events++
		}
	}
	if n := len(group); n > 0 && group[n-1].seq > events.Sequence() {
		if err := events.SetSequence(group[n-1].seq); err != nil {
			return delta, err
		}
	}
	// gofail: var beforeDelete struct{}
	for _, r := range removals {
		key := seqKey(r.seq)
		value := events.Get(key)
		if len(value) < 2 {
			continue
		}
		if kind(value[1]) == kindReceived {
			delta.events--
		}
		if r.keep {
			if err := answers.Put(key, bytes.Clone(value)); err != nil {
				return delta, err
			}
			delta.answers++
		}
		if err := events.Delete(key); err != nil {
			return delta, err
		}
	}
	// gofail: var afterDelete struct{}
	pruned, err := c.prune(answers)
	delta.answers -= pruned
	return delta, err
}

// prune forgets answers that no redelivery can ask for any more.
func (c *committer) prune(answers *bbolt.Bucket) (int64, error) {
	now := time.Now()
	if now.Sub(c.pruned) < pruneEvery {
		return 0, nil
	}
	c.pruned = now
	var old [][]byte
	cursor := answers.Cursor()
	for key, value := cursor.First(); key != nil && len(old) < removalMax; key, value = cursor.Next() {
		if c.wanted(value) {
			break
		}
		old = append(old, bytes.Clone(key))
	}
	for _, key := range old {
		if err := answers.Delete(key); err != nil {
			return 0, err
		}
	}
	return int64(len(old)), nil
}

// wanted reports whether a redelivery may still ask for an answer. A time that can not be is
// damage, and must not keep the answers behind it for ever.
func (c *committer) wanted(value []byte) bool {
	h, _, _, err := parseHeader(value)
	age := c.o.Now().Sub(h.At)
	return err == nil && age < c.o.Memory && age > -time.Hour
}

// stale reports whether the oldest answer may be forgotten.
func (c *committer) stale() bool {
	old := false
	err := c.spool.view(func(tx *bbolt.Tx) error {
		_, value := tx.Bucket(bucketAnswers).Cursor().First()
		old = value != nil && !c.wanted(value)
		return nil
	})
	return err == nil && old
}
