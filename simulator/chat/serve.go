package chat

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Serve serves on l until ctx ends, and closes the server. Live event streams last as long as a
// tab is open, so writing has no deadline here.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: 3 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 60 * time.Second,
		MaxHeaderBytes: 16 << 10, ErrorLog: log.New(io.Discard, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	var fault error
	select {
	case <-ctx.Done():
	case fault = <-failed:
	}
	s.Close()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		fault = errors.Join(fault, server.Close())
	}
	if errors.Is(fault, http.ErrServerClosed) {
		return nil
	}
	return fault
}
