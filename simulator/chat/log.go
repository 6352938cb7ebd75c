package chat

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/wenzheng/wenzheng/simulator"
)

// chatLog keeps the chats in a file of JSON lines, so that a restart does not empty the page.
// The last line of an entry counts. Its zero value keeps nothing.
type chatLog struct {
	mu   sync.Mutex
	file *os.File
}

// chatLine is one line: a citizen, or an entry as it is now.
type chatLine struct {
	Citizen string `json:"citizen,omitempty"`
	AppID   string `json:"app_id,omitempty"`
	OpenID  string `json:"openid,omitempty"`
	Entry   *Entry `json:"entry,omitempty"`
}

// write appends a line. A fault costs what a restart would show and nothing else.
func (l *chatLog) write(line chatLine) {
	data, err := json.Marshal(line)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		_, _ = l.file.Write(append(data, '\n')) // see above
	}
}

func (l *chatLog) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

// restore reads the chats of an earlier run and goes on in the same file, written anew with
// what is kept. A broken line, as a power cut leaves it, is skipped.
func (c *chats) restore(path string) error {
	if err := c.read(path); err != nil {
		return fmt.Errorf("chat: read chats: %w", err)
	}
	next := path + ".new"
	f, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // the caller names the file
	if err != nil {
		return fmt.Errorf("chat: keep chats: %w", err)
	}
	c.log.file = f
	for _, name := range c.citizens {
		c.log.write(chatLine{Citizen: name})
	}
	for key, list := range c.logs {
		for _, e := range list {
			c.log.write(chatLine{AppID: key.appID, OpenID: key.openID, Entry: e})
		}
	}
	if err := os.Rename(next, path); err != nil {
		return errors.Join(fmt.Errorf("chat: keep chats: %w", err), c.log.close())
	}
	return nil
}

func (c *chats) read(path string) error {
	f, err := os.Open(path) //nolint:gosec // the caller names the file
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	in := bufio.NewScanner(f)
	in.Buffer(nil, 4<<20)
	for in.Scan() {
		var line chatLine
		if json.Unmarshal(in.Bytes(), &line) == nil {
			c.take(line)
		}
	}
	return in.Err()
}

func (c *chats) take(line chatLine) {
	if line.Citizen != "" {
		c.citizens = append(c.citizens, line.Citizen)
	}
	e := line.Entry
	if e == nil {
		return
	}
	key := chatKey{line.AppID, line.OpenID}
	for i, old := range c.logs[key] {
		if old.ID == e.ID {
			c.logs[key][i] = e
			return
		}
	}
	c.logs[key] = append(c.logs[key], e)
	c.lastID = max(c.lastID, e.ID)
	if e.Delivery != nil && e.Side != SideAccount {
		c.bodies[e.ID] = []byte(e.Delivery.Raw)
	}
}

// remembered tells the platform who followed when the program ended: the last event of each
// citizen that says so, else the last of any kind.
func (s *Server) remembered() {
	for key, list := range s.chats.logs {
		var last *simulator.Event
		for _, e := range list {
			if e.Delivery == nil {
				continue
			}
			ev, err := simulator.ReadEvent(key.appID, []byte(e.Delivery.Raw))
			if err != nil {
				continue
			}
			if last == nil || turns(&ev) || !turns(last) {
				last = &ev
			}
		}
		if last != nil {
			s.platform.Begin(key.appID, last)
		}
	}
}

// turns reports whether the event makes a follower or ends one.
func turns(ev *simulator.Event) bool { return ev.Event == "subscribe" || ev.Event == "unsubscribe" }
