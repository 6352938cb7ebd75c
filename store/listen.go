package store

import (
	"slices"
)

// OnStored has f called after rows of this instance are in the log, with the accounts they
// are of. It is called by the writing goroutine, so it must return at once. Rows of other
// instances are not announced.
func (s *Store) OnStored(f func(appIDs []string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, f)
}

func (s *Store) tell(rows []*NewRow) {
	s.mu.Lock()
	listeners := slices.Clone(s.listeners)
	s.mu.Unlock()
	if len(listeners) == 0 {
		return
	}
	apps := make([]string, 0, len(rows))
	for _, r := range rows {
		apps = append(apps, r.in.AppID)
	}
	slices.Sort(apps)
	apps = slices.Compact(apps)
	for _, f := range listeners {
		f(apps)
	}
}
