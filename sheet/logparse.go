package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/wenzheng/wenzheng/models"
)

// longest is how many bytes a cell may have; the keys and names are columns of the
// database.
func longest(column int) int {
	switch column {
	case colContent:
		return maxText
	case colTopic, colStaff:
		return 255
	case colCorrected:
		return 3 * 255
	default:
		return 128
	}
}

// parse turns the cells into an interaction, or names the first bad column.
func (l *logReader) parse(i *models.Interaction) (column int, problem string) {
	for k, c := range l.cells {
		if !utf8.ValidString(c) || strings.ContainsRune(c, utf8.RuneError) && (l.lossy || k != colContent) {
			return k, badEncoding
		}
		if len(c) > longest(k) {
			return k, fmt.Sprintf("有 %d 字节，最长 %d 字节", len(c), longest(k))
		}
		if k != colContent && strings.ContainsFunc(c, func(r rune) bool { return r < ' ' }) {
			return k, "含有控制字符"
		}
	}
	l.canonical()
	at, ok := parseTime(l.cells[colAt], l.zone)
	if ok && inFuture(at, l.options.Now) {
		return colAt, quote(l.cells[colAt]) + " 还没有到，请核对年份"
	}
	if !ok {
		return colAt, noMoment(l.cells[colAt], timeForm)
	}
	if k, problem := l.words(i); problem != "" {
		return k, problem
	}
	i.At, i.ReceivedAt, i.ParseStatus = at, at, models.ParseOK
	i.AppID, i.OpenID = l.cells[colAccount], l.cells[colOpenID]
	i.Content = models.CleanText(l.cells[colContent])
	i.MsgKey, i.ReplyTo = l.cells[colMsgKey], l.cells[colReplyTo]
	i.Topic, i.Staff, i.Corrected = l.cells[colTopic], l.cells[colStaff], l.cells[colCorrected]
	if i.Kind == "" {
		i.Kind = models.MsgTypeText
	}
	if i.MsgKey == "" {
		i.MsgKey = l.derivedKey()
	}
	i.Thread = threadOf(i, l.cells[colThread])
	return 0, ""
}

// canonical turns what people and spreadsheets write into the words and forms of the
// program, before a key is derived from the cells: a row gives one key whatever wrote it.
func (l *logReader) canonical() {
	if at := l.cells[colAt]; len(at) != len(plainTime) || at[4] != '-' || at[7] != '-' {
		l.cells[colAt] = models.PlainTime(at)
	}
	for k, choices := range l.choices {
		l.cells[k], _ = choose(choices, l.cells[k])
	}
	for _, k := range []int{colMatched, colOK, colStep} {
		switch c := l.cells[k]; c {
		case "", "true", "1", "TRUE", "True", "false", "0", "FALSE", "False":
		default:
			if value, ok := parseBool(c, false); ok {
				l.cells[k] = strconv.FormatBool(value)
			}
		}
	}
}

// derivedKey names a row that came without a key. Columns that are younger than the first files
// count only where they are filled, so that those give the keys they always gave.
func (l *logReader) derivedKey() string {
	parts := slices.Clone(l.cells[:colThread])
	if thread := l.cells[colThread]; thread != "" {
		parts = append(parts, thread)
	}
	return models.DerivedKey("import", parts...)
}

// words reads the columns that have few values.
func (l *logReader) words(i *models.Interaction) (column int, problem string) {
	for _, k := range []int{colAccount, colOpenID} {
		if l.cells[k] == "" {
			return k, "不能为空"
		}
	}
	i.Channel, i.Dir, i.Actor = models.Channel(l.cells[colChannel]), models.Dir(l.cells[colDir]), models.Actor(l.cells[colActor])
	switch i.Channel {
	case "":
		i.Channel = models.ChannelChat
	case models.ChannelChat, models.ChannelComment, models.ChannelForm:
	default:
		return colChannel, "应为 chat、comment 或 form，现在是 " + quote(string(i.Channel))
	}
	switch i.Actor {
	case models.ActorCitizen, models.ActorHuman, models.ActorBot, models.ActorSystem:
	default:
		return colActor, "应为 citizen、human、bot 或 system，现在是 " + quote(string(i.Actor))
	}
	switch i.Dir {
	case models.DirIn, models.DirOut:
	default:
		return colDir, "应为 in 或 out，现在是 " + quote(string(i.Dir))
	}
	if (i.Dir == models.DirIn) != (i.Actor == models.ActorCitizen) && i.Actor != models.ActorSystem {
		return colActor, "与 dir 矛盾：市民（citizen）的行 dir 为 in，人工（human）和机器人（bot）的行 dir 为 out"
	}
	i.Kind, _ = choose(l.kinds, l.cells[colKind])
	if i.Kind = strings.ToLower(i.Kind); strings.ContainsFunc(i.Kind, func(r rune) bool { return r > '~' || r <= ' ' }) {
		return colKind, "应为消息的种类，如 " + choiceNames(l.kinds) + "，现在是 " + quote(l.cells[colKind])
	}
	for k, b := range map[int]*bool{colMatched: &i.Matched, colOK: &i.OK, colStep: &i.Step} {
		var ok bool
		if *b, ok = parseBool(l.cells[k], k == colOK); !ok {
			return k, "应为是、否或空（也可写 true、false、1、0），现在是 " + quote(l.cells[k])
		}
	}
	if i.Step && i.Dir != models.DirIn {
		return colStep, "只用于市民发来的行：市民按提示回复序号、“更多”之类，不计为诉求"
	}
	return 0, ""
}

// parseBool understands yes and no as people, programs and spreadsheets write them.
func parseBool(s string, empty bool) (value, ok bool) {
	if s == "" {
		return empty, true
	}
	switch strings.ToLower(tidy(width.Fold.String(s))) {
	case "":
		return empty, true
	case "true", "1", "是", "yes", "y", "对", "有", "√", "✓", "满意", "非常满意", "很满意", "基本满意", "比较满意", "解决", "已解决", "基本解决":
		return true, true
	case "false", "0", "否", "no", "n", "错", "无", "不", "×", "不满意", "非常不满意", "很不满意", "不太满意", "一般", "未解决", "没有解决", "没解决", "部分解决":
		return false, true
	}
	return false, false
}
