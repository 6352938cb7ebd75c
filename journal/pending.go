package journal

import "github.com/wenzheng/wenzheng/models"

// pendingRecord is one record on its way to the disk.
type pendingRecord struct {
	seq   uint64
	kind  kind
	value []byte     // header and sealed text, as stored
	done  chan error // cap 1; nil where nobody waits: such a record may linger for company
}

// removal takes a record out of events once it is in the database. keep moves an answer to
// the answers of redeliveries instead.
type removal struct {
	seq  uint64
	keep bool
}

// direct is an event that the spool did not take, on its way straight into the database.
type direct struct {
	row  models.Interaction
	done chan error // cap 1
	gone <-chan struct{}
}
