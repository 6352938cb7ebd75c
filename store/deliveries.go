package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"math"
	"sort"

	"github.com/wenzheng/wenzheng/models"
)

// deliveryKey identifies one HTTP delivery.
type deliveryKey struct {
	spool string
	seq   int64
}

// directSpool is the spool of deliveries that never were in one.
const directSpool = "direct"

// deliveryKeys gives every delivery of the row its key. One that went straight to the
// database has no place in a spool: its content makes the key, so that a repetition is
// recognised as well.
func deliveryKeys(r *NewRow) []deliveryKey {
	var c cutter
	out := make([]deliveryKey, len(r.in.Deliveries))
	for n := range r.in.Deliveries {
		d := &r.in.Deliveries[n]
		if d.SpoolID != "" {
			out[n] = deliveryKey{c.ascii(d.SpoolID, shortChars), int64(d.Seq & math.MaxInt64)}
			continue
		}
		b := []byte(r.key + "\x00" + d.Signature + "\x00" + d.Nonce + "\x00" + d.BodySHA256)
		b = binary.BigEndian.AppendUint64(b, uint64(Micros(d.ReceivedAt))) //nolint:gosec // any 64 bits do
		sum := sha256.Sum256(b)
		out[n] = deliveryKey{directSpool, int64(binary.BigEndian.Uint64(sum[:8]) & math.MaxInt64)}
	}
	return out
}

// delivery is one delivery that is not stored yet.
type delivery struct {
	key deliveryKey
	row *NewRow
	d   *models.Delivery
}

// absentDeliveries returns the deliveries of the batch that are not stored, each once, sorted by
// key; only those of the doubtful rows are looked up.
func (t *Tx) absentDeliveries(ctx context.Context, rows, doubtful []*NewRow) ([]delivery, error) {
	all := make(map[deliveryKey]delivery, len(rows))
	for _, r := range rows {
		for n, k := range r.deliveries {
			if _, twice := all[k]; !twice {
				all[k] = delivery{k, r, &r.in.Deliveries[n]}
			}
		}
	}
	bySpool := make(map[string][]any)
	for _, r := range doubtful {
		for _, k := range r.deliveries {
			bySpool[k.spool] = append(bySpool[k.spool], k.seq)
		}
	}
	for spool, seqs := range bySpool {
		err := t.queryAnyIn(ctx, func(rows *sql.Rows) error {
			k := deliveryKey{spool: spool}
			if err := rows.Scan(&k.seq); err != nil {
				return err
			}
			delete(all, k)
			return nil
		}, seqs, "SELECT seq FROM deliveries WHERE spool_id = ? AND seq IN (?)", spool)
		if err != nil {
			return nil, err
		}
	}
	out := make([]delivery, 0, len(all))
	for _, d := range all {
		out = append(out, d)
	}
	sort.Slice(out, func(a, b int) bool {
		if out[a].key.spool != out[b].key.spool {
			return out[a].key.spool < out[b].key.spool
		}
		return out[a].key.seq < out[b].key.seq
	})
	return out, nil
}

// countDeliveries notes on every row how many of its deliveries are new.
func countDeliveries(rows []*NewRow, absent []delivery) {
	for _, r := range rows {
		r.newOnes = 0
	}
	for _, d := range absent {
		d.row.newOnes++
	}
}

const (
	deliveryColumns = "spool_id, seq, app_id, event_key, received_at, wx_timestamp, nonce, signature, body_sha256, " +
		"encrypted, previous_key, skew_us, number, outcome, latency_us"
	deliveryWidth = 15
)

func (t *Tx) insertDeliveries(ctx context.Context, list []delivery) error {
	args := make([]any, 0, len(list)*deliveryWidth)
	for _, v := range list {
		var c cutter
		d := v.d
		args = append(args, v.key.spool, v.key.seq, v.row.in.AppID, v.row.key, Micros(d.ReceivedAt),
			d.Timestamp, c.chars(d.Nonce, shortChars), c.chars(d.Signature, shortChars), c.ascii(d.BodySHA256, shortChars),
			bit(d.Encrypted), bit(d.PreviousKey), d.Skew.Microseconds(), int64(d.Number), c.chars(d.Outcome, shortChars),
			d.Latency.Microseconds())
	}
	return t.Upsert(ctx, "deliveries", deliveryColumns, deliveryWidth, args, "")
}
