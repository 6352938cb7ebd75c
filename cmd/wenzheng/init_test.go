package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bare is a machine on which nothing was set up: only what a test can not do without.
func bare(t *testing.T) (o *office) {
	t.Helper()
	o = newOffice(t, "")
	for _, name := range []string{"WENZHENG_SECRET_KEY", "WENZHENG_DATA_DIR", "WENZHENG_ADDR"} {
		delete(o.env, name)
	}
	o.dir, o.data = t.TempDir(), ""
	return o
}

// runIn runs the real program in a folder of the office.
func (o *office) runIn(dir, stdin string, args ...string) said {
	o.t.Helper()
	var out, fault output
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary(o.t), args...)
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, o.environ(), strings.NewReader(stdin), &out, &fault
	_ = cmd.Run() // the code says it
	return said{cmd.ProcessState.ExitCode(), out.String(), fault.String()}
}

func filesBelow(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && path != dir {
			list = append(list, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestInit_SecondTerminalFindsTheData sets up an office as the README does and goes on elsewhere.
func TestInit_SecondTerminalFindsTheData(t *testing.T) {
	t.Parallel()
	o := bare(t)
	home, elsewhere := filepath.Join(o.dir, "home"), filepath.Join(o.dir, "elsewhere")
	for _, dir := range []string{home, elsewhere} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	r := o.runIn(home, "", "init")
	if r.code != 0 || !strings.Contains(r.stdout, filepath.Join(home, "data", "secret.key")) {
		t.Fatalf("init: exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
	add := newAccount(o)[:len(newAccount(o))-2]
	if r := o.runIn(home, o.account.AESKey+"\n"+o.account.Secret+"\n", add...); r.code != 0 {
		t.Fatalf("account add: exit %d: %s", r.code, r.stderr)
	}
	before := filesBelow(t, home)
	if r := o.runIn(home, "", "init"); r.code != 0 {
		t.Errorf("a second init: exit %d: %s", r.code, r.stderr)
	}
	if again := filesBelow(t, home); len(again) != len(before) {
		t.Errorf("a second init makes of %v\n%v", before, again)
	}
	r = o.runIn(elsewhere, "", "--config", filepath.Join(home, "wenzheng.yaml"), "account", "list")
	if r.code != 0 || !strings.Contains(r.stdout, o.account.Name) {
		t.Errorf("with --config: exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
	for _, args := range [][]string{{"account", "list"}, add, {"serve"}, {"log", "backlog"}, {"rules", "list"}, {"migrate", "up"}, {"audit", "verify"}} {
		r := o.runIn(elsewhere, o.account.AESKey+"\n"+o.account.Secret+"\n", args...)
		if r.code != 1 || !strings.Contains(r.stderr, filepath.Join(elsewhere, "data")+" 不存在") || !strings.Contains(r.stderr, "wenzheng init") || !strings.Contains(r.stderr, "没有 wenzheng.yaml") {
			t.Errorf("%s elsewhere: exit %d: %s%s", args[0], r.code, r.stdout, r.stderr)
		}
	}
	if made := filesBelow(t, elsewhere); len(made) > 0 {
		t.Errorf("commands that found nothing made %v", made)
	}
}

// TestServe_UnmountedDataIsNoNewInstallation takes away what a disk held: the whole folder, what
// is in it, and the file of the database alone.
func TestServe_UnmountedDataIsNoNewInstallation(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(o *office) (string, error){
		"folder":  func(o *office) (string, error) { return o.data + " 不存在", os.Rename(o.data, o.data+".away") },
		"content": func(o *office) (string, error) { return o.data + " 里没有", emptied(o.data) },
		"database": func(o *office) (string, error) {
			file := filepath.Join(o.data, "wenzheng.db")
			return file + " 不存在", os.Rename(file, file+".away")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, "").open()
			o.serve().stop()
			said, err := lose(o)
			if err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"serve"}, {"account", "list"}, {"log", "export"}} {
				if r := o.run(args...); r.code != 1 || !strings.Contains(r.stderr, said) || !strings.Contains(r.stderr, "挂载") {
					t.Errorf("%s: exit %d: %s%s", args[0], r.code, r.stdout, r.stderr)
				}
			}
		})
	}
}

func emptied(dir string) error {
	if err := os.Rename(dir, dir+".away"); err != nil {
		return err
	}
	return os.Mkdir(dir, 0o700)
}

// TestInit_DataWithoutItsKeyIsNotGivenAnother: half of the data could not be read.
func TestInit_DataWithoutItsKeyIsNotGivenAnother(t *testing.T) {
	t.Parallel()
	o := bare(t)
	if r := o.runIn(o.dir, "", "init"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	if r := o.runIn(o.dir, "", "account", "list"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	key := filepath.Join(o.dir, "data", "secret.key")
	if err := os.Rename(key, key+".away"); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init"}, {"account", "list"}, {"serve"}} {
		r := o.runIn(o.dir, "", args...)
		if _, err := os.Stat(key); err == nil || r.code != 1 || !strings.Contains(r.stderr, key) {
			t.Errorf("%s: exit %d: %s%s", args[0], r.code, r.stdout, r.stderr)
		}
	}
}

// TestDemo_SecondOneLeavesTheFirstAlone: with its ports taken, and with its folder in use.
func TestDemo_SecondOneLeavesTheFirstAlone(t *testing.T) {
	t.Parallel()
	binary(t)
	o, args := newDemo(t)
	_, said, _ := begun(t, o, append(args, "--empty")...)
	o.ready(t, 20*time.Second, said)
	before, err := os.ReadFile(demoConfig(o))
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range [][]string{
		{"demo", "--addr", o.addr, "--simulator-addr", freeAddr(t)},
		{"demo", "--addr", freeAddr(t), "--simulator-addr", args[4]},
		{"demo", "--addr", freeAddr(t), "--simulator-addr", freeAddr(t)},
	} {
		r := o.runIn(o.dir, "", append(other, "--data", o.data)...)
		after, err := os.ReadFile(demoConfig(o))
		if err != nil || r.code != 1 || !bytes.Equal(after, before) {
			t.Errorf("%v: exit %d: %s%s, the settings are\n%s", other, r.code, r.stdout, r.stderr, after)
		}
	}
}

// TestDemo_StaysAwayFromARealInstallation whose variables are set in the same terminal.
func TestDemo_StaysAwayFromARealInstallation(t *testing.T) {
	t.Parallel()
	binary(t)
	o := newOffice(t, "")
	demo, args := newDemo(t)
	demo.env["WENZHENG_DATA_DIR"] = o.data
	demo.env["WENZHENG_DATABASE"] = "sqlite:" + filepath.Join(o.data, "wenzheng.db")
	_, said, _ := begun(t, demo, append(args, "--empty")...)
	demo.ready(t, 20*time.Second, said)
	if got := o.must("account", "list"); !strings.Contains(got, "还没有账号") {
		t.Errorf("the demo has written into the installation: %s", got)
	}
}
