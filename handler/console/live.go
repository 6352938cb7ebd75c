package console

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
)

const (
	// heartbeat keeps proxies from closing a silent stream; most give up after 60 s.
	heartbeat = 15 * time.Second
	// writeWithin is how long one write may take before the listener counts as gone.
	writeWithin = 10 * time.Second
)

const (
	eventSignedOut = "event: signed_out\ndata: {\"message\":\"登录已结束，或能看的账号变了；请重新登录或重新连接\"}\n\n"
	eventSlow      = "event: dropped\ndata: {\"message\":\"接收太慢，连接已断开；请凭 Last-Event-ID 重新连接\"}\n\n"
	eventClosing   = "event: closing\ndata: {\"message\":\"服务正在停止；请稍后凭 Last-Event-ID 重新连接\"}\n\n"
)

// live is the stream of server-sent events: counters and indices of accounts as they change
// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
func (d *Console) live(c *gin.Context) {
	accounts, err := appIDs(c)
	if err != nil {
		d.refuse(c, err)
		return
	}
	l, first, err := d.o.Live.join(accounts, c.GetHeader("Last-Event-ID"))
	if err != nil {
		d.refuse(c, err)
		return
	}
	defer d.o.Live.leave(l)
	head := c.Writer.Header()
	head.Set("Content-Type", "text/event-stream; charset=utf-8")
	head.Set("X-Accel-Buffering", "no") // nginx passes events on at once
	c.Status(http.StatusOK)
	s := stream{w: c.Writer, conn: http.NewResponseController(c.Writer)}
	// The server's read limit would end the request in mid-stream. A test recorder knows no
	// deadlines; a connection always does.
	_ = s.conn.SetReadDeadline(time.Time{})
	if !s.write([]byte("retry: 2000\n\n")) || !s.write(first) {
		return
	}
	d.follow(c, l, &s)
}

// follow passes events on until one side ends it.
func (d *Console) follow(c *gin.Context, l *listener, s *stream) {
	beat := time.NewTicker(d.o.Heartbeat)
	defer beat.Stop()
	for {
		var ok bool
		select {
		case <-c.Request.Context().Done():
			return
		case <-beat.C:
			if !d.still(c) {
				s.write([]byte(eventSignedOut))
				return
			}
			ok = s.write([]byte(": heartbeat\n\n"))
		case f, open := <-l.frames:
			if !open {
				s.write([]byte(d.farewell(l)))
				return
			}
			ok = s.write(f.text)
		}
		if !ok {
			return
		}
	}
}

// still reports whether the caller may go on listening: the session may have ended since, and the
// accounts may be others. A database that does not answer ends nothing.
func (d *Console) still(c *gin.Context) bool {
	now, err := d.identify(c, false)
	if err != nil {
		return models.ErrorCode(err) != auth.CodeUnauthorized
	}
	return now.May(auth.ReadLive) && slices.Equal(now.Accounts(auth.ReadLive), callerOf(c).Accounts(auth.ReadLive))
}

func (d *Console) farewell(l *listener) string {
	if d.o.Live.wasSlow(l) {
		return eventSlow
	}
	return eventClosing
}

// stream writes pieces at once, each with a limit of its own instead of the server's for the
// whole answer.
type stream struct {
	w    http.ResponseWriter
	conn *http.ResponseController
}

func (s *stream) write(b []byte) bool {
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeWithin)) // see SetReadDeadline above
	if _, err := s.w.Write(b); err != nil {
		return false
	}
	return s.conn.Flush() == nil
}
