package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the image has no zone files

	"github.com/alecthomas/kong"

	"github.com/wenzheng/wenzheng/cmd/wenzheng/usage"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/sheet/outfile"
	"github.com/wenzheng/wenzheng/store"
)

func main() {
	if os.Getenv("GOGC") == "" {
		// The live heap is tens of megabytes: collecting a quarter as often costs little
		// memory and gives citizens a tenth of the processor back.
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		// A thread that waits for the disk holds its processor for a while, and the journal's
		// and the database's each do: on a small machine nobody would be left to answer.
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 2)
	}
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(), now: time.Now}
	os.Exit(p.runUntilSignal(os.Args[1:]))
}

// program is what every command may touch of the outside.
type program struct {
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	environ []string
	now     func() time.Time
	config  string // --config

	routeLimit time.Duration // see handler.Options, 0 = its default

	serves atomic.Bool // the command is a service: it stops in order
	demo   bool        // of the fictional city: a click signs in
	files  outfile.Writer
	used   []*installation // closed when the command has ended
}

// commands is the command line; texts are for people in offices, hence Chinese.
type commands struct {
	Config string `help:"设置文件（YAML）；不写则读当前目录的 wenzheng.yaml（若有）" placeholder:"文件" env:"WENZHENG_CONFIG"`

	Demo     demoCmd     `cmd:"" help:"在本机试用：内置数据库、演示账号，一条命令即可"`
	Init     initCmd     `cmd:"" help:"建立一套新的安装：设置文件、主密钥、数据目录"`
	Serve    serveCmd    `cmd:"" help:"运行服务：接收微信回调、自动回复、记录日志"`
	Simulate simulateCmd `cmd:"" help:"模拟微信平台：发消息、投递回调文件、压测"`
	Migrate  migrateCmd  `cmd:"" help:"数据库：查看结构、升级、从 SQLite 换到 MySQL"`
	Account  accountCmd  `cmd:"" help:"公众号账号：添加、列表、体检"`
	Alarm    alarmCmd    `cmd:"" help:"告警：发到企业微信、钉钉的群机器人或别的程序"`
	Calendar calendarCmd `cmd:"" help:"工作日历：导入放假安排、单独设一天、查看"`
	Rules    rulesCmd    `cmd:"" help:"自动回复规则：导入、导出、试一句"`
	Menu     menuCmd     `cmd:"" help:"公众号的自定义菜单：草稿、审核、发布"`
	Texts    textsCmd    `cmd:"" help:"规则以外的话和词表：求助的回答和词、敏感词、转人工之后说的话"`
	Gaps     gapsCmd     `cmd:"" help:"未命中：没有规则能答的问题，由它们写规则"`
	Surges   surgesCmd   `cmd:"" help:"舆情：集中咨询和首次回应的时限"`
	Topics   topicsCmd   `cmd:"" help:"主题：学习关键词、给文本分类"`
	Log      logCmd      `cmd:"" help:"互动日志：导出、导入、核对、积压"`
	Waits    waitsCmd    `cmd:"" help:"诉求轮次：列出，标记无需答复的"`
	Desk     deskCmd     `cmd:"" help:"接待：查看，结束"`
	Case     caseCmd     `cmd:"" help:"工单：查看，办理"`
	Roster   rosterCmd   `cmd:"" help:"值班：查看，导入"`
	Template templateCmd `cmd:"" help:"接待台常用的文字"`
	Kf       kfCmd       `cmd:"" help:"微信客服工具：读取聊天记录"`
	Outbox   outboxCmd   `cmd:"" help:"发给市民的消息：查看，认定是否送达"`
	Audit    auditCmd    `cmd:"" help:"审计记录：查看、核对"`
	Operator operatorCmd `cmd:"" help:"能登录管理后台的人：添加、列表、重置、停用"`
	Token    tokenCmd    `cmd:"" help:"程序的访问令牌：发放、列表、吊销"`
	Admin    adminCmd    `cmd:"" help:"三员（系统、安全、审计）进不去时恢复"`

	Indices   indicesCmd   `cmd:"" help:"指标与指数：账号并列，组成可见"`
	Report    reportCmd    `cmd:"" help:"季度自查报告：HTML 与 Excel"`
	Articles  articlesCmd  `cmd:"" help:"文章统计：导入"`
	Followers followersCmd `cmd:"" help:"关注人数：导入"`
	Ratings   ratingsCmd   `cmd:"" help:"满意度评价：导入"`

	Health  healthCmd  `cmd:"" hidden:"" help:"供容器探活：查询运行中的服务是否就绪"`
	Version versionCmd `cmd:"" help:"版本、提交、日期、Go 版本"`
}

