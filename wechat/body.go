package wechat

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/wenzheng/wenzheng/models"
)

// scratch is the memory one request works in. Nothing that leaves the package may point
// into it.
type scratch struct {
	body   []byte // as received
	signed []byte // what a signature covers
	clear  []byte // decrypted
	tree   tree
}

// keepScratch is the largest buffer worth keeping for the next request.
const keepScratch = 256 << 10

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func takeScratch() *scratch {
	s, ok := scratches.Get().(*scratch)
	if !ok {
		return new(scratch)
	}
	return s
}

func (s *scratch) release() {
	if cap(s.body)+cap(s.signed)+cap(s.clear)+s.tree.size() > keepScratch {
		return
	}
	scratches.Put(s)
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// readBody reads the body into s.body and refuses what is no XML (or JSON, where
// allowed).
func (c *Codec) readBody(r *http.Request, s *scratch) error {
	// The server has made the names canonical; Get would do it once more. Content-Type is
	// not asked: what a body is, it shows itself.
	for _, v := range r.Header["Content-Encoding"] {
		if v = strings.TrimSpace(v); v != "" && !strings.EqualFold(v, "identity") {
			return refusal(models.CodeUnsupportedType)
		}
	}
	if r.ContentLength > c.o.MaxBody {
		return refusal(models.CodeBodyTooLarge)
	}
	var err error
	if s.body, err = readLimited(r.Body, s.body[:0], c.o.MaxBody); err != nil {
		return refusal(readFault(err))
	}
	if len(trimmed(bytes.TrimPrefix(s.body, byteOrderMark))) == 0 {
		return refusal(models.CodeEmptyBody)
	}
	if !c.o.AllowJSON && isJSON(s.body) {
		return refusal(models.CodeUnsupportedType)
	}
	return nil
}

var errTooLarge = errors.New("wechat: body too large")

// readLimited appends all of r to b; more than limit bytes are an error.
func readLimited(r io.Reader, b []byte, limit int64) ([]byte, error) {
	if r == nil {
		return b, nil
	}
	if cap(b) == 0 {
		b = make([]byte, 0, 4096)
	}
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if int64(len(b)) > limit {
			return b, errTooLarge
		}
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

func readFault(err error) string {
	var tooLarge *http.MaxBytesError
	var network net.Error
	switch {
	case errors.Is(err, errTooLarge), errors.As(err, &tooLarge):
		return models.CodeBodyTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &network) && network.Timeout():
		return models.CodeBodyTimeout
	}
	return models.CodeBadEnvelope
}
