package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Snapshot is what the program needs to answer citizens before it has reached its
// database: accounts with their secrets, the published rules of each and their version, and the calendar.
type Snapshot struct {
	Accounts []models.Account
	Rules    map[string][]models.Rule // by AppID
	Versions map[string]int64
	Pins     map[string][]models.Pin
	Calendar []models.CalendarDay
}

// snapshotAccount carries the fields that models.Account never writes as JSON.
type snapshotAccount struct {
	models.Account
	Token          string `json:"token"`
	PreviousToken  string `json:"previous_token"`
	AESKey         string `json:"aes_key"`
	PreviousAESKey string `json:"previous_aes_key"`
	Secret         string `json:"secret"`
}

type snapshotFile struct {
	Accounts []snapshotAccount        `json:"accounts"`
	Rules    map[string][]models.Rule `json:"rules"`
	Versions map[string]int64         `json:"versions"`
	Calendar []models.CalendarDay     `json:"calendar"`

	Pins map[string]json.RawMessage `json:"pins"` // see pinsOf
}

// maxSnapshot bounds what LoadSnapshot reads.
const maxSnapshot = 256 << 20

// SaveSnapshot writes the snapshot, sealed, so that the file at path is at any moment
// either the former one or this one.
func SaveSnapshot(path string, s Snapshot, sealer Sealer) error {
	file := snapshotFile{Rules: s.Rules, Versions: s.Versions, Calendar: s.Calendar, Pins: make(map[string]json.RawMessage, len(s.Pins))}
	for appID, pins := range s.Pins {
		file.Pins[appID] = json.RawMessage(models.JSON(pins))
	}
	for _, a := range s.Accounts {
		file.Accounts = append(file.Accounts, snapshotAccount{a, a.Token, a.PreviousToken, a.AESKey, a.PreviousAESKey, a.Secret})
	}
	plain, err := json.Marshal(file)
	if err != nil {
		return fmt.Errorf("store: save snapshot: %w", err)
	}
	sealed, err := sealer.Seal(plain, aad("snapshot", "file", "1"))
	if err != nil {
		return fmt.Errorf("store: save snapshot: %w", err)
	}
	if err := replaceFile(path, sealed); err != nil {
		return fmt.Errorf("store: save snapshot: %w", err)
	}
	return nil
}

// replaceFile writes beside the file, syncs, renames over it and syncs the folder.
func replaceFile(path string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name())) //nolint:gosec // our own temporary file
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path) //nolint:gosec // the operator names the folder
	}
	if err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path)) //nolint:gosec // the operator names the folder
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// LoadSnapshot reads a snapshot. A file that is missing, damaged or sealed with another
// key is an error (fs.ErrNotExist where it is missing), never a panic.
func LoadSnapshot(path string, sealer Sealer) (Snapshot, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the folder
	if err != nil {
		return Snapshot{}, fmt.Errorf("store: load snapshot: %w", err)
	}
	sealed, err := io.ReadAll(io.LimitReader(f, maxSnapshot))
	if err := errors.Join(err, f.Close()); err != nil {
		return Snapshot{}, fmt.Errorf("store: load snapshot: %w", err)
	}
	plain, err := sealer.Open(sealed, aad("snapshot", "file", "1"))
	if err != nil {
		return Snapshot{}, fmt.Errorf("store: load snapshot: %w", err)
	}
	var file snapshotFile
	if err := json.Unmarshal(plain, &file); err != nil {
		return Snapshot{}, fmt.Errorf("store: load snapshot: %w", err)
	}
	s := Snapshot{Rules: file.Rules, Versions: file.Versions, Calendar: file.Calendar, Pins: make(map[string][]models.Pin, len(file.Pins))}
	for _, v := range file.Accounts {
		a := v.Account
		a.Token, a.PreviousToken, a.AESKey, a.PreviousAESKey, a.Secret = v.Token, v.PreviousToken, v.AESKey, v.PreviousAESKey, v.Secret
		s.Accounts = append(s.Accounts, a)
	}
	for appID, rules := range s.Rules {
		for i := range rules {
			rules[i].AppID = appID
		}
	}
	for appID, payload := range file.Pins {
		if s.Pins[appID], err = pinsOf(appID, string(payload), time.Time{}); err != nil {
			return Snapshot{}, fmt.Errorf("store: load snapshot: %w", err)
		}
	}
	return s, nil
}