// detailsText is what --help says of every command at length.
//
//go:embed help.txt
var detailsText string

func setDetails(k *kong.Kong) error { return usage.Describe(k, detailsText) }

// exitCode ends the command line with this status after everything was said.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// run parses and executes one command line: 0 only on success, 1 on a fault of the work, 2
// on a fault of the command line.
func (p *program) run(ctx context.Context, args []string) (code int) {
	var c commands
	parser, err := kong.New(&c, kong.Name("wenzheng"), kong.Description("问政：政务微信公众号的自动答复与服务质量台账。"),
		kong.Writers(p.stdout, p.stderr), kong.Exit(func(n int) { panic(exitCode(n)) }),
		kong.Help(usage.Printer(p.width)), kong.PostBuild(setDetails),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p),
		kong.BindSingletonProvider(p.use))
	if err != nil {
		return p.fail(err, 2)
	}
	parser.Model.HelpFlag.Help = "显示用法"
	defer func() {
		fault := recover()
		if n, ok := fault.(exitCode); ok {
			code = int(n)
		} else if fault != nil {
			panic(fault)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if err != nil {
		return p.fail(usage.Fault(err), 2)
	}
	p.config = c.Config
	defer p.closeUsed()
	if err := k.Run(); err != nil {
		var exit exitCode
		if errors.As(err, &exit) {
			return int(exit)
		}
		if errors.Is(context.Cause(ctx), context.Canceled) {
			err = models.Interrupted(err)
		}
		return p.fail(err, 1)
	}
	return 0
}

// fail says what went wrong in one line.
func (p *program) fail(err error, code int) int {
	text := strings.Join(strings.Fields(strings.ReplaceAll(plainly(err), "\n", "; ")), " ")
	fmt.Fprintln(p.stderr, "wenzheng: "+text) //nolint:errcheck // nowhere left to say it
	return code
}

// plainly is models.PlainText that also knows what faults of the database mean.
func plainly(err error) string {
	if ofDatabase := strings.HasPrefix(err.Error(), "store: ") || strings.HasPrefix(err.Error(), "waits: ") || strings.HasPrefix(err.Error(), "auth: "); ofDatabase || errors.Is(err, seal.ErrKey) {
		return store.Explain(err).Message
	}
	return models.PlainText(err)
}

type healthCmd struct {
	URL string `help:"服务地址" default:"http://127.0.0.1:8080"`
}

// Run succeeds when the running service can answer citizens.
func (c *healthCmd) Run(ctx context.Context, p *program) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	h, err := handler.AskReady(ctx, c.URL)
	if err != nil {
		return err
	}
	if !h.Able {
		return fmt.Errorf("不能服务市民：%s", strings.Join(h.Reasons, "；"))
	}
	_, err = fmt.Fprintln(p.stdout, h.Status, strings.Join(h.Reasons, "；"))
	return err
}

// Set by the build with -ldflags -X; a plain `go build` leaves them to the build info.
var (
	version = "dev"
	commit  = ""
	date    = ""
)

type versionCmd struct{ jsonFlag }

type versionInfo struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Date    string `json:"date"`
	Go      string `json:"go"`
}

func programVersion() versionInfo {
	v := versionInfo{Version: version, Commit: commit, Date: date, Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && v.Commit == "" {
			v.Commit = s.Value
		}
		if s.Key == "vcs.time" && v.Date == "" {
			v.Date = s.Value
		}
	}
	return v
}

// Run prints the version.
func (c *versionCmd) Run(p *program) error {
	v := programVersion()
	return c.print(p, v, fmt.Sprintf("wenzheng %s\n提交 %s\n日期 %s\n%s\n", v.Version, cmp.Or(v.Commit, "—"), cmp.Or(v.Date, "—"), v.Go))
}
