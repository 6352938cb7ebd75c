package sheet

import (
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"github.com/wenzheng/wenzheng/models"
)

// choice is a word of the program and what people call it; the first of the Chinese words
// is the one written.
type choice struct {
	code    string
	chinese []string
}

// choicesOf are the words of a type that has only a few, nil for other types.
func choicesOf(t reflect.Type) []choice {
	switch t {
	case reflect.TypeFor[models.MatchKind]():
		return []choice{
			{string(models.MatchExact), []string{"完全一致", "完全匹配", "全匹配", "精确", "精确匹配", "等于"}},
			{string(models.MatchPrefix), []string{"开头", "前缀", "以此开头"}},
			{string(models.MatchContains), []string{"包含", "包含任一", "半匹配", "模糊", "模糊匹配"}},
			{string(models.MatchAll), []string{"全部包含", "全部", "包含全部", "同时包含"}},
			{string(models.MatchRegexp), []string{"正则", "正则表达式", "正则匹配"}},
			{string(models.MatchDefault), []string{"默认", "默认回复", "缺省"}},
		}
	case reflect.TypeFor[models.Trigger]():
		return []choice{
			{string(models.OnText), []string{"文字", "文本"}},
			{string(models.OnSubscribe), []string{"关注", "被关注"}},
			{string(models.OnScan), []string{"扫码", "扫描"}},
			{string(models.OnClick), []string{"点菜单", "菜单", "点击菜单"}},
			{string(models.OnImage), []string{"图片"}},
			{string(models.OnVoice), []string{"语音"}},
			{string(models.OnVideo), []string{"视频"}},
			{string(models.OnLocation), []string{"位置"}},
			{string(models.OnLink), []string{"链接"}},
			{string(models.OnPhoto), []string{"拍照"}},
		}
	case reflect.TypeFor[models.Pick]():
		return []choice{
			{string(models.PickFirst), []string{"第一条"}},
			{string(models.PickRandom), []string{"随机"}},
			{string(models.PickRotate), []string{"轮流"}},
		}
	case reflect.TypeFor[models.ReplyKind]():
		return []choice{
			{string(models.ReplyText), nil},
			{string(models.ReplyImage), nil},
			{string(models.ReplyVoice), nil},
			{string(models.ReplyVideo), nil},
			{string(models.ReplyMusic), nil},
			{string(models.ReplyNews), nil},
			{string(models.ReplyTransfer), nil},
		}
	}
	return nil
}

func officeChoices() []choice {
	return []choice{{"open", []string{"办公时间", "上班"}}, {"closed", []string{"非办公时间", "下班"}}}
}

func holidayChoices() []choice {
	return []choice{{"yes", []string{"非工作日", "节假日", "是"}}, {"no", []string{"工作日", "否"}}}
}

// choose finds the word of the program; "" is always permitted, meaning the default.
func choose(choices []choice, s string) (code string, ok bool) {
	for _, c := range choices {
		if c.code == s {
			return s, true
		}
	}
	key := strings.ToLower(tidy(width.Fold.String(s)))
	if key == "" {
		return "", true
	}
	for _, c := range choices {
		if c.code == key || contains(c.chinese, key) {
			return c.code, true
		}
	}
	return s, false
}

func choiceNames(choices []choice) string {
	names := make([]string, len(choices))
	for i, c := range choices {
		names[i] = c.code
		if len(c.chinese) > 0 {
			names[i] += "（" + c.chinese[0] + "）"
		}
	}
	return strings.Join(names, "、")
}

// choices are the words that a column has, nil where it may hold any text.
func (c *column) choices() []choice {
	switch c.kind {
	case cellOffice:
		return officeChoices()
	case cellHoliday:
		return holidayChoices()
	}
	t := reflect.TypeOf(c.field(&models.Rule{})).Elem()
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return choicesOf(t)
}

// inChinese is the text of a cell in the words of people.
func (c *column) inChinese(text string) string {
	choices := c.choices()
	if choices == nil || text == "" {
		return text
	}
	items := strings.Split(text, "|")
	for i, item := range items {
		for _, known := range choices {
			if known.code == item && len(known.chinese) > 0 {
				items[i] = known.chinese[0]
			}
		}
	}
	return strings.Join(items, "|")
}

