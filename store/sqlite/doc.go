// Package sqlite is what the store needs of SQLite beyond its driver: connections that keep their
// statements prepared and run one for many rows, and gorm over them. It knows nothing of the tables.
package sqlite
