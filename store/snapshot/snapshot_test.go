package snapshot

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
	"pgregory.net/rapid"
)

func TestSave_FileIsWholeOrRefused(t *testing.T) {
	sealer := storetest.NewSealer(t)
	account := models.Account{
		AppID: storetest.AppA, Name: "某某市政府", Kind: models.KindService, Mode: models.ModeSafe, Token: "tokencanary", PreviousToken: "oldtokencanary",
		AESKey: strings.Repeat("a", 43), PreviousAESKey: strings.Repeat("b", 43), Secret: strings.Repeat("c", 32),
	}
	rule := models.Rule{AppID: storetest.AppA, Name: "社保", Replies: []models.Reply{models.TextReply("甲")}}
	path := filepath.Join(t.TempDir(), "snapshot")
	if _, err := Load(path, sealer); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	want := Snapshot{
		Accounts: []models.Account{account}, Rules: map[string][]models.Rule{account.AppID: {rule}}, Versions: map[string]int64{account.AppID: 7},
		Pins: map[string][]models.Pin{account.AppID: {{AppID: account.AppID, Reply: models.TextReply("台风"), Until: storetest.TestTime}}},
	}
	for range 2 {
		if err := Save(path, want, sealer); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Load(path, sealer)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("snapshot differs (-want +got):\n%s", diff)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	content, err := os.ReadFile(path)
	if err != nil || bytes.Contains(content, []byte(account.Secret)) || bytes.Contains(content, []byte(account.AppID)) {
		t.Errorf("the file can be read, error %v", err)
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("%d files, error %v", len(files), err)
	}
	if err := Save(filepath.Join(path, "x"), want, sealer); err == nil {
		t.Error("saved below a file")
	}
	rapid.Check(t, func(t *rapid.T) {
		bad := append([]byte(nil), content...)
		switch at := rapid.IntRange(0, len(bad)-1).Draw(t, "at"); rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			bad[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		case 1:
			bad = bad[:at]
		case 2:
			bad = rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "garbage")
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path, sealer); err == nil {
			t.Fatal("a damaged snapshot was read")
		}
	})
}
