//go:build race

package bot

// raced is true under the race detector, where sync.Pool forgets at random on purpose.
const raced = true
