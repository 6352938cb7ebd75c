// Package storetest starts a private MariaDB server for tests: a server of its own data
// folder, port and socket, that ends with the test process. It is for tests only; it
// neither finds nor touches a server that somebody else runs.
package storetest
