package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
	wechatsdk "github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	offConfig "github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/sirupsen/logrus"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// serveMode runs one server in this process and prints its address. It ends with its
// standard input, so that no server outlives the run.
func serveMode(mode string) error {
	debug.SetGCPercent(400) // as the program itself does, and the next line too: all servers alike
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 2)
	build, ok := map[string]func() (http.Handler, error){
		"hello":       hello,
		"sdk":         sdkEcho,
		"plain":       func() (http.Handler, error) { return ours(models.ModePlain, 1) },
		"aes":         func() (http.Handler, error) { return ours(models.ModeSafe, 1) },
		"routed":      func() (http.Handler, error) { return ours(models.ModePlain, 10_000) },
		"synchronous": synchronous,
	}[mode]
	if !ok {
		return fmt.Errorf("bench: no server %q", mode)
	}
	h, err := build()
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("bench: listen: %w", err)
	}
	fmt.Println(l.Addr())
	s := handler.NewServer(h, quiet())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = s.Close()
	}()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("bench: serve: %w", err)
	}
	return nil
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// hello is the floor: gin with one route and nothing behind it.
func hello() (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.POST("/wechat/callback/:app_id", func(c *gin.Context) { c.String(http.StatusOK, "hello") })
	return e, nil
}

// sdkEcho is the SDK's own server behind gin, wired as its documentation shows: it echoes
// the text in plaintext mode and keeps nothing.
func sdkEcho() (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	logrus.SetOutput(io.Discard) // it logs every message otherwise, which flatters nobody
	logrus.SetLevel(logrus.ErrorLevel)
	account := wechatsdk.NewWechat().GetOfficialAccount(&offConfig.Config{
		AppID: benchAccount.AppID, Token: benchAccount.Token, Cache: cache.NewMemory(),
	})
	e := gin.New()
	e.POST("/wechat/callback/:app_id", func(c *gin.Context) {
		s := account.GetServer(c.Request, c.Writer)
		s.SetMessageHandler(func(m *message.MixMessage) *message.Reply {
			return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(m.Content)}
		})
		if err := s.Serve(); err != nil {
			c.AbortWithStatus(http.StatusForbidden)
			return
		}
		_ = s.Send()
	})
	return e, nil
}

// ours is the door, the wire and the brain without a log.
func ours(mode models.Mode, rules int) (http.Handler, error) {
	account := benchAccount
	account.Mode = mode
	if mode == models.ModePlain {
		account.AESKey = ""
	}
	codec, err := wechat.NewCodec(account, wechat.Options{})
	if err != nil {
		return nil, err
	}
	brain := bot.New(bot.Options{Now: time.Now, Logger: quiet()})
	if err := brain.Publish(account, 1, benchRules(rules)); err != nil {
		return nil, err
	}
	return handler.New(handler.Options{
		Codec:   func(string) (handler.Codec, bool) { return codec, true },
		Journal: nowhere{}, Brain: brain, Logger: quiet(),
		Ready: func(context.Context) (bool, []models.Reason) { return true, nil },
	}), nil
}

// nowhere keeps nothing: it shows what the callback costs without the promise.
type nowhere struct{}

func (nowhere) Receive(context.Context, *models.Message) (models.Receipt, error) {
	return models.Receipt{}, nil
}

func (nowhere) Answer(string, models.Answer) {}

// benchRules are n keyword rules, the first of which fits the messages sent.
func benchRules(n int) []models.Rule {
	rules := make([]models.Rule, n)
	for i := range rules {
		rules[i] = models.Rule{
			ID: int64(i + 1), Name: fmt.Sprintf("规则%d", i), Match: models.MatchContains, State: models.RulePublished,
			Keywords: []string{fmt.Sprintf("事项%d办理", i)}, Replies: []models.Reply{models.TextReply(fmt.Sprintf("事项%d的办理指南", i))},
		}
	}
	rules[0].Keywords = []string{"社保卡"}
	return rules
}
