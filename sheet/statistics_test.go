package sheet

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func places(err error) []string {
	var e *models.Error
	if !errors.As(err, &e) {
		return nil
	}
	var list []string
	for _, f := range e.Fields {
		list = append(list, f.Field+" "+f.Message)
	}
	return list
}

func TestReadArticles(t *testing.T) {
	text := "\ufeffmsgid,account,reads,published_at,title,topic,form,headline,zaikan,likes,shares,finish_rate\r\n" +
		"100_1,wx1,10万+,2026-03-01 08:00:00,\"'=标题\",社保,图文,是,1,2,\"1,003\",35.5%\r\n" +
		"\r\n" +
		"100_2,wx1,0,2026-03-01T08:00:00+08:00,,,,0,,,,\r\n"
	got, err := ReadArticles("a.csv", strings.NewReader(text), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, shanghai())
	want := []Article{
		{
			AppID: "wx1", MsgID: "100_1", PublishedAt: at, Title: "=标题", Topic: "社保", Form: "图文", Headline: true,
			Reads: 100001, Zaikan: 1, Likes: 2, Shares: 1003, FinishRate: new(35.5),
		},
		{AppID: "wx1", MsgID: "100_2", PublishedAt: at},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestReadStatisticsNamesEveryFault(t *testing.T) {
	articles := func(text string) error {
		_, err := ReadArticles("f.csv", strings.NewReader(text), time.Time{})
		return err
	}
	followers := func(text string) error {
		_, err := ReadFollowers("f.csv", strings.NewReader(text), time.Time{})
		return err
	}
	ratings := func(text string) error {
		_, err := ReadRatings("f.csv", strings.NewReader(text), time.Time{})
		return err
	}
	for _, c := range []struct {
		name string
		read func(string) error
		text string
		want []string // beginnings
	}{
		{"empty", followers, "", []string{"f.csv:1:1 文件是空的"}},
		{"no such column", followers, "account,date,followers,fans\n", []string{`f.csv:1:24 没有 "fans" 这一列`}},
		{"twice", followers, "account,date,followers,date\n", []string{"f.csv:1:24 date 这一列写了两次"}},
		{"missing column", articles, "account,published_at,reads\n", []string{"f.csv:1:1 表头缺少 msgid"}},
		{"every line", followers, "account,date,followers\nwx1,2026-02-30,5\nwx1,2026-03-01,-5\n,2026-03-01,\nwx1,2026-03-01\n", []string{
			"f.csv:2:5 date", "f.csv:3:16 followers", "f.csv:4:1 account 不能为空", "f.csv:4:13 followers 不能为空", "f.csv:5:1 这一行有 2 列",
		}},
		{"repeated day", followers, "account,date,followers\nwx1,2026-03-01,5\nwx1,2026-03-01,6\n", []string{"f.csv:3:5 date 与前面的一行重复"}},
		{"quotes", followers, "account,date,followers\n\"wx1,2026-03-01,5\n", []string{"f.csv:2:"}},
		{"numbers", articles, "account,msgid,published_at,reads,finish_rate,headline\nwx1,1,昨天,很多,101,也许\n", []string{
			"f.csv:2:7 published_at", "f.csv:2:25 headline", "f.csv:2:14 reads", "f.csv:2:21 finish_rate",
		}},
		{"ratings", ratings, "account,openid,at,satisfied\nwx1,,2026-03-01 08:00:00,\n", []string{
			"f.csv:2:26 satisfied 不能为空", "f.csv:2:5 openid 不能为空",
		}},
		{"not UTF-8", ratings, "account,openid,at,satisfied\nwx1,中文中文中文中文中文中文\xff,2026-03-01 08:00:00,1\n", []string{"f.csv:2:"}},
	} {
		got := places(c.read(c.text))
		if len(got) != len(c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], c.want[i]) {
				t.Errorf("%s: %q, want %q", c.name, got[i], c.want[i])
			}
		}
	}
}

func TestReadRatings(t *testing.T) {
	got, err := ReadRatings("r.csv", strings.NewReader("account,openid,at,satisfied,solved\nwx1,o1,2026-03-01 08:00:00,是,否\nwx1,o1,2026-03-01 09:00:00,0,\n"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, shanghai())
	want := []models.Rating{{AppID: "wx1", OpenID: "o1", At: at, Satisfied: true}, {AppID: "wx1", OpenID: "o1", At: at.Add(time.Hour)}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestDuties_AsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for cells, want := range map[string]models.Duty{
		`"09:00-12:00,13:30-17:30",135`:   {Hours: "09:00-12:00,13:30-17:30", Weekdays: "135"},
		"０９：００～１２：００；13:30 至 17:30,周一、周五": {Hours: "09:00-12:00,13:30-17:30", Weekdays: "15"},
		"22:00-06:00,周一至周五":               {Hours: "22:00-06:00", Weekdays: "12345"},
		"09:00—12:00|13:30到17:30,星期六｜星期日": {Hours: "09:00-12:00,13:30-17:30", Weekdays: "67"},
		"09:00-12:00,": {Hours: "09:00-12:00"},
	} {
		got, err := ReadDuties("r.csv", strings.NewReader("operator,hours,weekdays\nli,"+cells+"\n"))
		if err != nil || len(got) != 1 || got[0].Hours != want.Hours || got[0].Weekdays != want.Weekdays {
			t.Errorf("%s: %+v %v", cells, got, err)
		}
	}
	for cells, want := range map[string]string{"9点到12点,": "r.csv:2:4", "09:00-12:00,8": "r.csv:2:16", "09:00-12:00,周五至周一": "r.csv:2:16"} {
		if _, err := ReadDuties("r.csv", strings.NewReader("operator,hours,weekdays\nli,"+cells+"\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", cells, err)
		}
	}
}

func TestRatings_InTheWordsOfAHotline(t *testing.T) {
	t.Parallel()
	const head = "账号,市民,时间,满意,解决\n"
	now := time.Date(2026, 3, 5, 12, 0, 0, 0, shanghai())
	for cells, want := range map[string][2]bool{"非常满意,已解决": {true, true}, "不满意,未解决": {}, "基本满意,没有解决": {true, false}, "是,否": {true, false}} {
		got, err := ReadRatings("r.csv", strings.NewReader(head+"wx1,oA,2026/3/1 9:00,"+cells+"\n"), now)
		if err != nil || len(got) != 1 || [2]bool{got[0].Satisfied, got[0].Solved} != want {
			t.Errorf("%s: %+v %v", cells, got, err)
		}
	}
	if _, err := ReadRatings("r.csv", strings.NewReader(head+"wx1,oA,,满意,是\n"), now); err == nil || !strings.Contains(err.Error(), "不能为空") {
		t.Errorf("no time: %v", err)
	}
}
