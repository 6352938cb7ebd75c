package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// tallyFile says how many answered events the spool held, about once a second. A damaged or
// emptied spool no longer tells, and what it held may be nowhere else.
const tallyFile = "tally"

// tallyEvery is how far the tally may be behind.
const tallyEvery = time.Second

// tally keeps the number in the file; owned by the committer.
type tally struct {
	dir   string
	noted int64
	at    time.Time
}

// note writes the number where it changed, at most once in tallyEvery unless it is the last.
// It is not synced: it serves to say what a damaged disk took, and decides nothing.
func (t *tally) note(events int64, last bool) {
	if events == t.noted && !t.at.IsZero() || !last && time.Since(t.at) < tallyEvery {
		return
	}
	t.noted, t.at = events, time.Now()
	path := filepath.Join(t.dir, tallyFile)
	if os.WriteFile(path+".tmp", strconv.AppendInt(nil, events, 10), fileMode) == nil {
		_ = os.Rename(path+".tmp", path)
	}
}

// readTally returns the last number noted, 0 where none can be read.
func readTally(dir string) int64 {
	b, err := os.ReadFile(filepath.Join(dir, tallyFile)) //nolint:gosec // the operator's own folder
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(b)), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// missing is about how many answered events a damaged or emptied spool has lost: those that
// the tally counts and that were not found. A sound file is believed more than the tally.
func missing(dir string, found int64) int64 { return max(readTally(dir)-found, 0) }

// miss counts the answered events that were in the file and are not any more.
func (s *spool) miss() {
	n := missing(s.o.Dir, s.count.events)
	if n == 0 {
		return
	}
	s.missing.Add(n)
	s.o.Logger.Error("journal: answered messages are lost with the spool", "missing", n)
}
