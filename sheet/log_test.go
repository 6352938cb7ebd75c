package sheet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

const logHead = "account,openid,at,channel,dir,actor,kind,content,msg_key,reply_to,matched,ok,topic,staff\n"

func readLog(text string, o LogOptions) ([]models.Interaction, []int, LogCount, error) {
	var rows []models.Interaction
	var lines []int
	count, err := ReadLog("f", strings.NewReader(text), o, func(line int, i models.Interaction) error {
		rows, lines = append(rows, i), append(lines, line)
		return nil
	})
	return rows, lines, count, err
}

func TestReadLog(t *testing.T) {
	text := logHead +
		"wx1,oA,2026-03-02 09:00:01,chat,in,citizen,text,公积金怎么提取,q1,,,,,\n" +
		"\n" +
		"wx1,oA,2026-03-02T09:05:00.25+08:00,chat,out,human,text,\"第一行\n第二行\",a1,q1,0,1,住房,张三\n" +
		"wx1,oB,2026-03-02T01:00:00Z,form,in,citizen,TEXT,'=路灯,,,false,true,,\n" +
		"wx1,oB,2026-03-03 01:00:00,form,out,bot,,x,,k9,TRUE,0,,\n"
	got, lines, count, err := readLog("\ufeff"+text, LogOptions{})
	if err != nil {
		t.Fatal(err)
	}
	zone := shanghai()
	at := func(h, m, s, ns int) time.Time { return time.Date(2026, 3, 2, h, m, s, ns, zone) }
	derived := models.DerivedKey("import", "wx1", "oB", "2026-03-02T01:00:00Z", "form", "in", "citizen", "TEXT", "=路灯", "", "", "false", "true", "", "")
	want := []models.Interaction{
		{Content: "公积金怎么提取", At: at(9, 0, 1, 0), MsgKey: "q1", OK: true, Dir: models.DirIn, Actor: models.ActorCitizen, Channel: models.ChannelChat, OpenID: "oA"},
		{
			Content: "第一行\n第二行", At: at(9, 5, 0, 250_000_000), MsgKey: "a1", ReplyTo: "q1", OK: true, Dir: models.DirOut, Actor: models.ActorHuman,
			Channel: models.ChannelChat, OpenID: "oA", Topic: "住房", Staff: "张三",
		},
		{Content: "=路灯", At: at(9, 0, 0, 0), MsgKey: derived, Thread: derived, OK: true, Dir: models.DirIn, Actor: models.ActorCitizen, Channel: models.ChannelForm, OpenID: "oB"},
		{Content: "x", At: at(25, 0, 0, 0), MsgKey: got[3].MsgKey, ReplyTo: "k9", Thread: "k9", Matched: true, Dir: models.DirOut, Actor: models.ActorBot, Channel: models.ChannelForm, OpenID: "oB"},
	}
	for i := range want {
		want[i].AppID, want[i].Kind, want[i].ParseStatus, want[i].ReceivedAt = "wx1", "text", models.ParseOK, want[i].At
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{2, 4, 6, 7}, lines); d != "" || count != (LogCount{Rows: 4}) || len(got[3].MsgKey) != 64 {
		t.Errorf("%s %+v %s", d, count, got[3].MsgKey)
	}
}

func TestOrderOfColumnsDoesNotChangeKeys(t *testing.T) {
	a, _, _, errA := readLog(logHead+"wx1,oA,2026-03-02 09:00:01,,in,citizen,,你好,,,,,,\n", LogOptions{})
	b, _, _, errB := readLog("content,actor,dir,at,openid,account\n你好,citizen,in,2026-03-02 09:00:01,oA,wx1\n", LogOptions{})
	c, _, _, errC := readLog("content,actor,dir,at,openid,account\n你好!,citizen,in,2026-03-02 09:00:01,oA,wx1\n", LogOptions{})
	if err := errors.Join(errA, errB, errC); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	if a[0].MsgKey == c[0].MsgKey {
		t.Error("another content, the same key")
	}
}

func TestLog_KindsInChinese(t *testing.T) {
	for word, want := range map[string]string{"文字": "text", "文本": "text", "图片": "image", "语音": "voice", "位置": "location", "链接": "link", "取关": "unsubscribe", "留言": "comment", "TEXT": "text", "masssendjobfinish": "masssendjobfinish"} {
		got, _, _, err := readLog("账号,市民,时间,方向,角色,类型,内容\nwx1,oA,2026-03-02 09:00:01,收,市民,"+word+",你好\n", LogOptions{})
		if err != nil || got[0].Kind != want {
			t.Errorf("%s: %v %v", word, got, err)
		}
	}
}

