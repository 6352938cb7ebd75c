package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// child is a server in a process of its own.
type child struct {
	addr  string
	keeps bool // it recognises repeats, so every message must be another
	stop  func()
	// metric reads one value of the product's /metrics.
	metric func(name string) (float64, error)
}

func startServer(mode, mysql string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	cmd := exec.CommandContext(context.Background(), self, "-serve", mode) //nolint:gosec // ourselves
	cmd.Env = append(os.Environ(), "BENCH_MYSQL="+mysql)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("bench: start %s: %w", mode, err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("bench: %s did not start: %w", mode, err)
	}
	return &child{addr: strings.TrimSpace(addr), stop: func() {
		_ = in.Close()
		_ = cmd.Wait()
	}}, nil
}

// startProduct runs the real program on an empty data folder, with 10,000 rules.
func startProduct(o options, mysql string) (*child, error) {
	dir, err := os.MkdirTemp("", "wenzheng-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	p := &product{binary: o.binary, dir: dir, addr: freeAddr(), metrics: freeAddr()}
	p.env = append(os.Environ(), "WENZHENG_DATA_DIR="+dir, "WENZHENG_ADDR="+p.addr, "WENZHENG_METRICS_ADDR="+p.metrics,
		"WENZHENG_SECRET_KEY="+o.key, "WENZHENG_LOG_LEVEL=error", "WENZHENG_JOURNAL_ALLOW_VOLATILE=true")
	if mysql != "" {
		p.env = append(p.env, "WENZHENG_DATABASE=mysql:"+mysql)
	}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	return p.start()
}

type product struct {
	binary, dir, addr, metrics string
	env                        []string
}

// freeAddr is a loopback address that nobody listens on at this moment.
func freeAddr() string {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:18080"
	}
	defer l.Close() //nolint:errcheck // nothing was written
	return l.Addr().String()
}

func randomKey() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

func (p *product) prepare() error {
	file := filepath.Join(p.dir, "rules.json")
	b, err := json.Marshal(map[string]any{"rules": benchRules(10_000)})
	if err != nil {
		return fmt.Errorf("bench: rules: %w", err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return fmt.Errorf("bench: rules: %w", err)
	}
	for _, args := range [][]string{
		{"init"},
		{"migrate", "up"},
		{"account", "add", "--app-id", benchAccount.AppID, "--name", benchAccount.Name, "--kind", "service", "--token", benchAccount.Token, "--aes-key", benchAccount.AESKey},
		{"rules", "import", file, "--account", benchAccount.AppID, "--publish"},
	} {
		cmd := exec.CommandContext(context.Background(), p.binary, args...) //nolint:gosec // the program under test
		cmd.Env = p.env
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("bench: wenzheng %s: %w: %s", strings.Join(args, " "), err, out)
		}
	}
	return nil
}

func (p *product) start() (*child, error) {
	cmd := exec.CommandContext(context.Background(), p.binary, "serve") //nolint:gosec // the program under test
	cmd.Env, cmd.Stderr = p.env, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("bench: start: %w", err)
	}
	c := &child{addr: p.addr, keeps: true, metric: p.metric, stop: func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = os.RemoveAll(p.dir)
	}}
	for range 200 {
		res, err := http.Get("http://" + p.addr + "/readyz") //nolint:noctx // a probe of our own child
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return c, nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	c.stop()
	return nil, fmt.Errorf("bench: %s did not become ready", p.binary)
}

func (p *product) metric(name string) (float64, error) {
	res, err := http.Get("http://" + p.metrics + "/metrics") //nolint:noctx // our own child
	if err != nil {
		return 0, fmt.Errorf("bench: metrics: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // read only
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, fmt.Errorf("bench: metrics: %w", err)
	}
	for _, line := range strings.Split(string(b), "\n") {
		var v float64
		if n, _ := fmt.Sscanf(line, name+" %g", &v); n == 1 {
			return v, nil
		}
	}
	return 0, fmt.Errorf("bench: no metric %s", name)
}
