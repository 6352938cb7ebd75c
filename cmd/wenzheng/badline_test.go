package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// badAnswer is what came back on one request.
type badAnswer struct {
	status int
	header http.Header
	body   string
	took   time.Duration
}

// badLine writes requests to the service by hand, so that nothing on this side repairs or
// refuses them. It keeps its connection as long as the service does.
type badLine struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
}

// badPatience is more than any answer may take.
const badPatience = 10 * time.Second

func (l *badLine) open() error {
	if l.conn != nil {
		return l.conn.SetDeadline(time.Now().Add(badPatience))
	}
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		return err
	}
	l.conn, l.in = conn, bufio.NewReader(conn)
	return conn.SetDeadline(time.Now().Add(badPatience))
}

func (l *badLine) close() {
	if l.conn != nil {
		_ = l.conn.Close() // nothing is lost with it
		l.conn = nil
	}
}

// send makes one request of a case and reads its answer. The body is still being written
// while the answer is awaited: a service may refuse before it has read everything.
func (l *badLine) send(r *wechattest.Request) (badAnswer, error) {
	if err := l.open(); err != nil {
		return badAnswer{}, err
	}
	start := time.Now()
	conn, sent := l.conn, make(chan error, 1)
	go func() { sent <- badWrite(conn, r) }()
	a, keep, err := l.read(r.Method)
	a.took = time.Since(start)
	if err != nil || !keep || r.Fault != wechattest.FaultNone || r.Stream > 0 {
		l.close() // ends the writing too
	}
	if sendErr := <-sent; sendErr != nil {
		l.close()
	}
	return a, err
}

// read reads one answer that is no interim one.
func (l *badLine) read(method string) (a badAnswer, keep bool, err error) {
	for {
		res, err := http.ReadResponse(l.in, &http.Request{Method: method})
		if err != nil {
			return a, false, fmt.Errorf("read answer: %w", err)
		}
		if res.StatusCode == http.StatusContinue {
			a.header = http.Header{"Continued": {"yes"}}
			continue
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return a, false, fmt.Errorf("read body of %s: %w", res.Status, err)
		}
		continued := a.header != nil
		a = badAnswer{status: res.StatusCode, header: res.Header, body: string(body)}
		if continued {
			a.header.Set("Continued", "yes")
		}
		return a, !res.Close, res.Body.Close()
	}
}

func badWrite(conn net.Conn, r *wechattest.Request) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s?%s HTTP/1.1\r\nHost: wechat.example\r\n", r.Method, r.Path, r.Query)
	for name, values := range r.Header {
		for _, v := range values {
			fmt.Fprintf(&b, "%s: %s\r\n", name, v)
		}
	}
	if r.Stream > 0 {
		b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		return badStream(conn, b.Bytes(), r.Stream)
	}
	body := r.Body
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(body))
	if r.Fault != wechattest.FaultNone {
		body = body[:len(body)/2]
	}
	b.Write(body)
	if _, err := conn.Write(b.Bytes()); err != nil {
		return err
	}
	if half, ok := conn.(*net.TCPConn); ok && r.Fault == wechattest.FaultCut {
		return half.CloseWrite()
	}
	return nil
}

// badStream sends zero bytes in chunks until the service hangs up.
func badStream(conn net.Conn, head []byte, size int64) error {
	const chunk = 32 << 10
	if _, err := conn.Write(head); err != nil {
		return err
	}
	part := slices.Concat([]byte(strconv.FormatInt(chunk, 16)+"\r\n"), make([]byte, chunk), []byte("\r\n"))
	for ; size > 0; size -= chunk {
		if _, err := conn.Write(part); err != nil {
			return err
		}
	}
	return errors.New("the whole endless body was taken")
}

// raw writes bytes as they are and reads as many answers as there are methods.
func (l *badLine) raw(text string, methods ...string) ([]badAnswer, error) {
	defer l.close()
	if err := l.open(); err != nil {
		return nil, err
	}
	conn, sent := l.conn, make(chan error, 1)
	go func() {
		_, err := io.Copy(conn, strings.NewReader(text))
		sent <- err
	}()
	defer func() { <-sent }()
	var all []badAnswer
	for _, m := range methods {
		a, _, err := l.read(m)
		if err != nil {
			l.close()
			return all, err
		}
		all = append(all, a)
	}
	l.close()
	return all, nil
}

// drip writes head at once and then a byte of rest at every tick until an answer comes or
// the service hangs up; status 0 when it hung up without an answer.
func (l *badLine) drip(head, rest string, every time.Duration) (badAnswer, error) {
	defer l.close()
	if err := l.open(); err != nil {
		return badAnswer{}, err
	}
	start := time.Now()
	if _, err := io.WriteString(l.conn, head); err != nil {
		return badAnswer{}, err
	}
	conn, stop, done := l.conn, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for i := 0; i < len(rest); i++ {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			if _, err := io.WriteString(conn, rest[i:i+1]); err != nil {
				return
			}
		}
	}()
	a, _, err := l.read(http.MethodPost)
	a.took = time.Since(start)
	close(stop)
	<-done
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) {
		err = nil
	}
	return a, err
}
