package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Article is one published post with the latest figures known of it.
type Article struct {
	AppID       string    `json:"account"`
	MsgID       string    `json:"msgid"`
	PublishedAt time.Time `json:"published_at"`
	Title       string    `json:"title"`
	Topic       string    `json:"topic"`
	Form        string    `json:"form"`
	Push        string    `json:"push"` // posts sent together share it
	Headline    bool      `json:"headline"`
	Reads       int64     `json:"reads"`
	Zaikan      int64     `json:"zaikan"`
	Likes       int64     `json:"likes"`
	Shares      int64     `json:"shares"`
	FinishRate  *float64  `json:"finish_rate"` // percent; nil = not known
	Readers     bool      `json:"readers"`     // Reads are people, from WeChat's API
}

const articleColumns = "app_id, msgid, published_at, title, topic, form, push, headline, read_count, zaikan, likes, shares, finish_rate, readers"

// ImportArticles stores posts in one transaction; one that is there already takes the new
// figures. Added counts those that were not.
func (s *Store) ImportArticles(ctx context.Context, list []Article) (added int, err error) {
	const width = 14
	var c cutter
	var values []any
	var faults []models.FieldError
	seen := make(map[[2]string]bool)
	for i, a := range list {
		if a.AppID == "" || a.MsgID == "" || a.PublishedAt.IsZero() {
			faults = append(faults, models.FieldError{Field: fmt.Sprintf("articles[%d]", i), Message: "须有账号、msgid 和发布时间"})
		}
		var rate any
		if a.FinishRate != nil {
			rate = *a.FinishRate
		}
		app, id := c.ascii(a.AppID, appIDChars), c.chars(a.MsgID, nameChars)
		seen[[2]string{app, id}] = true
		values = append(values, app, id, Micros(a.PublishedAt), c.chars(a.Title, 512), c.chars(a.Topic, nameChars),
			c.chars(a.Form, shortChars), c.chars(a.Push, nameChars), bit(a.Headline), a.Reads, a.Zaikan, a.Likes, a.Shares, rate, bit(a.Readers))
	}
	if len(faults) > 0 {
		return 0, &models.Error{Code: models.CodeInvalid, Message: "文章统计有误", Fields: faults}
	}
	err = s.Transact(ctx, func(t *Tx) error {
		before, err := t.rowsIn(ctx, "articles")
		if err != nil {
			return err
		}
		clause := s.dialect.OnConflict("app_id, msgid", "published_at", "title", "topic", "form", "push", "headline", "read_count",
			"zaikan", "likes", "shares", "finish_rate", "readers")
		if err := t.Upsert(ctx, "articles", articleColumns, width, values, clause); err != nil {
			return err
		}
		after, err := t.rowsIn(ctx, "articles")
		added = after - before
		return err
	})
	return added, models.Wrap("store: import articles", err)
}

func (t *Tx) rowsIn(ctx context.Context, table string) (n int, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&n) }, "SELECT COUNT(*) FROM "+table)
	return n, err
}

func scanArticle(rows *sql.Rows) (Article, error) {
	var a Article
	var at int64
	err := rows.Scan(&a.AppID, &a.MsgID, &at, &a.Title, &a.Topic, &a.Form, &a.Push, &a.Headline, &a.Reads, &a.Zaikan, &a.Likes,
		&a.Shares, &a.FinishRate, &a.Readers)
	a.PublishedAt = FromMicros(at)
	return a, err
}

// Articles reads the posts of an account published in [from, to), the oldest first.
func (t *Tx) Articles(ctx context.Context, appID string, from, to time.Time) (list []Article, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		a, err := scanArticle(rows)
		list = append(list, a)
		return err
	}, "SELECT "+articleColumns+" FROM articles WHERE app_id = ? AND published_at >= ? AND published_at < ? ORDER BY published_at, msgid",
		appID, Micros(from), Micros(to))
	return list, err
}

// LastPublished is when the latest post of [from, to) was published; zero: none was.
func (t *Tx) LastPublished(ctx context.Context, appID string, from, to time.Time) (time.Time, error) {
	var at sql.NullInt64
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&at) },
		"SELECT MAX(published_at) FROM articles WHERE app_id = ? AND published_at >= ? AND published_at < ?", appID, Micros(from), Micros(to))
	return FromMicros(at.Int64), err
}

// Followers is how many people followed an account at the end of a day.
type Followers struct {
	AppID string `json:"account"`
	Day   string `json:"day"` // 2006-01-02 in Asia/Shanghai
	Count int64  `json:"followers"`
}

// ImportFollowers stores counts of followers in one transaction, in place of older ones of
// the same day. Added counts the days that were not there.
func (s *Store) ImportFollowers(ctx context.Context, list []Followers) (added int, err error) {
	var c cutter
	var values []any
	var faults []models.FieldError
	for i, f := range list {
		if f.AppID == "" || !validDay(f.Day) || f.Count < 0 {
			faults = append(faults, models.FieldError{Field: fmt.Sprintf("followers[%d]", i), Message: "须有账号、2006-01-02 形式的日期和不小于 0 的人数"})
		}
		values = append(values, c.ascii(f.AppID, appIDChars), c.ascii(f.Day, 10), f.Count)
	}
	if len(faults) > 0 {
		return 0, &models.Error{Code: models.CodeInvalid, Message: "关注人数有误", Fields: faults}
	}
	err = s.Transact(ctx, func(t *Tx) error {
		before, err := t.rowsIn(ctx, "followers")
		if err != nil {
			return err
		}
		if err := t.Upsert(ctx, "followers", "app_id, day, count", 3, values, s.dialect.OnConflict("app_id, day", "count")); err != nil {
			return err
		}
		after, err := t.rowsIn(ctx, "followers")
		added = after - before
		return err
	})
	return added, models.Wrap("store: import followers", err)
}

// Followers reads the counts of an account up to a day, by day.
func (t *Tx) Followers(ctx context.Context, appID, until string) (list []Followers, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		f := Followers{AppID: appID}
		err := rows.Scan(&f.Day, &f.Count)
		list = append(list, f)
		return err
	}, "SELECT day, count FROM followers WHERE app_id = ? AND day <= ? ORDER BY day", appID, until)
	return list, err
}
