package sheet

import (
	"io"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Article is a row of the article statistics: one published post and what became of it.
type Article struct {
	AppID       string
	MsgID       string // unique within the account; posts of one push are written PUSH_1, PUSH_2 ...
	PublishedAt time.Time
	Title       string
	Topic       string
	Form        string // 图文, 视频 ...
	Headline    bool   // 头条
	Reads       int64  // 100,000+ is 100001
	Zaikan      int64
	Likes       int64
	Shares      int64
	FinishRate  *float64 // percent, nil = not known
}

// Followers is how many followers an account had at the end of a day (2006-01-02).
type Followers struct {
	AppID string
	Date  string
	Count int64
}

// longestName bounds keys and names in bytes: they are columns of the database.
const (
	longestKey  = 128
	longestName = 255
)

// accountTitles and openIDTitles are how files of our own and of people name account and
// citizen.
func accountTitles() []string { return []string{"账号", "公众号", "appid"} }
func openIDTitles() []string  { return []string{"市民", "用户"} }

func accountColumn() Column { return Column{"account", accountTitles(), true} }

// ReadArticles reads the article statistics, CSV or xlsx, columns
// account,msgid,published_at,title,topic,form,headline,reads,zaikan,likes,shares,finish_rate
// in any order. Faults, among them what is to happen only after now, are one *models.Error
// naming every place; then there are no rows.
func ReadArticles(name string, r io.Reader, now time.Time) ([]Article, error) {
	columns := []Column{
		accountColumn(),
		{"msgid", []string{"文章编号", "消息编号", "图文编号"}, true},
		{"published_at", []string{"发布时间", "发表时间", "群发时间"}, true},
		{"title", []string{"标题", "文章标题"}, false},
		{"topic", []string{"主题"}, false},
		{"form", []string{"形式", "体裁", "类型"}, false},
		{"headline", []string{"头条", "是否头条"}, false},
		{"reads", []string{"阅读数", "阅读量", "阅读", "阅读次数"}, true},
		{"zaikan", []string{"在看数", "在看"}, false},
		{"likes", []string{"点赞数", "点赞", "点赞量"}, false},
		{"shares", []string{"分享数", "转发数", "分享", "转发", "分享次数"}, false},
		{"finish_rate", []string{"完读率", "读完率"}, false},
	}
	var list []Article
	seen := map[[2]string]bool{}
	err := ReadRecords(name, r, now, columns, func(c *Record) {
		a := Article{
			AppID: c.account(), MsgID: c.Text("msgid", longestKey, false), PublishedAt: c.Time("published_at"),
			Title: c.Text("title", 4*longestName, true), Topic: c.Text("topic", longestName, true), Form: c.Text("form", longestName, true),
			Headline: c.flag("headline"), Reads: c.count("reads"), Zaikan: c.count("zaikan"), Likes: c.count("likes"),
			Shares: c.count("shares"), FinishRate: c.percent("finish_rate"),
		}
		c.once(seen, [2]string{a.AppID, a.MsgID}, "msgid")
		list = append(list, a)
	})
	return allOrNothing(list, err)
}

// ReadFollowers reads follower counts, columns account,date,followers in any order. Faults
// are as in ReadArticles.
func ReadFollowers(name string, r io.Reader, now time.Time) ([]Followers, error) {
	columns := []Column{
		accountColumn(),
		{"date", []string{"日期"}, true},
		{"followers", []string{"关注人数", "累计关注人数", "累积关注人数", "粉丝数", "关注数"}, true},
	}
	var list []Followers
	seen := map[[2]string]bool{}
	err := ReadRecords(name, r, now, columns, func(c *Record) {
		f := Followers{AppID: c.account(), Date: c.date("date"), Count: c.count("followers")}
		if c.Cell("followers") == "" {
			c.Fault("followers", "不能为空")
		}
		c.once(seen, [2]string{f.AppID, f.Date}, "date")
		list = append(list, f)
	})
	return allOrNothing(list, err)
}

// ReadRatings reads ratings, columns account,openid,at,satisfied,solved in any order. Faults
// are as in ReadArticles; no rating has a UID.
func ReadRatings(name string, r io.Reader, now time.Time) ([]models.Rating, error) {
	columns := []Column{
		accountColumn(),
		{"openid", openIDTitles(), true},
		{"at", []string{"评价时间", "时间"}, true},
		{"satisfied", []string{"满意", "是否满意"}, true},
		{"solved", []string{"解决", "是否解决", "已解决"}, false},
	}
	var list []models.Rating
	err := ReadRecords(name, r, now, columns, func(c *Record) {
		if c.Cell("satisfied") == "" {
			c.Fault("satisfied", "不能为空")
		}
		list = append(list, models.Rating{
			AppID: c.account(), OpenID: c.Text("openid", longestKey, false), At: c.Time("at"),
			Satisfied: c.flag("satisfied"), Solved: c.flag("solved"),
		})
	})
	return allOrNothing(list, err)
}

// anyDay is behind every day of a plan.
func anyDay() time.Time { return time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) }

// ReadDuties reads a roster, CSV or xlsx, columns operator,from,to,weekdays,hours,topics in any order.
// Faults are one *models.Error naming every place.
func ReadDuties(name string, r io.Reader) ([]models.Duty, error) {
	columns := []Column{
		{"operator", []string{"坐席", "登录名", "人员"}, true},
		{"from", []string{"从", "开始日期", "起始日期"}, false},
		{"to", []string{"到", "结束日期", "截止日期"}, false},
		{"weekdays", []string{"星期"}, false},
		{"hours", []string{"时段", "时间"}, true},
		{"topics", []string{"主题"}, false},
	}
	var list []models.Duty
	err := ReadRecords(name, r, anyDay(), columns, func(c *Record) {
		list = append(list, models.Duty{
			Operator: c.Text("operator", longestKey, false), From: c.day("from"), To: c.day("to"), Weekdays: c.weekdays("weekdays"),
			Hours: c.hours("hours"), Topics: splitItems(c.Text("topics", longestName, true), wordSeparators),
		})
	})
	return allOrNothing(list, err)
}

// weekdays are digits from 1 (Monday) to 7, "" where the cell is empty.
func (r *Record) weekdays(name string) string {
	days := weekdays(r.Text(name, longestKey, true))
	if strings.Trim(days, "1234567") != "" {
		r.Fault(name, "请写 1（周一）到 7（周日）的数字，例如 135，现为 "+quote(r.Cell(name)))
	}
	return days
}

// hours are spans of the day, as 09:00-12:00,13:30-17:30.
func (r *Record) hours(name string) string {
	items := splitItems(r.Text(name, longestName, false), wordSeparators)
	for i := range items {
		items[i] = plainSpan(items[i])
		if _, ok := models.ParseHours(items[i]); !ok {
			r.Fault(name, "时间段应写成 09:00-17:30，现为 "+quote(items[i]))
		}
	}
	return strings.Join(items, ",")
}

func allOrNothing[T any](list []T, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	return list, nil
}

func (r *Record) account() string { return r.Text("account", longestKey, false) }

// Once names a key that the file holds twice.
func (r *Record) once(seen map[[2]string]bool, key [2]string, column string) {
	if seen[key] {
		r.Fault(column, "与前面的一行重复："+quote(key[1]))
	}
	seen[key] = true
}
