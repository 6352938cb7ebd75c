// Package waits keeps waits, rollups and histograms true to the log, in the transaction that stores the
// rows, and reads them as they were at any instant. Package indices says what a wait is and what the
// figures mean, package store keeps the rows; neither knows of the other.
package waits
