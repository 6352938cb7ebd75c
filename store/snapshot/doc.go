// Package snapshot keeps what the program needs to answer citizens in a sealed file, for a start while
// the database is away.
package snapshot