func TestGBKLog(t *testing.T) {
	text, err := simplifiedchinese.GBK.NewEncoder().String(logHead + "wx1,oA,2026-03-02 09:00:01,,in,citizen,,公积金怎么提取,,,,,住房,\n")
	if err != nil {
		t.Fatal(err)
	}
	got, _, _, err := readLog(text, LogOptions{})
	if err != nil || len(got) != 1 || got[0].Content != "公积金怎么提取" || got[0].Topic != "住房" {
		t.Errorf("%v %v", got, err)
	}
}

// badRows are rows with a fault each, with the place and a part of the message.
var badRows = []struct{ row, want string }{
	{",oA,2026-03-02 09:00:01,,in,citizen,,,,,,,,", "1 不能为空"},
	{"wx1,,2026-03-02 09:00:01,,in,citizen,,,,,,,,", "5 不能为空"},
	{"wx1,oA,2026/3/2,,in,citizen,,,,,,,,", "8 不是 2000 至 2100 年间的时间"},
	{"wx1,oA,2026-02-30 09:00:01,,in,citizen,,,,,,,,", "8 不是 2000 至 2100 年间的时间"},
	{"wx1,oA,0001-01-01 00:00:00,,in,citizen,,,,,,,,", "8 不是 2000 至 2100 年间的时间"},
	{"wx1,oA,2026-03-02 09:00:01,,in,citizen,短信,,,,,,,", "40 text（文字）"},
	{"wx1,oA,2026-03-02 09:00:01,sms,in,citizen,,,,,,,,", "28 chat"},
	{"wx1,oA,2026-03-02 09:00:01,,up,citizen,,,,,,,,", "29 in 或 out"},
	{"wx1,oA,2026-03-02 09:00:01,,in,robot,,,,,,,,", "32 citizen、human"},
	{"wx1,oA,2026-03-02 09:00:01,,out,citizen,,,,,,,,", "33 矛盾"},
	{"wx1,oA,2026-03-02 09:00:01,,in,human,,,,,,,,", "32 矛盾"},
	{"wx1,oA,2026-03-02 09:00:01,,in,citizen,,,,,vielleicht,,,", "44 是、否"},
	{"wx1,oA,2026-03-02 09:00:01,,in,citizen,,,,,,2,,", "45 是、否"},
	{"wx1,oA,2026-03-02 09:00:01,,in,citizen,,,,,", "1 11 列"},
	{"wx1,oA,2026-03-02 09:00:01,,in,citizen,,,,,,,,,x", "48 没有表头"},
	{"wx1,oA,2026-03-02 09:00:01,,in,citizen,,x\xff,,,,,,", "41 编码"},
	{"wx1,oA,2026-03-02 09:00:01,,in,citizen,,," + strings.Repeat("k", 129) + ",,,,,", "42 129 字节"},
	{"wx1,oA,2026-03-02 09:00:01,,in,citizen,,," + "a\x01b" + ",,,,,", "42 控制字符"},
	{"wx1,oA,2026-03-02 09:00:01,,in,citizen,,a\"b,,,,,,", "42 引号"},
}

const goodRow = "wx1,oA,2026-03-02 09:00:01,,in,citizen,,公积金怎么提取公积金怎么提取,,,,,,"

func TestBadRows(t *testing.T) {
	var b strings.Builder
	b.WriteString(logHead)
	want := make([]string, len(badRows))
	for i, bad := range badRows {
		fmt.Fprintf(&b, "%s\n%s\n", goodRow, bad.row)
		want[i] = fmt.Sprintf("f:%d:%s", 2*i+3, bad.want)
	}
	rows, _, count, err := readLog(b.String(), LogOptions{})
	checkFaults(t, faultsOf(t, err), want...)
	if len(rows) != len(badRows) || count != (LogCount{Rows: len(badRows), Bad: len(badRows)}) {
		t.Errorf("%d rows, %+v", len(rows), count)
	}
}

