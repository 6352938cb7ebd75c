package bot

import (
	"slices"
	"testing"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

func TestCheck_WordsThatCanNeverHit(t *testing.T) {
	rule := func(match models.MatchKind, words ...string) models.Rule {
		return models.Rule{Name: "甲", Match: match, Keywords: words, Replies: []models.Reply{models.TextReply("好")}}
	}
	bounded := func(r models.Rule, least, most int) models.Rule {
		r.MinLength, r.MaxLength = least, most
		return r
	}
	excluding := rule("", "低保")
	excluding.Exclude = []string{"申请、领取"}
	grouped := models.Rule{Name: "甲", Groups: [][]string{{"异地；外地"}}, Replies: []models.Reply{models.TextReply("好")}}
	const warn, refuse = models.SeverityWarning, models.SeverityError
	for _, c := range []struct {
		name     string
		rule     models.Rule
		code     string
		severity models.Severity
	}{
		{"enumeration comma", rule("", "居住证、暂住证"), CheckSeparator, warn},
		{"comma", rule("", "护照,通行证"), CheckSeparator, warn},
		{"full-width comma", rule("all", "护照，通行证"), CheckSeparator, warn},
		{"full-width bar", rule("", "户口｜户籍"), CheckSeparator, warn},
		{"the character like a bar", rule("", "户口丨户籍"), CheckSeparator, warn},
		{"line end", rule("", "社保卡\n医保卡"), CheckSeparator, warn},
		{"semicolon", rule("exact", "低保;五保"), CheckSeparator, warn},
		{"spaces", rule("", "学位 入学 报名"), CheckSeparator, warn},
		{"slash", rule("", "社保/医保"), CheckSeparator, warn},
		{"plus", rule("", "公积金＋提取"), CheckSeparator, warn},
		{"slash of one word", rule("", "A/B证"), "", ""},
		{"exclude", excluding, CheckSeparator, warn},
		{"group", grouped, CheckSeparator, warn},
		{"comma at the end", rule("", "护照，"), "", ""},
		{"spaces of one word", rule("", "wi fi 密码"), "", ""},
		{"maximum below the keyword", bounded(rule("", "异地就医备案流程"), 0, 4), CheckLength, refuse},
		{"maximum below one of all", bounded(rule("all", "异地", "就医备案流程"), 0, 4), CheckLength, refuse},
		{"maximum below one of several", bounded(rule("", "社保", "就医备案流程"), 0, 4), CheckLength, warn},
		{"minimum above an exact keyword", bounded(rule("exact", "社保"), 5, 0), CheckLength, refuse},
		{"minimum above a contained keyword", bounded(rule("", "社保"), 5, 0), "", ""},
		{"lengths that fit", bounded(rule("exact", "社保卡"), 3, 3), "", ""},
		{"boundary before Han", rule("regexp", `\b社保`), CheckPattern, refuse},
		{"boundary behind Han", rule("regexp", `社保\b`), CheckPattern, refuse},
		{"boundary beside a choice of Han", rule("regexp", `\b(社保|医保)\b`), CheckPattern, refuse},
		{"boundary inside a choice", rule("regexp", `公积金|(?:查\b)社保`), CheckPattern, refuse},
		{"boundary between Han and Latin", rule("regexp", `办\betc\b`), "", ""},
		{"boundary of a Latin word", rule("regexp", `\betc\b`), "", ""},
		{"words", rule("regexp", `^\w+怎么办$`), CheckPattern, refuse},
		{"words of a length", rule("regexp", `^查\w{12}$`), "", ""},
		{"many words", rule("regexp", `^\w{2,}怎么办$`), CheckPattern, refuse},
		{"punctuation", rule("regexp", `怎么办？$`), CheckPattern, warn},
		{"space", rule("regexp", `社保 (?:卡|查询)`), CheckPattern, warn},
		{"date", rule("regexp", `\d{4}-\d{2}-\d{2}`), CheckPattern, warn},
		{"what nobody sees", rule("regexp", "社保\u200b卡"), CheckPattern, refuse},
		{"punctuation that may be left out", rule("regexp", `怎么办？?$`), "", ""},
		{"letters", rule("regexp", `[[:alpha:]]怎么办`), CheckPattern, refuse},
		{"letters by themselves", rule("regexp", `^[a-z]{2}\d{12}$`), "", ""},
	} {
		found := checkAll(c.rule, defaultRule("默认"))
		at := slices.IndexFunc(found, func(f models.Finding) bool { return f.Code == c.code && f.Severity == c.severity })
		if c.code == "" && len(found) > 0 || c.code != "" && at < 0 {
			t.Errorf("%s: %+v", c.name, found)
		}
	}
}

// TestCheck_BackslashNInAReply: it would be shown to citizens as it is.
func TestCheck_BackslashNInAReply(t *testing.T) {
	r := contains("办理", "居住证办理")
	r.Replies = []models.Reply{models.TextReply(`第一步：登记\n第二步：领证`)}
	found := Check(testAccount, []models.Rule{r, defaultRule("默认")}, CheckOptions{Now: monday})
	if !slices.ContainsFunc(found, func(f models.Finding) bool {
		return f.Code == CheckLineEnd && f.Rule == "办理" && f.Severity == models.SeverityWarning
	}) {
		t.Errorf("%+v", found)
	}
	r.Replies[0].Text = "第一步：登记\n第二步：领证"
	for _, f := range Check(testAccount, []models.Rule{r, defaultRule("默认")}, CheckOptions{Now: monday}) {
		if f.Code == CheckLineEnd {
			t.Errorf("%+v", f)
		}
	}
}

// TestPatterns_MarksAreFoundWhereTheyAreWritten: what a pattern asks for is kept in what it is
// tried on, so that a rule of dates, sums or numbers with a sign can be published.
func TestPatterns_MarksAreFoundWhereTheyAreWritten(t *testing.T) {
	for pattern, text := range map[string]string{
		`\d{4}-\d{2}-\d{2}`: "2026-01-02 的号", `^#\d+$`: "#12", `\d\.\d万`: "3.5万", `怎么办？$`: "怎么办?", `社保 卡`: "社保\u3000卡",
	} {
		r := models.Rule{Name: "甲", Match: models.MatchRegexp, Keywords: []string{pattern}, Replies: []models.Reply{models.TextReply("好")}}
		for _, f := range checkAll(r, defaultRule("默认")) {
			if f.Severity == models.SeverityError {
				t.Errorf("%s: %+v", pattern, f)
			}
		}
		var read reading.Text
		read.Read(text)
		if re, err := reading.CompilePattern(pattern); err != nil || !read.Matches(re) {
			t.Errorf("%s does not find %q: %v", pattern, text, err)
		}
	}
}
