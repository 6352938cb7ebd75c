// Package mysql is what the store needs of MySQL and MariaDB beyond the driver: a DSN with nothing left
// open, and pools. It knows nothing of the tables.
package mysql
