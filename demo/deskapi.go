package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// pastAPI stands in for WeChat while what the office sent in the past is written: the simulator's clock is
// today's, so nobody there can be reached in the past. It takes every message, but for one whose outcome
// nobody knows.
type pastAPI struct {
	server *http.Server
	ended  chan error
	base   string
	silent atomic.Bool // the next messages get no answer that says what became of them
}

func newPastAPI(ctx context.Context) (*pastAPI, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	a := &pastAPI{base: "http://" + l.Addr().String(), ended: make(chan error, 1)}
	a.server = &http.Server{Handler: a, ReadHeaderTimeout: 5 * time.Second}
	go func() { a.ended <- a.server.Serve(l) }()
	return a, nil
}

func (a *pastAPI) close() error {
	err := a.server.Close()
	if ended := <-a.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

func (a *pastAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := `{"errcode":0,"errmsg":"ok"}`
	switch {
	case strings.Contains(r.URL.Path, "token"):
		answer = `{"access_token":"past","expires_in":7200}`
	case a.silent.Load():
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, answer) // who went away asks again
}

func (a *pastAPI) client(account *models.Account, now func() time.Time) *wechat.Client {
	return wechat.NewClient(*account, wechat.ClientOptions{Base: a.base, Now: now, TokenInterval: time.Nanosecond})
}
