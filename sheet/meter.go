package sheet

import "io"

// longestRow bounds what one row may hold in bytes: behind a missing quote it would be the
// rest of the file.
const longestRow = 16 << 20

// meter fails once a row has taken more than is left.
type meter struct {
	r    io.Reader
	left int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errLongRow
	}
	n, err := m.r.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}
