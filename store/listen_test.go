package store

import (
	"slices"
	"testing"
)

func TestOnStored_AccountsOfTheRows(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		var heard [][]string
		s.OnStored(func(apps []string) { heard = append(heard, apps) })
		other := inbound(2)
		other.AppID = appB
		record(t, s, inbound(1), other, outbound(1, true))
		record(t, s, inbound(3))
		if len(heard) != 2 || !slices.Equal(heard[0], []string{appA, appB}) || !slices.Equal(heard[1], []string{appA}) {
			t.Errorf("heard of %v", heard)
		}
	})
}
