package journal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// absent is a database that is never there.
type absent struct{}

func (absent) Record(context.Context, []models.Interaction) error {
	return &models.StoreFault{Class: models.FaultTransient, Err: errors.New("away")}
}

func (absent) RecordReduced(context.Context, models.Interaction, string) error {
	return &models.StoreFault{Class: models.FaultTransient, Err: errors.New("away")}
}

// logbook is a database in a file: a row is there once its line is on the disk.
type logbook struct {
	mu sync.Mutex
	f  *os.File
}

func (l *logbook) Record(_ context.Context, rows []models.Interaction) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := ""
	for _, r := range rows {
		text += r.MsgKey + "\n"
	}
	if _, err := l.f.WriteString(text); err != nil {
		return &models.StoreFault{Class: models.FaultTransient, Err: err}
	}
	return l.f.Sync()
}

func (*logbook) RecordReduced(context.Context, models.Interaction, string) error { return nil }

// child is the process that gets killed: it receives and answers without end and prints
// each key only after Receive has returned.
func child(dir string) int {
	var recorder Recorder = absent{}
	if os.Getenv(childEnv+"_STORE") != "" {
		f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, fileMode)
		if err != nil {
			return 3
		}
		recorder = &logbook{f: f}
	}
	j, err := Open(Options{
		Dir: filepath.Join(dir, "journal"), Sealer: newSealer(), Recorder: recorder, ReserveBytes: 1 << 20, PreallocateBytes: -1, AllowVolatile: true,
		DirectTimeout: time.Millisecond,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	var mu sync.Mutex
	for w := range 8 {
		go func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%d-%d-%d", os.Getpid(), w, i)
				if _, err := j.Receive(context.Background(), message(key)); err != nil {
					continue
				}
				mu.Lock()
				fmt.Println(key)
				mu.Unlock()
				j.Answer(key, reply(key))
			}
		}()
	}
	select {}
}

func TestReceive_ProcessKilled(t *testing.T) {
	for _, store := range []string{"", "1"} {
		t.Run("database "+map[string]string{"": "away", "1": "there"}[store], func(t *testing.T) {
			dir := t.TempDir()
			acked := map[string]bool{}
			for range 20 {
				killOne(t, dir, store, acked)
			}
			b := newTable()
			o := options(t, b)
			o.Dir = filepath.Join(dir, "journal")
			closeNow(t, open(t, o))
			stored := lines(t, filepath.Join(dir, "log"))
			if len(acked) < 100 {
				t.Fatalf("only %d events", len(acked))
			}
			for key := range acked {
				if _, ok := b.row(key); !ok && !stored[key] {
					t.Fatalf("acknowledged and lost: %s", key)
				}
			}
			t.Logf("%d acknowledged, 20 kills, none lost", len(acked))
		})
	}
}

// killOne starts the child, kills it at a random moment and notes what it acknowledged.
func killOne(t *testing.T, dir, store string, acked map[string]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+dir, childEnv+"_STORE="+store)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n, limit := 0, rand.IntN(400)
	scan := bufio.NewScanner(out)
	for scan.Scan() {
		acked[scan.Text()] = true
		if n++; n == limit+1 {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
	if n == 0 {
		t.Fatal("the child received nothing")
	}
}

func lines(t *testing.T, path string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	f, err := os.Open(path)
	if err != nil {
		return all
	}
	defer f.Close()
	scan := bufio.NewScanner(f)
	for scan.Scan() {
		all[scan.Text()] = true
	}
	return all
}

func TestOpen_SecondProcess(t *testing.T) {
	o := options(t, newTable())
	o.Dir = filepath.Join(t.TempDir(), "journal")
	j := open(t, o)
	receive(t, j, "k1")
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+filepath.Dir(o.Dir))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 {
		t.Fatalf("the second process: %v %s", err, out)
	}
	if want := "正被另一个问政进程使用"; !strings.Contains(string(out), want) {
		t.Errorf("says %q", out)
	}
	receive(t, j, "k2")
}
