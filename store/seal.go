package store

import (
	"fmt"

	"github.com/wenzheng/wenzheng/seal"
)

// aad binds a sealed value to its place: a value copied to another table, column or row
// does not open.
func aad(table, column, row string) []byte {
	return []byte("wenzheng\x00" + table + "\x00" + column + "\x00" + row)
}

// seal encrypts a value for its place. An empty value stays empty: that it is not set is
// no secret.
func (s *Store) seal(table, column, row string, plain []byte) ([]byte, error) {
	if len(plain) == 0 {
		return []byte{}, nil
	}
	sealed, err := s.opt.Sealer.Seal(plain, aad(table, column, row))
	if err != nil {
		return nil, fmt.Errorf("seal %s.%s: %w", table, column, err)
	}
	return sealed, nil
}

func (s *Store) unseal(table, column, row string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	plain, err := s.opt.Sealer.Open(sealed, aad(table, column, row))
	if err != nil {
		return nil, fmt.Errorf("open %s.%s: %w", table, column, err)
	}
	return plain, nil
}

// Openable is the condition that a sealed column is not under a key that this process was not given. A
// damaged value fulfils it: whoever opens it finds out.
func (s *Store) Openable(column string) string {
	condition := "1 = 1"
	for i, h := range s.opt.Sealer.Headers() {
		if i == 0 {
			condition = fmt.Sprintf("LENGTH(%s) < %d OR SUBSTR(%s, 1, 1) <> x'%x'", column, seal.Overhead, column, h[:1])
		}
		condition += fmt.Sprintf(" OR SUBSTR(%s, 1, %d) = x'%x'", column, len(h), h)
	}
	return "(" + condition + ")"
}

// Seal encrypts a value for its place: one copied to another table, column or row does not open. An
// empty value stays empty.
func (t *Tx) Seal(table, column, row string, plain []byte) ([]byte, error) {
	return t.s.seal(table, column, row, plain)
}

// Unseal opens what Seal made for the place.
func (t *Tx) Unseal(table, column, row string, sealed []byte) ([]byte, error) {
	return t.s.unseal(table, column, row, sealed)
}
