package simulator

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

// Journal writes one JSON line for each event: its key, every delivery with status,
// latency and reply in clear, and whether it was acknowledged. It is the record that
// a service's log is held against. It is safe for concurrent use.
type Journal struct {
	mu  sync.Mutex
	w   *bufio.Writer
	err error
}

// Record is one line of the journal.
type Record struct {
	AppID         string          `json:"app_id"`
	Key           string          `json:"key"`
	MsgID         string          `json:"msg_id"`
	OpenID        string          `json:"openid"`
	MsgType       string          `json:"msg_type"`
	Event         string          `json:"event"`
	CreateTime    int64           `json:"create_time"`
	ContentSHA256 string          `json:"content_sha256"`
	RawSHA256     string          `json:"raw_sha256"`
	Deliveries    []Attempt       `json:"deliveries"`
	Answered      bool            `json:"answered"` // a delivery got status 200
	Outcome       DeliveryOutcome `json:"outcome"`
	Reply         string          `json:"reply"` // plaintext of the first answer, "" when silent
	Mismatch      bool            `json:"mismatch"`
}

// NewJournal writes to w, which stays the caller's to close after Flush.
func NewJournal(w io.Writer) *Journal { return &Journal{w: bufio.NewWriterSize(w, 64<<10)} }

// Flush writes out what is buffered and reports the first fault of the journal.
func (j *Journal) Flush() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = j.w.Flush()
	}
	if j.err != nil {
		return fmt.Errorf("simulator: journal: %w", j.err)
	}
	return nil
}

func (j *Journal) write(r Record) {
	line, err := json.Marshal(r)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return
	}
	if err == nil {
		_, err = j.w.Write(append(line, '\n'))
	}
	j.err = err
}

func (t *Trace) record(appID string) Record {
	raw := sha256.Sum256(t.Event.Body)
	return Record{
		AppID: appID, Key: t.Event.Key, MsgID: t.Event.MsgID, OpenID: t.Event.OpenID,
		MsgType: t.Event.MsgType, Event: t.Event.Event, CreateTime: t.Event.CreateTime,
		ContentSHA256: t.Event.ContentSHA256, RawSHA256: hex.EncodeToString(raw[:]),
		Deliveries: t.Attempts, Answered: t.Answered, Outcome: t.Outcome(), Reply: string(t.Plain), Mismatch: t.Mismatch,
	}
}
