// Package storetest starts a private MariaDB server for tests: a server of its own data
// folder, port and socket, that ends with the test process. It neither finds nor touches a
// server that somebody else runs. Beside it are keys for a store and the logs that several rooms
// are tested with, with what the metrics publish of them. It is for tests only.
package storetest
