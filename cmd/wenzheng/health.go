package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/handler"
)

type healthCmd struct {
	URL string `help:"服务地址" default:"http://127.0.0.1:8080"`
}

// Run succeeds when the running service can answer citizens.
func (c *healthCmd) Run(ctx context.Context, p *program) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	h, err := handler.AskReady(ctx, c.URL)
	if err != nil {
		return err
	}
	if !h.Able {
		return fmt.Errorf("不能服务市民：%s", strings.Join(h.Reasons, "；"))
	}
	_, err = fmt.Fprintln(p.stdout, h.Status, strings.Join(h.Reasons, "；"))
	return err
}
