package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/wenzheng/wenzheng/models"
)

const shortHead = "account,openid,at,dir,actor,content,msg_key\n"

func TestReadLog_KeyThatStandsForAnotherRow(t *testing.T) {
	first := "wx1,u1,2026-03-02 09:00:00,in,citizen,路灯坏了,24512345678901200\n"
	for _, c := range []struct{ name, row, want string }{
		{"the same row once more", first, ""},
		{"the same key in another account", strings.Replace(first, "wx1", "wx2", 1), ""},
		{"another citizen", "wx1,u2,2026-03-02 09:00:00,in,citizen,路灯坏了,24512345678901200\n", "f:3:52 第 2 行"},
		{"another moment", "wx1,u1,2026-03-02 10:00:00,in,citizen,路灯坏了,24512345678901200\n", "f:3:52 第 2 行"},
		{"another text", "wx1,u1,2026-03-02 09:00:00,in,citizen,路灯好了,24512345678901200\n", "f:3:52 第 2 行"},
		{"an answer with the question's key", "wx1,u1,2026-03-02 09:05:00,out,human,已派人,24512345678901200\n", "f:3:48 reply_to"},
		{"exponent", "wx1,u1,2026-03-02 09:05:00,in,citizen,在吗,2.45123E+16\n", "f:3:46 文本"},
		{"negative exponent", "wx1,u1,2026-03-02 09:05:00,in,citizen,在吗,-1E-05\n", "f:3:46 文本"},
		{"exponent of a script", "wx1,u1,2026-03-02 09:05:00,in,citizen,在吗,2.45123e+16\n", "f:3:46 文本"},
		{"exponent without a sign", "wx1,u1,2026-03-02 09:05:00,in,citizen,在吗,2.45123e16\n", "f:3:46 文本"},
		{"hexadecimal digits", "wx1,u1,2026-03-02 09:05:00,in,citizen,在吗,1e5\n", ""},
		{"error value", "wx1,u1,2026-03-02 09:05:00,in,citizen,在吗,#NAME?\n", "f:3:46 #NAME?"},
		{"too narrow", "wx1,u1,########,in,citizen,在吗,\n", "f:3:8 ########"},
	} {
		_, _, count, err := readLog(shortHead+first+c.row, LogOptions{})
		if c.want == "" {
			if err != nil || count.Rows != 2 {
				t.Errorf("%s: %+v %v", c.name, count, err)
			}
			continue
		}
		checkFaults(t, faultsOf(t, err), c.want)
	}
	// What a citizen wrote is nobody's error value.
	if rows, _, _, err := readLog(shortHead+"wx1,u1,2026-03-02 09:05:00,in,citizen,#N/A,\n", LogOptions{}); err != nil || rows[0].Content != "#N/A" {
		t.Errorf("%v %v", rows, err)
	}
}

