package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// eventCountFile holds the number of answered events in the spool, so that a start which finds
// the spool damaged or empty can say how many it lost: they may be nowhere else.
const eventCountFile = "tally"

// eventCountEvery is how old the number in the file may be.
const eventCountEvery = time.Second

// eventCount writes the file; owned by the committer.
type eventCount struct {
	dir   string
	noted int64
	at    time.Time
}

// note writes the number where it changed, at most once in eventCountEvery unless it is the
// last. It is not synced: it serves to say what a damaged disk took, and decides nothing.
func (e *eventCount) note(events int64, last bool) {
	if events == e.noted && !e.at.IsZero() || !last && time.Since(e.at) < eventCountEvery {
		return
	}
	e.noted, e.at = events, time.Now()
	path := filepath.Join(e.dir, eventCountFile)
	if os.WriteFile(path+".tmp", strconv.AppendInt(nil, events, 10), fileMode) == nil {
		_ = os.Rename(path+".tmp", path)
	}
}

// readEventCount returns the last number noted, 0 where none can be read.
func readEventCount(dir string) int64 {
	b, err := os.ReadFile(filepath.Join(dir, eventCountFile)) //nolint:gosec // the operator's own folder
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
// the file counts and that were not found. A sound spool is believed more than the file.
func missing(dir string, found int64) int64 { return max(readEventCount(dir)-found, 0) }

// countMissing counts the answered events that were in the file and are not any more.
func (s *spool) countMissing() {
	n := missing(s.o.Dir, s.count.events)
	if n == 0 {
		return
	}
	s.missing.Add(n)
	s.o.Logger.Error("journal: answered messages are lost with the spool", "missing", n)
}
