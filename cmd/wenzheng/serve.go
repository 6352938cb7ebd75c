package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/wechat"
)

type serveCmd struct {
	Addr    string `help:"监听地址，例 127.0.0.1:8080" placeholder:"HOST:PORT"`
	Migrate bool   `help:"启动时升级 MySQL 的表结构（SQLite 总是自动升级）"`
}

// Help implements kong's detailed help.
func (serveCmd) Help() string {
	return "例：wenzheng serve --config /etc/wenzheng/wenzheng.yaml\n" +
		"设置见 docs/operations.md；停止：发 SIGTERM，10 秒内收尾退出，未入库的消息留在磁盘，下次启动继续。"
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
	if err := p.checkDataFolder(s); err != nil {
		return err
	}
	sealer, err := p.sealer(s)
	if err != nil {
		return err
	}
	listeners, err := listen(ctx, s)
	if err != nil {
		return err
	}
	v, err := newService(ctx, p, s, sealer, c.Migrate || embedded(s))
	if err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	return v.serve(ctx, listeners...)
}

// embedded reports whether the database is a file of this program alone.
func embedded(s *config.Settings) bool { return strings.HasPrefix(s.Database, "sqlite:") }

func listen(ctx context.Context, s *config.Settings) ([]net.Listener, error) {
	var out []net.Listener
	for _, addr := range []string{s.Addr, s.MetricsAddr} {
		if addr == "" {
			continue
		}
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("不能监听 %s，请换一个（--addr 或 metrics_addr）：%w", addr, err), closeAll(out))
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

func (v *service) codecOptions() wechat.Options {
	s := v.settings
	skew := s.Callback.MaxSkew
	if skew == 0 {
		skew = -1 // off
	}
	return wechat.Options{
		MaxBody: s.Callback.MaxBody, MaxSkew: skew, AllowJSON: s.Callback.AllowJSON,
		CompatPlainReply: s.Callback.CompatPlainReply, SafeEmptyZeroBytes: s.Callback.SafeEmpty == config.SafeEmptyZeroBytes,
		MaxReplyBytes: s.Reply.MaxBytes, Now: v.now,
	}
}
