//go:build linux

package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// shown is what a document or the help of a command tells people to type: one line, or a
// block of lines that belong together.
type shown struct{ where, text string }

// setting is what one shown needs beyond the usual place: an office with an account, rules, a
// log and the files that the examples name. The zero value needs nothing.
type setting struct {
	reason  string   // why it can not be run here; nothing else counts then
	first   []string // command lines before it
	stdin   string
	files   map[string]string
	env     map[string]string // "" removes
	replace []string          // old, new ...: addresses and paths of other machines
	lasts   string            // it goes on until a signal; what it answers at, "" = it ends
	before  [2]string         // what ran and was stopped before, and what it answered at
	beside  [2]string         // what runs beside it
	mariadb bool              // the database is an empty MariaDB
	code    int               // of the exit, where 0 can not be had
}

// helpExamples are the lines after 例：in the help of every command.
func helpExamples(t *testing.T) (list []shown) {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Name("wenzheng"), kong.PostBuild(setDetails))
	if err != nil {
		t.Fatal(err)
	}
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		for line := range strings.Lines(continued.ReplaceAllString(n.Detail, " ")) {
			line = strings.TrimSpace(strings.TrimPrefix(line, "例："))
			if command, _, _ := strings.Cut(line, "    "); strings.HasPrefix(command, "wenzheng ") && !strings.ContainsAny(command, "。；") {
				list = append(list, shown{"wenzheng " + n.Path() + " --help", command})
			}
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(parser.Model.Node)
	return list
}

var (
	continued  = regexp.MustCompile(`\s*\\\n\s*`)
	shellBlock = regexp.MustCompile("(?ms)```sh\n(.*?)```")
	csvBlock   = regexp.MustCompile("(?ms)```csv\n(.*?)```")
)

// documented are the shell blocks of a document, in its order.
func documented(t *testing.T, name string) (list []shown) {
	t.Helper()
	for _, m := range shellBlock.FindAllStringSubmatch(documentText(t, name), -1) {
		var lines []string
		for line := range strings.Lines(m[1]) {
			lines = append(lines, strings.TrimSpace(line))
		}
		list = append(list, shown{name, strings.TrimSpace(strings.Join(lines, "\n"))})
	}
	return list
}

func documentText(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// place is where examples are run: a folder with the program as bin/wenzheng and on the path.
type place struct {
	*office
	env map[string]string
}

func (o *office) place(t *testing.T) *place {
	t.Helper()
	p := &place{o, maps.Clone(o.env)}
	if err := os.MkdirAll(filepath.Join(o.dir, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(binary(t), filepath.Join(o.dir, "bin", "wenzheng")); err != nil {
		t.Fatal(err)
	}
	p.env["PATH"] = filepath.Join(o.dir, "bin") + ":" + os.Getenv("PATH")
	p.env["HOME"] = o.dir
	return p
}

// shell is a command of this place, as somebody types it.
func (p *place) shell(ctx context.Context, text, stdin string) (*exec.Cmd, *output) {
	var screen output
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", text)
	cmd.WaitDelay = 5 * time.Second // for what a command has left behind
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = p.dir, strings.NewReader(stdin), &screen, &screen
	for name, value := range p.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd, &screen
}

func (p *place) types(t *testing.T, text string, s setting) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd, screen := p.shell(ctx, text, s.stdin)
	_ = cmd.Run() // the code says it
	if code := cmd.ProcessState.ExitCode(); code != s.code {
		t.Errorf("%s\nends with %d, want %d:\n%s", text, code, s.code, screen.String())
	}
}

// lasts starts what goes on until a signal and returns once it answers, with what ends it; the
// test ends it at the latest.
func (p *place) lasts(t *testing.T, text, url string) (end func()) {
	t.Helper()
	cmd, screen := p.shell(context.Background(), "exec "+text, "")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	end = sync.OnceFunc(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
		if code := cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("%s\nends with %d:\n%s", text, code, screen.String())
		}
	})
	t.Cleanup(end)
	eventually(t, 30*time.Second, text+" answers", func() bool {
		select {
		case <-ended:
			t.Fatalf("%s\nends with %d:\n%s", text, cmd.ProcessState.ExitCode(), screen.String())
		default:
		}
		return p.fetch(url).status == 200
	})
	return end
}

// try runs one shown at this place.
func (p *place) try(t *testing.T, e shown, s setting) {
	t.Helper()
	if s.reason != "" {
		return
	}
	here := strings.NewReplacer("{addr}", p.addr, "{dir}", p.dir)
	for _, text := range []*string{&s.lasts, &s.before[0], &s.before[1], &s.beside[0], &s.beside[1]} {
		*text = here.Replace(*text)
	}
	s.replace = slices.Clone(s.replace)
	for k, text := range s.replace {
		s.replace[k] = here.Replace(text)
	}
	if s.mariadb {
		p.env["WENZHENG_DATABASE"] = "mysql:" + storetest.MariaDB(t)
	}
	for name, value := range s.env {
		if p.env[name] = value; value == "" {
			delete(p.env, name)
		}
	}
	for name, content := range s.files {
		p.write(name, content)
	}
	if s.before[0] != "" {
		p.lasts(t, s.before[0], s.before[1])()
	}
	for _, line := range s.first {
		p.types(t, line, setting{})
	}
	text := strings.NewReplacer(s.replace...).Replace(e.text)
	if s.beside[0] != "" {
		defer p.lasts(t, s.beside[0], s.beside[1])()
	}
	if s.lasts != "" { // the last line of a block
		at := strings.LastIndex(text, "\n") + 1
		p.types(t, text[:at], setting{})
		p.lasts(t, text[at:], s.lasts)
		return
	}
	p.types(t, text, s)
}