func TestReadLog_JudgedRowsAreNamedAndPutAside(t *testing.T) {
	text := shortHead
	for i := range 2 * logBatch {
		text += fmt.Sprintf("wx1,u1,2026-03-02 09:00:00,in,citizen,x,k%d\n", i)
	}
	judge := func(rows []models.Interaction) (map[int]string, error) {
		out := map[int]string{}
		for n, r := range rows {
			if r.MsgKey == "k3" || r.MsgKey == "k700" {
				out[n] = "不行"
			}
		}
		return out, nil
	}
	rows, lines, count, err := readLog(text, LogOptions{Judge: judge})
	checkFaults(t, faultsOf(t, err), "f:5:41 msg_key 不行", "f:702:41 msg_key 不行")
	if len(rows) != 2*logBatch-2 || lines[3] != 6 || count.Bad != 2 {
		t.Errorf("%d rows, %v, %+v", len(rows), lines[:4], count)
	}
	var bad bytes.Buffer
	if _, _, _, err := readLog(text, LogOptions{Judge: judge, SkipBad: &bad}); err != nil || !strings.Contains(bad.String(), `"k700","第 702 行: msg_key 不行"`) {
		t.Errorf("%v %s", err, bad.String())
	}
	stop := errors.New("away")
	if _, _, _, err := readLog(text, LogOptions{Judge: func([]models.Interaction) (map[int]string, error) { return nil, stop }}); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestReadLog_TimesAsSpreadsheetsWriteThem(t *testing.T) {
	want := time.Date(2026, 3, 2, 9, 0, 5, 0, shanghai())
	key := ""
	for _, at := range []string{"2026-03-02 09:00:05", "2026/3/2 9:00:05", "2026/03/02 09:00:05", "2026-3-2 9:00:05", "2026.3.2 9:00:05", "2026年3月2日 9:00:05", "2026/3/2 上午9:00:05", "２０２６／３／２　９：００：０５", "2026/3/2 9:00:05 AM"} {
		rows, _, _, err := readLog(shortHead+"wx1,u1,"+at+",in,citizen,x,\n", LogOptions{})
		if err != nil || !rows[0].At.Equal(want) {
			t.Errorf("%s: %v %v", at, rows, err)
			continue
		}
		if key == "" {
			key = rows[0].MsgKey
		}
		if rows[0].MsgKey != key {
			t.Errorf("%s gives the row another key", at)
		}
	}
	for _, at := range []string{"2026/3/2", "3/2/2026 9:00", "2026/13/2 9:00", "2026/2/30 9:00", "2026/3/2 25:00", "46083.375", "2026/3/2 13:00 PM", "2026-03-0209:00:05"} {
		_, _, _, err := readLog(shortHead+"wx1,u1,"+at+",in,citizen,x,\n", LogOptions{})
		checkFaults(t, faultsOf(t, err), "f:2:8 不是 2000 至 2100 年间的时间")
	}
	now := LogOptions{Now: want}
	if _, _, _, err := readLog(shortHead+"wx1,u1,2026/3/2 9:05,in,citizen,x,\n", now); err != nil {
		t.Errorf("a clock that is ahead by minutes: %v", err)
	}
	for _, at := range []string{"2026/3/2 9:30", "2030-01-01 00:00:00", "2099-01-01T00:00:00Z"} {
		_, _, _, err := readLog(shortHead+"wx1,u1,"+at+",in,citizen,x,\n", now)
		checkFaults(t, faultsOf(t, err), "f:2:8 还没有到")
	}
}

func TestReadLog_AsOfficesWriteIt(t *testing.T) {
	text := ",,,,,,,,\n账号,市民,时间,方向,角色,内容,送达,备注,,\n,,,,,,,,\nwx1,u1,2026/3/2 9:00,收,市民,路灯,是,不导入,,\nwx1,u1,2026/3/2 9:05,发,人工,已修,否,#REF!,,\n , ,　,,,,,,,\n"
	rows, _, count, err := readLog(text, LogOptions{})
	if err != nil || count != (LogCount{Rows: 2}) || rows[0].Actor != models.ActorCitizen || !rows[0].OK || rows[1].Dir != models.DirOut || rows[1].OK {
		t.Errorf("%+v %+v %v", rows, count, err)
	}
	plain, _, _, err := readLog("account,openid,at,dir,actor,content,ok\nwx1,u1,2026-03-02 09:00:00,in,citizen,路灯,true\n", LogOptions{})
	if err != nil || plain[0].MsgKey != rows[0].MsgKey {
		t.Errorf("the same row in other words has another key: %v", err)
	}
	book := testBook(t, textRow(1, "账号", "市民", "时间", "方向", "角色", "内容", "消息编号")+
		`<row r="3"><c r="A3" t="inlineStr"><is><t>wx1</t></is></c><c r="B3" t="inlineStr"><is><t>u1</t></is></c><c r="C3" s="2"><v>46083.375</v></c>`+
		`<c r="D3" t="inlineStr"><is><t>收</t></is></c><c r="E3" t="inlineStr"><is><t>市民</t></is></c><c r="F3" t="inlineStr"><is><t>路灯</t></is></c></row>`+
		`<row r="4"><c r="A4" t="inlineStr"><is><t>wx1</t></is></c><c r="G4"><v>24512345678901234</v></c></row>`, "")
	var bad bytes.Buffer
	got := []models.Interaction{}
	_, err = ReadLog("f.xlsx", bytes.NewReader(book), LogOptions{SkipBad: &bad}, func(_ int, i models.Interaction) error {
		got = append(got, i)
		return nil
	})
	if err != nil || len(got) != 1 || got[0].Content != "路灯" || !strings.Contains(bad.String(), "15 位") {
		t.Errorf("%v %v %s", got, err, bad.String())
	}
	_, err = ReadLog("f.xlsx", bytes.NewReader(book), LogOptions{}, func(int, models.Interaction) error { return nil })
	checkFaults(t, faultsOf(t, err), "f.xlsx:G4 15 位")
}

func TestEncodingIsGuessedFromTheWholeFile(t *testing.T) {
	simplified := shortHead + strings.Repeat("wx1,u1,2026-03-02 09:00:00,in,citizen,路灯坏了，人民路 5 号联通营业厅门口,\n", 3)
	traditional := shortHead + "wx1,u1,2026-03-02 09:00:00,in,citizen,路燈壞了,\n"
	late := shortHead + strings.Repeat("wx1,u1,2026-03-02 09:00:00,in,citizen,nothing but ASCII in the first mebibyte,\n", 16_000) + "wx1,u1,2026-03-02 09:00:01,in,citizen,路灯坏了,\n"
	encode := func(e encoding.Encoding, s string) string {
		t.Helper()
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, c := range map[string]struct{ text, want string }{
		"UTF-8":                         {simplified, "路灯坏了，人民路 5 号联通营业厅门口"},
		"UTF-8 with mark":               {"\ufeff" + simplified, "路灯坏了，人民路 5 号联通营业厅门口"},
		"GBK":                           {encode(simplifiedchinese.GBK, simplified), "路灯坏了，人民路 5 号联通营业厅门口"},
		"GBK, short":                    {encode(simplifiedchinese.GBK, shortHead+"wx1,u1,2026-03-02 09:00:00,in,citizen,联通,\n"), "联通"},
		"GBK, far behind":               {encode(simplifiedchinese.GBK, late), "路灯坏了"},
		"GB18030":                       {encode(simplifiedchinese.GB18030, shortHead+"wx1,u1,2026-03-02 09:00:00,in,citizen,路灯😀坏了,\n"), "路灯😀坏了"},
		"Big5":                          {encode(traditionalchinese.Big5, traditional), "路燈壞了"},
		"GBK in traditional characters": {encode(simplifiedchinese.GBK, traditional), "路燈壞了"},
		"UTF-16":                        {encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), simplified), "路灯坏了，人民路 5 号联通营业厅门口"},
		"UTF-16 big endian":             {encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), simplified), "路灯坏了，人民路 5 号联通营业厅门口"},
	} {
		for _, once := range []bool{false, true} {
			var last models.Interaction
			r := io.Reader(strings.NewReader(c.text))
			if once {
				r = io.MultiReader(r) // can be read once only, as a pipe
			}
			_, err := ReadLog("f", r, LogOptions{}, func(_ int, i models.Interaction) error { last = i; return nil })
			if err != nil || last.Content != c.want {
				t.Errorf("%s: %q %v", name, last.Content, err)
			}
		}
	}
}