func TestSkippedRowsCanBeMendedAndRead(t *testing.T) {
	text := logHead + goodRow + "\n" + "wx1,oA,gestern,,in,citizen,,'=1,,,,,,\n" + "wx1,oB,2026-03-02 09:00:01,,in,wer,,\"a\"\"b,c\",,,,,,\n"
	var bad bytes.Buffer
	rows, _, count, err := readLog(text, LogOptions{SkipBad: &bad})
	if err != nil || len(rows) != 1 || count != (LogCount{Rows: 1, Bad: 2}) {
		t.Fatalf("%d rows, %+v, %v", len(rows), count, err)
	}
	if !strings.Contains(bad.String(), "第 3 行") || !strings.Contains(bad.String(), "第 4 行") {
		t.Errorf("no lines in\n%s", bad.String())
	}
	var again bytes.Buffer
	if _, _, count, err := readLog(bad.String(), LogOptions{SkipBad: &again}); err != nil || count.Bad != 2 || strings.Count(again.String(), "error") != 1 {
		t.Fatalf("read again: %+v %v\n%s", count, err, again.String())
	}
	mended := strings.NewReplacer("gestern", "2026-03-02 09:00:02", "wer", "citizen").Replace(again.String())
	rows, _, _, err = readLog(mended, LogOptions{})
	if err != nil || len(rows) != 2 || rows[0].Content != "=1" || rows[1].Content != `a"b,c` {
		t.Errorf("mended: %v %v", rows, err)
	}
}

func TestBadHeads(t *testing.T) {
	cases := []struct {
		text string
		want []string
	}{
		{"", []string{"f:1:1 表头"}},
		{"account,openid,at,dir,actor,text\n", []string{"f:1:29 text"}},
		{"account,account,openid,at,dir,actor\n", []string{"f:1:9 两次"}},
		{"account,openid,content\n", []string{"f:1:1 at", "f:1:1 dir", "f:1:1 actor"}},
		{goodRow + "\n", []string{
			"f:1:1 wx1", "f:1:5 oA", "f:1:8 2026", "f:1:29 in", "f:1:32 citizen", "f:1:41 公",
			"f:1:1 account", "f:1:1 openid", "f:1:1 at", "f:1:1 dir", "f:1:1 actor",
		}},
	}
	for _, c := range cases {
		_, _, _, err := readLog(c.text, LogOptions{})
		checkFaults(t, faultsOf(t, err), c.want...)
	}
}

func TestRowWithoutEndIsRefused(t *testing.T) {
	text := logHead + goodRow + "\nwx1,oA,\"" + strings.Repeat("x\n", longestRow)
	_, _, count, err := readLog(text, LogOptions{})
	checkFaults(t, faultsOf(t, err), "f:3:1 双引号")
	if count.Rows != 1 {
		t.Errorf("%+v", count)
	}
}

func TestErrorOfTheFunctionEndsReading(t *testing.T) {
	stop := errors.New("stop")
	count, err := ReadLog("f", strings.NewReader(logHead+goodRow+"\n"+goodRow+"\n"), LogOptions{}, func(int, models.Interaction) error { return stop })
	if !errors.Is(err, stop) || count.Rows != 1 {
		t.Errorf("%+v %v", count, err)
	}
}

func TestLogSurvivesWritingAndReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []models.Interaction
		for n := range rapid.IntRange(0, 4).Draw(t, "rows") {
			i := models.Interaction{
				AppID: "wx1", OpenID: "oA", Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen, Kind: "text",
				Content: phrase(t, "content"), At: time.Unix(1770000000, rapid.Int64Range(0, 999_999).Draw(t, "µs")*1000).In(shanghai()),
				MsgKey: fmt.Sprint("k", n), ReplyTo: rapid.SampledFrom([]string{"", "k0"}).Draw(t, "reply_to"), Matched: rapid.Bool().Draw(t, "matched"),
				OK: rapid.Bool().Draw(t, "ok"), Topic: strings.TrimSpace(strings.ReplaceAll(phrase(t, "topic"), "\n", "")), ParseStatus: models.ParseOK,
			}
			i.Topic = strings.ReplaceAll(i.Topic, "\t", "")
			i.Corrected = rapid.SampledFrom([]string{"", "社宝卡→社保卡"}).Draw(t, "corrected")
			i.ReceivedAt = i.At
			rows = append(rows, i)
		}
		var b bytes.Buffer
		w, err := NewLogWriter(&b, CSV, LogWriterOptions{WithOpenID: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range rows {
			if err := w.Write(i); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		got, _, _, err := readLog(b.String(), LogOptions{})
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if d := cmp.Diff(rows, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
			t.Fatal(d)
		}
	})
}

