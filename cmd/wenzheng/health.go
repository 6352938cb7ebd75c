package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
)

type healthCmd struct {
	URL string `help:"服务地址" default:"http://127.0.0.1:8080"`
}

// Run succeeds when the running service can answer citizens.
func (c *healthCmd) Run(ctx context.Context, p *program) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	h, err := askReady(ctx, c.URL)
	if err != nil {
		return err
	}
	if !h.Able {
		return fmt.Errorf("不能服务市民：%s", strings.Join(h.Reasons, "；"))
	}
	_, err = fmt.Fprintln(p.stdout, h.Status, strings.Join(h.Reasons, "；"))
	return err
}

// askReady asks the service at base; its errors are for people.
func askReady(ctx context.Context, base string) (h accounts.Readiness, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", http.NoBody)
	if err != nil {
		return h, fmt.Errorf("服务地址不对：%w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return h, fmt.Errorf("连不上 %s，请确认服务已启动：%w", base, err)
	}
	defer res.Body.Close() //nolint:errcheck // read only
	h.Able = res.StatusCode == http.StatusOK
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&h); err != nil {
		return h, fmt.Errorf("%s/readyz 的回答看不懂，那里运行的可能不是问政", base)
	}
	return h, nil
}