// inCode is the text of a cell in the form that rules have: days as 2006-01-02, words of the
// program. What it does not understand it leaves to who judges the rule.
func (c *column) inCode(text string) string {
	switch c.kind {
	case cellDate:
		if day, ok := parseDate(tidy(text)); ok {
			return day
		}
		return tidy(text)
	case cellOffice, cellHoliday:
		code, _ := choose(c.choices(), text)
		return code
	}
	return text
}

// itemInCode is inCode for one of several texts of a cell.
func (c *column) itemInCode(item string) string {
	switch c.kind {
	case cellHours:
		return plainSpan(item)
	case cellWeekdays:
		return weekday(item)
	}
	return item
}

// plainSpan writes a span, of hours or days, with a hyphen.
func plainSpan(s string) string {
	return strings.NewReplacer(" ", "", "~", "-", "—", "-", "–", "-", "至", "-", "到", "-").Replace(width.Fold.String(s))
}

// weekdays are the days of a cell as digits from 1 (Monday) to 7: 135, 一、三、五 or 周一至周五.
func weekdays(cell string) string {
	var b strings.Builder
	for _, item := range splitItems(cell, wordSeparators) {
		first, last, span := strings.Cut(plainSpan(item), "-")
		from, to := weekday(first), weekday(last)
		if !span || len(from) != 1 || len(to) != 1 || from > to {
			b.WriteString(weekday(item))
			continue
		}
		for day := from[0]; day <= to[0]; day++ {
			b.WriteByte(day)
		}
	}
	return b.String()
}

// weekday is 1 to 7 for a day of the week.
func weekday(s string) string {
	s = width.Fold.String(s)
	name := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "星期"), "礼拜"), "周")
	for i, day := range []string{"一", "二", "三", "四", "五", "六", "日"} {
		if name == day || day == "日" && name == "天" {
			return strconv.Itoa(i + 1)
		}
	}
	return s
}

// logChoices are the words of the columns of the log that have few.
func logChoices() map[int][]choice {
	return map[int][]choice{
		colChannel: {
			{string(models.ChannelChat), []string{"对话", "聊天", "私信", "消息"}},
			{string(models.ChannelComment), []string{"评论", "留言"}},
			{string(models.ChannelForm), []string{"表单", "来信"}},
		},
		colDir: {
			{string(models.DirIn), []string{"收", "来", "收到", "接收"}},
			{string(models.DirOut), []string{"发", "去", "发出", "发送", "答复", "回复"}},
		},
		colActor: {
			{string(models.ActorCitizen), []string{"市民", "用户", "群众"}},
			{string(models.ActorHuman), []string{"人工", "工作人员", "客服"}},
			{string(models.ActorBot), []string{"机器人", "自动回复", "自动"}},
			{string(models.ActorSystem), []string{"系统"}},
		},
	}
}

// kindChoices are the kinds of messages that have a Chinese word.
func kindChoices() []choice {
	return append(choicesOf(reflect.TypeFor[models.Trigger]()), // and what only the log has
		choice{"unsubscribe", []string{"取消关注", "取关"}}, choice{"news", []string{"图文"}}, choice{"miniprogram", []string{"小程序"}},
		choice{"shortvideo", []string{"小视频"}}, choice{"comment", []string{"评论", "留言"}}, choice{"form", []string{"表单", "来信"}})
}

// logTitles are LogColumns with their Chinese names.
func logTitles() []title {
	chinese := [logWidth][]string{
		colAccount:   accountTitles(),
		colOpenID:    openIDTitles(),
		colAt:        {"时间", "发生时间", "日期时间"},
		colChannel:   {"渠道"},
		colDir:       {"方向", "收发"},
		colActor:     {"角色", "身份", "发送者"},
		colKind:      {"类型", "种类", "消息类型"},
		colContent:   {"内容", "正文", "消息内容"},
		colMsgKey:    {"消息编号", "编号", "消息id"},
		colReplyTo:   {"答复编号", "回复编号", "答复哪条"},
		colMatched:   {"命中", "是否命中"},
		colOK:        {"送达", "是否送达", "成功"},
		colTopic:     {"主题"},
		colStaff:     {"经办人", "人员", "工作人员", "办理人"},
		colThread:    {"会话", "事项编号"},
		colStep:      {"步骤", "操作步骤"},
		colCorrected: {"纠正", "笔误纠正"},
	}
	known := make([]title, logWidth)
	for k, name := range LogColumns() {
		known[k] = title{name, chinese[k]}
	}
	return known
}
