package main

import (
	"context"
	"errors"
	"fmt"
	"net"
)

type serveCmd struct {
	Addr    string `help:"监听地址，例 127.0.0.1:8080" placeholder:"HOST:PORT"`
	Migrate bool   `help:"启动时升级 MySQL 的表结构（SQLite 总是自动升级）"`
}

// Run serves until a signal.
func (c *serveCmd) Run(ctx context.Context, p *program) error {
	p.serves.Store(true)
	flags := map[string]string{}
	if c.Addr != "" {
		flags["addr"] = c.Addr
	}
	s, err := p.settings(flags)
	if err != nil {
		return err
	}
	if err := s.CheckFolder(); err != nil {
		return err
	}
	sealer, err := p.sealer(s)
	if err != nil {
		return err
	}
	listeners, err := listen(ctx, address{s.Addr, "--addr"}, address{s.MetricsAddr, "metrics_addr"})
	if err != nil {
		return err
	}
	v, err := newService(ctx, p, s, sealer, c.Migrate || s.Embedded())
	if err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	return v.serve(ctx, listeners...)
}

// address is one to listen on, "" for none, and where a person decides on it.
type address struct{ addr, decided string }

// listen takes all addresses or none.
func listen(ctx context.Context, addresses ...address) ([]net.Listener, error) {
	var out []net.Listener
	for _, a := range addresses {
		if a.addr == "" {
			continue
		}
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.addr)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("不能监听 %s，端口可能已被占用，请换一个（%s）：%w", a.addr, a.decided, err), closeAll(out))
		}
		out = append(out, l)
	}
	return out, nil
}

func closeAll(listeners []net.Listener) error {
	var faults []error
	for _, l := range listeners {
		faults = append(faults, l.Close())
	}
	return errors.Join(faults...)
}
