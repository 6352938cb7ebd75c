package storetest

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing/fstest"
	"time"
)

// start makes a data folder and a server on it. A folder of its own is removed when the
// process ends.
func start(dir string, own bool, args ...string) (*Server, error) {
	if _, err := mariadbd(); err != nil {
		return nil, err
	}
	if own {
		var err error
		if dir, err = newFolder("wenzheng-mariadb-"); err != nil {
			return nil, err
		}
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, port: port, args: args}
	if err := s.install(); err != nil {
		return nil, fmt.Errorf("make a data folder: %w", err)
	}
	err = s.run(own)
	return s, err
}

func mariadbd() (string, error) {
	for _, name := range []string{"mariadbd", "/usr/sbin/mariadbd", "/usr/libexec/mariadbd"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errAbsent
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// account is the operating system's user of the server: mariadbd refuses to run as root.
func (s *Server) account() ([]string, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("mysql")
	if err != nil {
		return nil, fmt.Errorf("mariadbd does not run as root: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	// The parents of a test's folder belong to root and are closed to others.
	for dir := s.dir; dir != memory && dir != os.TempDir() && len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			return nil, err
		}
	}
	return []string{"--user=mysql"}, os.Chown(s.dir, uid, -1)
}

// ownIO has a server do without the system's asynchronous input and output, of which there
// is not enough for many servers at once.
const ownIO = "--innodb-use-native-aio=OFF"

// noSync has a server write without waiting for the disk, which takes two thirds of the time of
// a test. What it wrote survives its being killed, not a loss of power, which no test can make.
const noSync = "--loose-debug-no-sync"

// smallLog spares every server the writing of a hundred megabytes when it is made.
const smallLog = "--innodb-log-file-size=16M"

// arguments are those of every mariadbd on the data folder, that of the installation
// too. The folder of temporary tables is the server's own: a server that starts sweeps it,
// and would take the tables of another one away.
func (s *Server) arguments() ([]string, error) {
	account, err := s.account()
	args := []string{"--no-defaults", "--datadir=" + filepath.Join(s.dir, "data"), "--tmpdir=" + s.dir, ownIO, noSync, smallLog}
	return append(args, account...), err
}

func (s *Server) install() error {
	args, err := s.arguments()
	if err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	installed.Lock()
	defer installed.Unlock()
	if installed.files == nil {
		args = append(args, "--auth-root-authentication-method=normal", "--skip-test-db")
		if out, err := exec.Command("mariadb-install-db", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		installed.files, err = readFolder(data)
		return err
	}
	if err := os.CopyFS(data, installed.files); err != nil {
		return err
	}
	var owner syscall.Stat_t // of the server's folder, see account
	if err := syscall.Stat(s.dir, &owner); err != nil {
		return err
	}
	return filepath.WalkDir(data, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, int(owner.Uid), -1))
	})
}

// installed is the data folder of a server that never ran, made once a process.
var installed struct {
	sync.Mutex
	files fstest.MapFS
}

func readFolder(dir string) (fstest.MapFS, error) {
	files := fstest.MapFS{}
	tree := os.DirFS(dir)
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(tree, path)
		files[path] = &fstest.MapFile{Data: b, Mode: 0o600}
		return err
	})
	return files, err
}

// wrapper ends the server when the test process, which holds the other end of its
// standard input, is gone, however it went.
const wrapper = `"$@" >"$0/log" 2>&1 & echo $! >"$0/pid"; cat >/dev/null; kill $! 2>/dev/null; wait; [ -z "$OWN" ] || rm -rf "$0"`

func (s *Server) run(own bool) error {
	path, err := mariadbd()
	if err != nil {
		return err
	}
	shared, err := s.arguments()
	if err != nil {
		return err
	}
	args := append([]string{"-c", wrapper, s.dir, path}, shared...)
	args = append(
		args, "--socket="+filepath.Join(s.dir, "sock"), "--port="+strconv.Itoa(s.port), "--bind-address=127.0.0.1",
		"--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin", "--skip-log-bin", "--skip-name-resolve",
		"--innodb-buffer-pool-size=64M",
	)
	s.cmd = exec.Command("/bin/sh", append(args, s.args...)...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if own {
		s.cmd.Env = append(os.Environ(), "OWN=1")
	}
	if s.alive, err = s.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	return s.await()
}

// await returns when the server answers.
func (s *Server) await() error {
	var err error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if err = s.exec("SELECT 1"); err == nil {
			return nil
		}
		<-time.After(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return errors.Join(fmt.Errorf("mariadbd does not answer: %w\n%s", err, log), s.stop())
}

// stop ends the server in good order, or collects what Kill left.
func (s *Server) stop() error {
	if s.cmd == nil {
		return nil
	}
	err := s.alive.Close()
	var exit *exec.ExitError
	if w := s.cmd.Wait(); w != nil && !errors.As(w, &exit) {
		err = errors.Join(err, w)
	}
	s.cmd = nil
	return err
}
