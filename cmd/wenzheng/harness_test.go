package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/topics"
)

// TestMain runs the tests, removes the binary they built and holds that nothing they
// started in this process goes on.
func TestMain(m *testing.M) {
	lastPort.Store(rand.Uint32N(20000))
	code := m.Run()
	if buildFolder != "" {
		_ = os.RemoveAll(buildFolder)
	}
	http.DefaultClient.CloseIdleConnections()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// Secrets that must be seen nowhere outside sealed columns.
const (
	canaryToken  = "CanaryToken2026"
	canarySecret = "c0ffeec0ffee0123456789abcdef0123"
)

func canaryAESKey() string { return strings.Repeat("CanaryKey", 5)[:43] }

const standardRules = `name,match,keywords,exclude,priority,reply,examples
社保卡补办,contains,社保卡|社会保障卡,,10,请携带身份证到市民中心二楼补办社保卡。,社保卡丢了怎么补办
公积金提取,contains,公积金,,5,提取公积金请到市民中心一楼办理。,公积金怎么提取
其他,default,,,0,您好，留言已收到，工作人员将尽快回复。,
`

// office is one installation of the program: a folder, two addresses, an environment of
// its own and an account in safe mode.
type office struct {
	t             testing.TB
	dir           string
	data          string
	addr, metrics string
	env           map[string]string
	account       models.Account
}

func masterKey() []byte { return bytes.Repeat([]byte{'k'}, 32) }

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	sealer, err := seal.NewSealer(masterKey())
	if err != nil {
		return nil, err
	}
	return store.Open(store.Options{Database: database, Sealer: sealer, AuditMAC: sealer.AuditMAC})
}}

// words keeps the dictionary in memory, which each command that groups questions would read anew.
var words = sync.OnceValue(topics.LoadDictionary)

// newOffice makes an empty installation; database "" is SQLite in the data folder, with its
// schema.
func newOffice(t testing.TB, database string) *office {
	t.Helper()
	words()
	o := &office{
		t: t, env: map[string]string{
			"WENZHENG_SECRET_KEY":             base64.StdEncoding.EncodeToString(masterKey()),
			"WENZHENG_JOURNAL_ALLOW_VOLATILE": "true",
			"WENZHENG_WECHAT_API_BASE":        "http://127.0.0.1:1", // a test never calls WeChat
		},
		account: models.Account{
			AppID: "wx0123456789abcdef", Name: "江城政务", Kind: models.KindService, OriginalID: "gh_0123456789ab",
			Mode: models.ModeSafe, Token: canaryToken, AESKey: canaryAESKey(), Secret: canarySecret,
		},
	}
	if database != "" {
		o.env["WENZHENG_DATABASE"] = database
	}
	o.settle()
	return o
}

// lodge gives the office an empty folder and addresses of its own.
func (o *office) lodge() {
	o.dir = storetest.Folder(o.t)
	o.data = filepath.Join(o.dir, "data")
	o.addr = freeAddr(o.t)
	for o.metrics = freeAddr(o.t); o.metrics == o.addr; {
		o.metrics = freeAddr(o.t)
	}
	o.env["WENZHENG_DATA_DIR"], o.env["WENZHENG_ADDR"], o.env["WENZHENG_METRICS_ADDR"] = o.data, o.addr, o.metrics
}

// settle gives the office a data folder and addresses of its own.
func (o *office) settle() {
	o.lodge()
	if r := o.run("init", "--restore"); r.code != 0 {
		o.t.Fatalf("init: exit %d: %s", r.code, r.stderr)
	}
	if o.env["WENZHENG_DATABASE"] == "" {
		current.File(o.t, filepath.Join(o.data, "wenzheng.db"))
	}
}

// sibling is another instance on the same database, with a spool of its own.
func (o *office) sibling() *office {
	s := *o
	s.env = maps.Clone(o.env)
	s.settle()
	return &s
}

// open brings the installation to the point where citizens can be answered.
func (o *office) open() *office {
	o.t.Helper()
	o.must("migrate", "up")
	o.addAccount()
	o.must("rules", "import", o.write("规则.csv", standardRules), "--publish")
	return o
}

func (o *office) addAccount() {
	o.t.Helper()
	args := []string{
		"account", "add", "--app-id", o.account.AppID, "--name", o.account.Name, "--kind", string(o.account.Kind),
		"--token", o.account.Token, "--secret", "-", "--mode", string(o.account.Mode), "--original-id", o.account.OriginalID,
	}
	in := o.account.Secret + "\n"
	if o.account.AESKey != "" {
		args, in = append(args, "--aes-key", "-"), o.account.AESKey+"\n"+in
	}
	if r := o.runWith(in, args...); r.code != 0 {
		o.t.Fatalf("account add: exit %d: %s", r.code, r.stderr)
	}
}

// lastPort is the port that freeAddr gave last, at first one that few other programs begin with.
var lastPort atomic.Uint32

// freeAddr is an address that nobody listens at, and that neither another test nor an outgoing
// connection, whose ports lie above, takes before the program listens.
func freeAddr(t testing.TB) string {
	t.Helper()
	for range 100 {
		addr := "127.0.0.1:" + strconv.Itoa(10000+int(lastPort.Add(1)%20000))
		if l, err := net.Listen("tcp", addr); err == nil {
			_ = l.Close()
			return addr
		}
	}
	t.Fatal("no free port")
	return ""
}

