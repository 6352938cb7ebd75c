package wechat

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// rulesOf reads an answer of the platform and turns it into rules of ours.
func rulesOf(t *testing.T, answer []byte) (rules []models.Rule, notes []string) {
	t.Helper()
	replies, err := ReadAutoReplies(answer)
	if err != nil {
		t.Fatal(err)
	}
	return replies.Rules()
}

// TestAutoReplySamples reads the platform's answer as we wrote it, and as others did where theirs is there.
func TestAutoReplySamples(t *testing.T) {
	own, others := wechattest.Samples(t, "api")
	checkAutoReplies(t, own, []string{
		"关注回复   text ", "默认回复 default  text ", "居住证 contains 居住证|暂住证 news|news first",
		"方言版 contains 方言 voice ", "电话 exact 电话 text ", "怎样取号 exact 取号 text ",
	}, "居住证怎么办")
	if len(others) > 0 {
		checkAutoReplies(t, others, []string{
			"关注回复   text ", "默认回复 default  text ", "autoreply-news contains news测试 news|news first",
			"autoreply-voice contains voice测试 voice ", "autoreply-text contains text测试 text ", "autoreply-video exact video测试 text ",
		}, "it's news")
	}
}

func checkAutoReplies(t *testing.T, files, want []string, title string) {
	t.Helper()
	at := slices.IndexFunc(files, func(f string) bool { return filepath.Base(f) == "get_current_autoreply_info.json" })
	if at < 0 {
		t.Fatal("there is no sample")
	}
	rules, notes := rulesOf(t, readFile(t, files[at]))
	shape := make([]string, len(rules))
	for i, r := range rules {
		kinds := make([]string, len(r.Replies))
		for j, reply := range r.Replies {
			kinds[j] = string(reply.Kind)
		}
		shape[i] = strings.Join([]string{r.Name, string(r.Match), strings.Join(r.Keywords, "|"), strings.Join(kinds, "|"), string(r.Pick)}, " ")
	}
	if d := cmp.Diff(want, shape); d != "" {
		t.Error(d)
	}
	if rules[0].On[0] != models.OnSubscribe || rules[2].Replies[0].Articles[0].Title != title || len(rules[2].Replies[1].Articles) != 2 {
		t.Errorf("%+v", rules)
	}
	for i, says := range []string{"2 篇", "全部 2 条", "临时", "播放地址"} {
		if i >= len(notes) || !strings.Contains(notes[i], says) {
			t.Errorf("note %d should say %s: %q", i, says, notes)
		}
	}
}

func TestAutoReplies(t *testing.T) {
	const head = `{"is_add_friend_reply_open":1,"is_autoreply_open":1,"keyword_autoreply_info":{"list":[`
	cases := []struct {
		name, json string
		want       []models.Rule
		notes      []string
	}{
		{"nothing", `{"is_add_friend_reply_open":0,"is_autoreply_open":0}`, nil, nil},
		{
			"switched off", `{"is_add_friend_reply_open":0,"add_friend_autoreply_info":{"type":"text","content":"x"},"message_default_autoreply_info":{"type":"text","content":"y"}}`,
			nil,
			[]string{"被关注回复", "收到消息回复"},
		},
		{
			"both kinds of match", head + `{"rule_name":"a","reply_mode":"random_one","keyword_list_info":[{"type":"text","match_mode":"contain","content":"x"},
			{"type":"text","match_mode":"equal","content":"y"}],"reply_list_info":[{"type":"text","content":"1"},{"type":"img","content":"M"}]}]}}`,
			[]models.Rule{
				{Name: "a", Match: models.MatchContains, Keywords: []string{"x"}, Pick: models.PickRandom, Replies: []models.Reply{models.TextReply("1"), {Kind: models.ReplyImage, MediaID: "M"}}},
				{Name: "a（全匹配）", Match: models.MatchExact, Keywords: []string{"y"}, Pick: models.PickRandom, Replies: []models.Reply{models.TextReply("1"), {Kind: models.ReplyImage, MediaID: "M"}}},
			},
			[]string{"临时", "两条规则"},
		},
		{
			"all texts are joined", head + `{"rule_name":"a","reply_mode":"reply_all","keyword_list_info":[{"match_mode":"equal","content":"x"}],
			"reply_list_info":[{"type":"text","content":"1"},{"type":"text","content":"2"}]}]}}`,
			[]models.Rule{{Name: "a", Match: models.MatchExact, Keywords: []string{"x"}, Replies: []models.Reply{models.TextReply("1\n2")}}},
			[]string{"合并"},
		},
		{
			"same and missing names", head + `{"rule_name":"a","keyword_list_info":[{"match_mode":"equal","content":"x"}],"reply_list_info":[{"type":"text","content":"1"}]},
			{"rule_name":"a","keyword_list_info":[{"match_mode":"equal","content":"y"}],"reply_list_info":[{"type":"text","content":"1"}]},
			{"rule_name":"","keyword_list_info":[{"match_mode":"equal","content":"z"}],"reply_list_info":[{"type":"text","content":"1"}]}]}}`,
			[]models.Rule{
				{Name: "a", Match: models.MatchExact, Keywords: []string{"x"}, Replies: []models.Reply{models.TextReply("1")}},
				{Name: "a（2）", Match: models.MatchExact, Keywords: []string{"y"}, Replies: []models.Reply{models.TextReply("1")}},
				{Name: "关键词规则 3", Match: models.MatchExact, Keywords: []string{"z"}, Replies: []models.Reply{models.TextReply("1")}},
			},
			nil,
		},
		{
			"nothing usable", head + `{"rule_name":"a","keyword_list_info":[{"type":"img","content":"x"}],"reply_list_info":[{"type":"text","content":"1"}]},
			{"rule_name":"b","keyword_list_info":[{"match_mode":"equal","content":"x"}],"reply_list_info":[{"type":"card","content":"1"},{"type":"news"},{"type":"img"}]}]}}`,
			nil,
			[]string{"不是文字", "没有可用的关键词", "card", "没有文章", "没有内容", "没有可用的回复"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rules, notes := rulesOf(t, []byte(c.json))
			if d := cmp.Diff(c.want, rules); d != "" {
				t.Error(d)
			}
			for i, says := range c.notes {
				if i >= len(notes) || !strings.Contains(notes[i], says) {
					t.Fatalf("note %d should say %s: %q", i, says, notes)
				}
			}
			if len(notes) != len(c.notes) {
				t.Errorf("notes %q", notes)
			}
		})
	}
}