func TestExportShowsThePseudonym(t *testing.T) {
	row := models.Interaction{AppID: "wx1", OpenID: "oSECRET", UID: "uid1", At: time.Unix(1770000000, 0), Content: "<b>&=", MsgKey: "k", OK: true}
	for _, c := range []struct {
		format     Format
		withOpenID bool
		want       string
	}{{CSV, false, "uid1"}, {CSV, true, "oSECRET"}, {JSONL, false, "uid1"}, {JSONL, true, "oSECRET"}} {
		var b bytes.Buffer
		w, err := NewLogWriter(&b, c.format, LogWriterOptions{WithOpenID: c.withOpenID})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Write(row), w.Flush()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), c.want) || strings.Contains(b.String(), "oSECRET") != c.withOpenID {
			t.Errorf("%s %v:\n%s", c.format, c.withOpenID, b.String())
		}
		if c.format != JSONL {
			continue
		}
		var line map[string]any
		if err := json.Unmarshal(b.Bytes(), &line); err != nil || len(line) != logWidth+4 || line["at"] != "2026-02-02T10:40:00+08:00" || line["content"] != "<b>&=" || line["ok"] != true {
			t.Errorf("%v %v", line, err)
		}
	}
	if _, err := NewLogWriter(io.Discard, XLSX, LogWriterOptions{}); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("xlsx: %v", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteFaultsAreTold(t *testing.T) {
	w, err := NewLogWriter(full{}, CSV, LogWriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		err = w.Write(models.Interaction{Content: "公积金怎么提取"})
	}
	if !errors.Is(err, io.ErrShortWrite) || !errors.Is(w.Flush(), io.ErrShortWrite) {
		t.Errorf("got %v", err)
	}
	if _, _, _, err := readLog(logHead+badRows[0].row+"\n", LogOptions{SkipBad: full{}}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("skip: %v", err)
	}
}

func BenchmarkReadLog(b *testing.B) {
	for name, key := range map[string]string{"keyed": "k", "derived": ""} {
		b.Run(name, func(b *testing.B) {
			var text strings.Builder
			text.WriteString(logHead)
			const rows = 50_000
			for i := range rows {
				k := ""
				if key != "" {
					k = fmt.Sprint(key, i)
				}
				fmt.Fprintf(&text, "wx0123456789abcdef,oABCDEFGHIJKLMNOPQRSTUVW%04d,2026-03-02 09:00:01,chat,in,citizen,text,公积金怎么提取，需要什么材料？,%s,,,,住房,\n", i%10000, k)
			}
			for b.Loop() {
				count, err := ReadLog("f", strings.NewReader(text.String()), LogOptions{}, func(int, models.Interaction) error { return nil })
				if err != nil || count.Rows != rows {
					b.Fatal(count, err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func TestReadLog_ThreadAndStepColumns(t *testing.T) {
	const head = "account,openid,at,channel,dir,actor,kind,content,msg_key,reply_to,thread,step\n"
	rows, _, _, err := readLog(head+
		"wx1,oA,2026-03-02 09:00:00,form,in,citizen,form,路灯坏了,f1,,12345-7,\n"+
		"wx1,oA,2026-03-02 09:10:00,form,in,citizen,form,在东门,f2,f1,,\n"+
		"wx1,oA,2026-03-02 10:00:00,chat,in,citizen,text,2,f3,,x,true\n", LogOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		thread string
		step   bool
	}{{"12345-7", false}, {"f1", false}, {"", true}} {
		if rows[i].Thread != want.thread || rows[i].Step != want.step {
			t.Errorf("row %d: thread %q, step %v", i, rows[i].Thread, rows[i].Step)
		}
	}
	for row, column := range map[string]string{
		"wx1,oA,2026-03-02 09:00:00,,in,citizen,,1,,,,ja\n":        "step",
		"wx1,oA,2026-03-02 09:00:00,,out,human,,1,,,,1\n":          "step",
		"wx1,oA,2026-03-02 09:00:00,form,in,citizen,,1,,,\x02,1\n": "thread",
	} {
		if _, _, _, err := readLog(head+row, LogOptions{}); err == nil || !strings.Contains(fmt.Sprint(err), column) {
			t.Errorf("%q: %v", row, err)
		}
	}
}

// A row without a key has the key that it had before the file could have the further columns.
func TestReadLog_DerivedKeyIsOldOne(t *testing.T) {
	const row = "wx1,oA,2026-03-02 09:00:00,,in,citizen,,你好,,,,,,"
	rows, _, _, err := readLog(logHead+row+"\n", LogOptions{})
	again, _, _, errAgain := readLog(strings.TrimSuffix(logHead, "\n")+",thread,step\n"+row+",,true\n", LogOptions{})
	if err != nil || errAgain != nil {
		t.Fatal(err, errAgain)
	}
	want := models.DerivedKey("import", strings.Split(row, ",")...)
	if rows[0].MsgKey != want || again[0].MsgKey != want {
		t.Errorf("keys %s and %s, want %s", rows[0].MsgKey, again[0].MsgKey, want)
	}
}
