package analytics

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// RecordsImported is what an import of records beside the log brought.
type RecordsImported struct {
	Text    string // how many of what
	Notices string // what of it needs attention
}

// ImportArticles imports all articles of a file, or none; those that are there are replaced.
func (m *Analytics) ImportArticles(ctx context.Context, file string) (RecordsImported, error) {
	rows, err := readRecords(file, m.now(), sheet.ReadArticles)
	if err != nil {
		return RecordsImported{}, err
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
	added, err := m.store.ImportArticles(ctx, list)
	if err != nil {
		return RecordsImported{}, err
	}
	return m.imported(ctx, len(list), "篇文章", added, accounts)
}

// pushOf is the push of a post: WeChat writes msgid as PUSH_INDEX.
func pushOf(msgID string) string {
	if i := strings.LastIndexByte(msgID, '_'); i > 0 {
		return msgID[:i]
	}
	return msgID
}

// ImportFollowers imports all counts of followers of a file, or none; those of the same day are
// replaced.
func (m *Analytics) ImportFollowers(ctx context.Context, file string) (RecordsImported, error) {
	rows, err := readRecords(file, m.now(), sheet.ReadFollowers)
	if err != nil {
		return RecordsImported{}, err
	}
	list := make([]store.Followers, len(rows))
	accounts := map[string]bool{}
	for i, r := range rows {
		accounts[r.AppID] = true
		list[i] = store.Followers{AppID: r.AppID, Day: r.Date, Count: r.Count}
	}
	added, err := m.store.ImportFollowers(ctx, list)
	if err != nil {
		return RecordsImported{}, err
	}
	return m.imported(ctx, len(list), "天的关注人数", added, accounts)
}

// ImportRatings imports all ratings of a file, or none; what is there is not stored twice.
func (m *Analytics) ImportRatings(ctx context.Context, file string) (RecordsImported, error) {
	list, err := readRecords(file, m.now(), sheet.ReadRatings)
	if err != nil {
		return RecordsImported{}, err
	}
	accounts := map[string]bool{}
	for i := range list {
		accounts[list[i].AppID] = true
	}
	added, unmatched, err := m.waits.ImportRatings(ctx, list)
	if err != nil {
		return RecordsImported{}, err
	}
	done, err := m.imported(ctx, len(list), "份评价", added, accounts)
	if unmatched > 0 {
		done.Notices = fmt.Sprintf("注意：%d 份评价找不到此前已答复的诉求，不计入满意率\n", unmatched) + done.Notices
	}
	return done, err
}

func readRecords[T any](file string, now time.Time, read func(name string, r io.Reader, now time.Time) ([]T, error)) ([]T, error) {
	return sheet.ReadFile(file, func(name string, r io.Reader) ([]T, error) { return read(name, r, now) })
}

func (m *Analytics) imported(ctx context.Context, rows int, what string, added int, accounts map[string]bool) (RecordsImported, error) {
	notices, err := m.unknownNotice(ctx, accounts)
	return RecordsImported{fmt.Sprintf("已导入 %d %s，其中新增 %d\n", rows, what, added), notices}, err
}
