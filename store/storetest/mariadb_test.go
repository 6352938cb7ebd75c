package storetest_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/wenzheng/wenzheng/store/storetest"
)

// A server that starts takes away the temporary tables it finds; those of another server
// that works beside it are to stay.
func TestServerLeavesTablesOfOthersAlone(t *testing.T) {
	common := t.TempDir()
	table := filepath.Join(common, "#sql-temptable-of-another.MAI")
	// The server's user, too, gets there and may remove what is in it.
	err := errors.Join(
		os.WriteFile(table, nil, 0o600), os.Chmod(common, 0o777), os.Chmod(filepath.Dir(common), 0o755),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", common)
	storetest.Private(t)
	if _, err := os.Stat(table); err != nil {
		t.Error("the server swept the folder it shares with others:", err)
	}
}