func (o *office) write(name, content string) string {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

func (o *office) environ() []string {
	var out []string
	for k, v := range o.env {
		out = append(out, k+"="+v)
	}
	return out
}

// output is a writer that may be read while others write to it.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *output) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *output) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// said is what a command left behind.
type said struct {
	code           int
	stdout, stderr string
}

// run executes one command line in this process.
func (o *office) run(args ...string) said { o.t.Helper(); return o.runWith("", args...) }

func (o *office) runWith(stdin string, args ...string) said {
	o.t.Helper()
	var out, fault output
	p := &program{stdin: strings.NewReader(stdin), stdout: &out, stderr: &fault, environ: o.environ(), now: time.Now}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute) // a bound of the test, for a machine that is busy
	defer cancel()
	code := p.run(ctx, args)
	return said{code, out.String(), fault.String()}
}

// must executes a command line that has to succeed and returns its standard output.
func (o *office) must(args ...string) string {
	o.t.Helper()
	r := o.run(args...)
	if r.code != 0 || r.stderr != "" {
		o.t.Fatalf("wenzheng %s: exit %d: %s", strings.Join(args, " "), r.code, r.stderr)
	}
	return r.stdout
}

// running is `wenzheng serve` in this process.
type running struct {
	o              *office
	cancel         context.CancelFunc
	ended          chan struct{}
	code           int
	stdout, stderr output
}

// serve starts the service and returns when it answers /readyz with 200.
func (o *office) serve(args ...string) *running {
	o.t.Helper()
	r := o.begin(args...)
	r.await("/readyz")
	return r
}

// serveUnready starts the service and returns when it lives, able to answer or not.
func (o *office) serveUnready(args ...string) *running {
	o.t.Helper()
	r := o.begin(args...)
	r.await("/healthz")
	return r
}

func (o *office) begin(args ...string) *running {
	o.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{o: o, cancel: cancel, ended: make(chan struct{})}
	// With the race detector on a machine that others fill, the rules need longer than in an office now and then; what
	// happens then is tested at the door.
	p := &program{stdin: strings.NewReader(""), stdout: &r.stdout, stderr: &r.stderr, environ: o.environ(), now: time.Now, routeLimit: 2 * time.Second}
	go func() {
		defer close(r.ended)
		r.code = p.run(ctx, append([]string{"serve"}, args...))
	}()
	o.t.Cleanup(func() { r.stop() })
	return r
}

func (r *running) await(path string) {
	r.o.t.Helper()
	eventually(r.o.t, 20*time.Second, "serve answers "+path, func() bool {
		select {
		case <-r.ended:
			r.o.t.Fatalf("serve ended with %d: %s", r.code, r.stderr.String())
		default:
		}
		return r.o.fetch("http://"+r.o.addr+path).status == http.StatusOK
	})
}

// stop ends the service as a signal does and returns its exit code.
func (r *running) stop() int {
	r.o.t.Helper()
	r.cancel()
	select {
	case <-r.ended:
	case <-time.After(stopWithin + 5*time.Second):
		r.o.t.Fatal("serve does not stop")
	}
	return r.code
}

type fetched struct {
	status int
	body   string
}

// fetch reads a page; status 0 when nobody answers.
func (o *office) fetch(url string) fetched {
	client := http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(url)
	if err != nil {
		return fetched{}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return fetched{}
	}
	return fetched{res.StatusCode, string(b)}
}

// metric is a figure of /metrics without labels, -1 when it is not there.
func (o *office) metric(name string) float64 {
	for line := range strings.Lines(o.fetch("http://" + o.metrics + "/metrics").body) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok {
			if f, err := strconv.ParseFloat(value, 64); err == nil {
				return f
			}
		}
	}
	return -1
}

func (o *office) drained(within time.Duration) {
	o.t.Helper()
	eventually(o.t, within, "backlog is 0", func() bool { return o.metric("wenzheng_journal_backlog") == 0 })
}

// client is the platform towards the office, and towards its siblings when given.
func (o *office) client(policy simulator.Policy, journal *simulator.Journal, siblings ...*office) *simulator.Client {
	o.t.Helper()
	urls := []string{"http://" + o.addr}
	for _, s := range siblings {
		urls = append(urls, "http://"+s.addr)
	}
	c, err := simulator.NewClient(simulator.ClientOptions{URLs: urls, Account: o.account, Policy: policy, Journal: journal})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(c.Close)
	return c
}

func (o *office) citizen(n int) string { return simulator.OpenID(o.account.AppID, 0, n) }

// rows reads the log past the command line.
func (o *office) rows() []models.Interaction {
	o.t.Helper()
	var out []models.Interaction
	o.withStore(func(st *installation) error {
		return st.Interactions(context.Background(), store.Filter{}, func(i models.Interaction) error {
			out = append(out, i)
			return nil
		})
	})
	return out
}

func (o *office) withStore(f func(st *installation) error) {
	o.t.Helper()
	var fault output
	p := &program{stdout: io.Discard, stderr: &fault, environ: o.environ(), now: time.Now}
	st, err := p.open(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	defer p.close(st)
	if err := f(st); err != nil {
		o.t.Fatal(err)
	}
}

// eventually polls until check holds.
func eventually(t testing.TB, within time.Duration, what string, check func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.Now().Add(within)
	for !check() {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", within, what)
		}
		<-tick.C
	}
}

// everyDatabase runs a test on SQLite and on MariaDB, with their schema.
func everyDatabase(t *testing.T, f func(t *testing.T, o *office)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); f(t, newOffice(t, "")) })
	t.Run("mariadb", func(t *testing.T) { t.Parallel(); f(t, newOffice(t, current.MariaDB(t))) })
}