// furnished is an office to which the examples of the help apply, made once and copied.
func furnished(t *testing.T) *office {
	t.Helper()
	o := newOffice(t, "")
	o.account.Token, o.account.Verified = "jiangcheng2026", true
	api := o.officialAPI()
	o.env["WENZHENG_WECHAT_API_BASE"] = api.url
	api.SetMenu(o.account.AppID, []platform.MenuButton{{Type: "click", Name: "留言", Key: "LY"}})
	for name, content := range exampleFiles() {
		o.write(name, content)
	}
	o.addAccount()
	o.must("rules", "import", filepath.Join(o.dir, "规则.csv"), "--publish")
	o.must("log", "import", filepath.Join(o.dir, "三月.csv"))
	o.withStore(func(st *installation) error {
		uid := uidOf(t, st, o.account.AppID)
		return errors.Join(st.lose(uid, o.account.AppID, 7012345678901), st.handOver(uid, o.account.AppID, 7012345678902), st.firstCase(o.account.AppID))
	})
	o.must("init") // the three administrators
	o.must("operator", "add", "wangjie", "--role", "content_admin", "--account", o.account.AppID)
	o.must("operator", "add", "lixiao", "--role", "case_handler", "--account", o.account.AppID)
	o.must("token", "add", "月报", "--scope", "indices:read")
	return o
}

// firstCase is case 2603 0200 0013, of somebody who called.
func (i *installation) firstCase(appID string) error {
	now := func() time.Time { return time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC) }
	made, err := cases.New(i.Store, i.waits, i.outbox, i.desk, cases.Options{Now: now})
	if err != nil {
		return err
	}
	_, err = made.Submit(context.Background(), operator(), cases.Submission{AppID: appID, Key: "1", Kind: cases.Complaint, Text: "人民路的路灯不亮"})
	return err
}

// exampleFiles are the files that examples name.
func exampleFiles() map[string]string {
	const account = "wx0123456789abcdef"
	rules := "name,match,keywords,exclude,priority,reply,examples,topic\n" +
		"居住证办理,contains,居住证,,5,带身份证到派出所办理。,居住证怎么办,城乡建设\n" +
		"社保卡补办,contains,社保卡,,5,带身份证到社保大厅补办。,社保卡丢了怎么补办,社保\n" +
		"默认,default,,,0,留言已收到。,,\n"
	var labelled strings.Builder
	labelled.WriteString("topic,text\n")
	for range 5 {
		labelled.WriteString("公积金,公积金怎么提取\n公积金,住房公积金提取条件\n社保,社保卡怎么补办\n社保,社保卡丢失补办\n")
	}
	return map[string]string{
		"规则.csv":    rules,
		"三月.csv":    "account,openid,at,channel,dir,actor,kind,content,msg_key\n" + account + ",citizen1,2026-03-02 09:00:00,chat,in,citizen,text,谢谢,24573862210053187\n",
		"文章.csv":    "account,msgid,published_at,title,topic,form,headline,reads,zaikan,likes,shares,finish_rate\n" + account + ",1,2026-03-02 09:00:00,春耕,农业,图文,true,100,1,2,3,40\n",
		"关注人数.csv":  "account,date,followers\n" + account + ",2026-03-02,1200\n",
		"评价.csv":    "account,openid,at,satisfied,solved\n" + account + ",citizen1,2026-03-02 10:00:00,true,true\n",
		"已分类.csv":   labelled.String(),
		"更正.csv":    "topic,text\n社保,社保卡丢了\n",
		"主题树.csv":   "level1,level2,level3\n社保,社会保险,社保卡\n",
		"12345.csv": "工单编号,来电时间,诉求类别,诉求内容,区县,承办单位,办结时间,答复内容,是否满意,是否解决\n20260112001,2026/1/12 9:05,投诉,路灯不亮,东湖区,城管局,2026-01-14 16:30,已经修好,满意,是\n",
		"值班.csv":    "坐席,时段,星期\nlixiao,\"09:00-12:00,13:30-17:30\",135\n",
		"留言.csv":    "text\n公积金怎么提取\n",
		"2027.json": `{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`,
		"关注事件.xml": "<xml><ToUserName>gh_0123456789ab</ToUserName><FromUserName>oCitizen_0000000000000000001</FromUserName>" +
			"<CreateTime>1772413200</CreateTime><MsgType>event</MsgType><Event>subscribe</Event></xml>",
	}
}

// moved is a copy of an office, with addresses of its own.
func (o *office) moved(t *testing.T) *office {
	t.Helper()
	c := *o
	c.t, c.env = t, maps.Clone(o.env)
	c.lodge()
	if err := os.CopyFS(c.dir, os.DirFS(o.dir)); err != nil {
		t.Fatal(err)
	}
	return &c
}