func TestDamagedTextIsNamedByItsLine(t *testing.T) {
	row := "wx1,u1,2026-03-02 09:00:00,in,citizen,路灯坏了,\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(shortHead + row + strings.Replace(row, "坏", "Q", 1) + row)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"one byte":          shortHead + row + strings.Replace(row, "坏", "坏\xff", 1),
		"a cut character":   shortHead + row + strings.Replace(row, "坏", "\xe5\x9d", 1),
		"a byte too few":    shortHead + row + strings.Replace(row, "了", "\xe4\xba", 1) + row,
		"in GBK":            strings.Replace(gbk, "Q", "\x80\xff", 1),
		"in GBK, by itself": strings.Replace(gbk, "Q", "\xff", 1),
	} {
		_, _, _, err := readLog(text, LogOptions{})
		checkFaults(t, faultsOf(t, err), "f:3:39 编码有误")
		_, err = readForm("f", strings.NewReader(strings.ReplaceAll(text, "account,", "name,")), CSV)
		if got := faultsOf(t, err); !strings.HasPrefix(got[0], "f:3:") {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestLogOfAFileIsReadTwice(t *testing.T) {
	path := t.TempDir() + "/f.csv"
	if err := os.WriteFile(path, []byte("\ufeff"+shortHead+"wx1,u1,2026-03-02 09:00:00,in,citizen,路灯,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	count, err := ReadLog("f", f, LogOptions{}, func(int, models.Interaction) error { return nil })
	if err != nil || count.Rows != 1 {
		t.Errorf("%+v %v", count, err)
	}
}

func TestNamesThatLookAlikeAreOne(t *testing.T) {
	text := "name,keywords,reply\n\"重 \",a,甲\n重,b,乙\n　重,c,丙\n\u200b重\ufeff,d,丁\nＡ１ 号,e,戊\nA1  号,f,己\n自来水,g,庚\n\u2f83来\u2f54,h,辛\ncaf\u00e9,i,壬\ncafe\u0301,j,癸\n"
	_, err := readForm("f", strings.NewReader(text), CSV)
	checkFaults(t, faultsOf(t, err), "f:3:1 重复", "f:4:1 重复", "f:5:1 重复", "f:7:1 重复", "f:9:1 重复", "f:11:1 重复")
	got, err := readForm("f", strings.NewReader("- name: '　重 '\n  menu: {items: [{title: x, rule: ' 重'}]}\n"), YAML)
	if err != nil || got[0].Name != "重" || got[0].Menu.Items[0].Rule != "重" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestSeveralWordsInACell(t *testing.T) {
	for cell, want := range map[string]string{
		"社保｜医保": "社保/医保", "社保丨医保│户口": "社保/医保/户口", "居住证、暂住证": "居住证/暂住证", "a,b，c;d；e|f": "a/b/c/d/e/f", "社保\n医保\r\n": "社保/医保", "、社保、": "社保",
		`社保\、医保`: "社保、医保", "\u200b社保　|\ufeff医保": "社保/医保",
	} {
		got, err := readForm("f", strings.NewReader("name,keywords,exclude\n甲,\""+cell+"\",\""+cell+"\"\n"), CSV)
		if err != nil || strings.Join(got[0].Keywords, "/") != want || strings.Join(got[0].Exclude, "/") != want {
			t.Errorf("%q: %v %v", cell, got, err)
		}
	}
	got, err := readForm("f", strings.NewReader("name,examples,counter_examples\n甲,\"你好，在吗？｜a,b；c\nd\",e、f|g\n"), CSV)
	if err != nil || strings.Join(got[0].Examples, "/") != "你好，在吗？/a,b/c/d" || strings.Join(got[0].CounterExamples, "/") != "e、f/g" {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"#REF!", "2.0E+16"} {
		_, err := readForm("f", strings.NewReader("name,keywords,备注\n甲,"+bad+","+bad+"\n"), CSV)
		checkFaults(t, faultsOf(t, err), "f:2:5 "+bad)
	}
}
