package journal

import (
	"bytes"
	"time"

	"go.etcd.io/bbolt"
)

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

// answersExpired reports whether the oldest answer may be forgotten.
func (c *committer) answersExpired() bool {
	old := false
	err := c.spool.view(func(tx *bbolt.Tx) error {
		_, value := tx.Bucket(bucketAnswers).Cursor().First()
		old = value != nil && !c.wanted(value)
		return nil
	})
	return err == nil && old
}
