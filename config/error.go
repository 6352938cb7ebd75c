package config

import (
	"slices"
	"strings"
)

// Fault is one thing wrong with the settings. Key is the dotted name of the setting ("" for
// a fault of a whole file), Origin where its value came from (file:line, an environment
// variable, a flag), Problem what is wrong and what to write instead, in Chinese.
type Fault struct {
	Key     string
	Origin  string
	Problem string
}

// String is the fault as one line for people.
func (f Fault) String() string {
	var parts []string
	for _, p := range []string{f.Origin, f.Key, f.Problem} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ": ")
}

// Error is the only error of Load: every fault of the settings, never empty. It carries
// no secret values.
type Error struct {
	Faults []Fault
}

// Error returns one line per fault.
func (e *Error) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

type faults []Fault

func (f *faults) add(key, origin, problem string) {
	*f = append(*f, Fault{Key: key, Origin: origin, Problem: problem})
}

// about reports whether a setting is faulty.
func (f *faults) about(key string) bool {
	return slices.ContainsFunc(*f, func(x Fault) bool { return x.Key == key })
}

// err orders the faults by where they came from, so that the same settings always give
// the same text.
func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	slices.SortStableFunc(f, func(a, b Fault) int { return strings.Compare(a.Key, b.Key) })
	return &Error{Faults: f}
}
