package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

type articlesCmd struct {
	Import articlesImportCmd `cmd:"" help:"导入文章统计（传播指数用）"`
}

type followersCmd struct {
	Import followersImportCmd `cmd:"" help:"导入关注人数"`
}

type ratingsCmd struct {
	Import ratingsImportCmd `cmd:"" help:"导入满意度评价"`
}

type articlesImportCmd struct {
	File string `arg:"" help:"CSV 或 xlsx 文件"`
}

// Help implements kong's detailed help.
func (articlesImportCmd) Help() string {
	return "例：wenzheng articles import 文章.csv\n" +
		"列（表头也可写中文，如 账号、文章编号、发布时间、阅读数）：account,msgid,published_at,title,topic,form,headline,reads,zaikan,likes,shares,finish_rate\n" +
		"reads 可写 10万+；finish_rate 为百分数，可空；同一账号同一 msgid 的旧数据被替换；有一行有误则全部不导入。"
}

// Run imports all articles of the file, or none.
func (c *articlesImportCmd) Run(ctx context.Context, p *program) error {
	rows, err := readFile(c.File, p.now(), sheet.ReadArticles)
	if err != nil {
		return err
	}
	list := make([]store.Article, len(rows))
	accounts := map[string]bool{}
	for i, r := range rows {
		accounts[r.AppID] = true
		list[i] = store.Article{
			AppID: r.AppID, MsgID: r.MsgID, PublishedAt: r.PublishedAt, Title: r.Title, Topic: r.Topic, Form: r.Form, Push: pushOf(r.MsgID),
			Headline: r.Headline, Reads: r.Reads, Zaikan: r.Zaikan, Likes: r.Likes, Shares: r.Shares, FinishRate: r.FinishRate,
		}
	}
	return p.importing(ctx, len(rows), "篇文章", accounts, func(st *installation) (int, error) { return st.ImportArticles(ctx, list) })
}

// pushOf is the push of a post: WeChat writes msgid as PUSH_INDEX.
func pushOf(msgID string) string {
	if i := strings.LastIndexByte(msgID, '_'); i > 0 {
		return msgID[:i]
	}
	return msgID
}

type followersImportCmd struct {
	File string `arg:"" help:"CSV 或 xlsx 文件"`
}

// Help implements kong's detailed help.
func (followersImportCmd) Help() string {
	return "例：wenzheng followers import 关注人数.csv\n列：account,date,followers（也可写 账号、日期、关注人数）；同一账号同一天的旧数据被替换；有一行有误则全部不导入。"
}

// Run imports all counts of the file, or none.
func (c *followersImportCmd) Run(ctx context.Context, p *program) error {
	rows, err := readFile(c.File, p.now(), sheet.ReadFollowers)
	if err != nil {
		return err
	}
	list := make([]store.Followers, len(rows))
	accounts := map[string]bool{}
	for i, r := range rows {
		accounts[r.AppID] = true
		list[i] = store.Followers{AppID: r.AppID, Day: r.Date, Count: r.Count}
	}
	return p.importing(ctx, len(rows), "天的关注人数", accounts, func(st *installation) (int, error) { return st.ImportFollowers(ctx, list) })
}

type ratingsImportCmd struct {
	File string `arg:"" help:"CSV 或 xlsx 文件"`
}

// Help implements kong's detailed help.
func (ratingsImportCmd) Help() string {
	return "例：wenzheng ratings import 评价.csv\n列：account,openid,at,satisfied,solved（也可写 账号、市民、评价时间、满意、解决）；重复导入不会重复计数；有一行有误则全部不导入。\n" +
		"每份评价归于该市民此前最近一轮已答复的诉求，一轮只计最后一份。"
}

// Run imports all ratings of the file, or none.
func (c *ratingsImportCmd) Run(ctx context.Context, p *program) error {
	list, err := readFile(c.File, p.now(), sheet.ReadRatings)
	if err != nil {
		return err
	}
	accounts := map[string]bool{}
	for i := range list {
		accounts[list[i].AppID] = true
	}
	return p.importing(ctx, len(list), "份评价", accounts, func(st *installation) (int, error) {
		added, unmatched, err := st.waits.ImportRatings(ctx, list)
		if err == nil && unmatched > 0 {
			_, err = fmt.Fprintf(p.stderr, "注意：%d 份评价找不到此前已答复的诉求，不计入满意率\n", unmatched)
		}
		return added, err
	})
}

func readFile[T any](path string, now time.Time, read func(name string, r io.Reader, now time.Time) ([]T, error)) ([]T, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("打不开文件：%w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	return read(filepath.Base(path), f, now)
}

// importing runs one import and says what became of it.
func (p *program) importing(ctx context.Context, rows int, what string, accounts map[string]bool, run func(*installation) (int, error)) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	added, err := run(st)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.stdout, "已导入 %d %s，其中新增 %d\n", rows, what, added); err != nil {
		return err
	}
	return st.warnUnknown(ctx, p, accounts)
}
