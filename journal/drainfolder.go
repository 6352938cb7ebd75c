package journal

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wenzheng/wenzheng/models"
)

// Drained is what became of the spool of a stopped instance.
type Drained struct {
	Stored int64 // events that are in the database now
	Left   Stats // what is still there
}

// DrainFolder brings the spool that a stopped instance left in o.Dir to o.Recorder. It returns when
// everything is stored or ctx ends; the rest stays where it is, and that ctx ended is no error.
func DrainFolder(ctx context.Context, o Options) (Drained, error) {
	before, _, err := Inspect(o.Dir)
	if err != nil {
		return Drained{}, err
	}
	if _, err := os.Stat(filepath.Join(o.Dir, spoolFile)); errors.Is(err, fs.ErrNotExist) {
		return Drained{}, models.NewError(models.CodeNotFound, o.Dir+" 里没有日志缓冲 journal.db，请写停用实例的数据目录")
	}
	o.PreallocateBytes, o.ReserveBytes, o.AllowVolatile = -1, -1, true
	j, err := Open(o) //nolint:contextcheck // the drain lives until Close
	if err != nil {
		return Drained{}, err
	}
	closed := j.Close(ctx)
	left := j.Backlog()
	if errors.Is(closed, context.Canceled) || errors.Is(closed, context.DeadlineExceeded) {
		closed = nil
	}
	return Drained{Stored: before.Events - left.Events, Left: left}, closed
}

// RetryFolder sends what is in quarantine in o.Dir, which no process uses, to o.Recorder once more.
func RetryFolder(ctx context.Context, o Options) (stored, remaining int, err error) {
	j, err := Open(o) //nolint:contextcheck // the drain lives until Close
	if err != nil {
		return 0, 0, err
	}
	stored, remaining, err = j.Retry(ctx)
	return stored, remaining, errors.Join(err, j.Close(ctx))
}
