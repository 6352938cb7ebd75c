package models

// FaultClass says what a store fault means for the one who wanted to write.
type FaultClass string

// The classes. Transient: try again without end. Setup: the database or its schema is
// not as it must be; try again, and alarm. Poison: this row can not be stored as it is.
const (
	FaultTransient FaultClass = "transient"
	FaultSetup     FaultClass = "setup"
	FaultPoison    FaultClass = "poison"
)

// StoreFault is how the store reports a failed write to the journal. The outcome of the
// write is unknown whatever the class: only the unique key settles it.
type StoreFault struct {
	Class FaultClass
	Err   error
}

func (f *StoreFault) Error() string { return "store: " + string(f.Class) + ": " + f.Err.Error() }

func (f *StoreFault) Unwrap() error { return f.Err }
