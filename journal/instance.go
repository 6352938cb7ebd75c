package journal

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// resolveInstance decides whose records these are. Without the right id no record opens, so
// it stands in the spool and in a file of its own; where the two differ, one of them is
// damaged, and the id that opens a record counts.
func (s *spool) resolveInstance(seen *inspection) error {
	path := filepath.Join(s.o.Dir, instanceFile)
	b, err := os.ReadFile(path) //nolint:gosec // the operator's own folder
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal: read instance id: %w", err)
	}
	filed := strings.TrimSpace(string(b))
	id := s.chooseInstance(seen.samples, filed, seen.instance)
	if id != "" && s.o.Instance != "" && id != s.o.Instance {
		return models.NewError(codeUnsafe, "日志目录 "+s.o.Dir+" 属于实例 "+id+"，与设置的实例编号 "+s.o.Instance+
			" 不同：请改回原编号，或换一个日志目录")
	}
	if id == "" {
		id = s.o.Instance
	}
	if id == "" {
		random := make([]byte, 8)
		if _, err := io.ReadFull(s.o.Rand, random); err != nil {
			return fmt.Errorf("journal: make instance id: %w", err)
		}
		id = hex.EncodeToString(random)
	}
	if s.cipher.instance == "" { // once: everybody reads it
		s.cipher.instance, s.o.Instance = id, id
	}
	if filed == id {
		return nil
	}
	return writeFile(path, []byte(id))
}

// chooseInstance returns the id that opens a record, or the first there is.
func (s *spool) chooseInstance(samples []sealedRecord, filed, stored string) string {
	ids := slices.DeleteFunc([]string{filed, stored, s.o.Instance}, func(id string) bool { return id == "" })
	if len(ids) == 0 {
		return ""
	}
	for _, id := range ids {
		v := recordCipher{sealer: s.o.Sealer, instance: id}
		for _, x := range samples {
			if _, err := v.open(x.seq, x.value); err == nil {
				return id
			}
		}
	}
	return ids[0]
}
