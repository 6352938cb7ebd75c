// Package store is the memory: accounts, citizens, the log of interactions with its
// deliveries, rules and their versions, dialogues, audit entries and access tokens in
// SQLite, MariaDB or MySQL. It owns every transaction, every migration and every column
// that is sealed or masked, and is the only importer of gorm and of the database drivers.
// It holds no business rules: it does not match, measure or decide, it does not know the
// wire, and it never stands between a citizen and an answer.
package store
