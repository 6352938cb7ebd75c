// Package indices is the measure: from the interactions of the log to waits, and from
// waits to the response, interaction, service and spread indices, their composite, the
// ranking and the diagnosis; with the office calendar that working time is counted by.
// It is pure functions over plain structs: it reads no clock, no file and no database,
// keeps nothing between calls but in a LiveCalendar, and never logs, so that anybody can recompute
// a published figure from the same rows. Values that are added up are integers (seconds, counts,
// millionths of a point); ratios are taken once, at the end.
//
// Every type here may be used by several goroutines at once as long as nobody writes to
// it; Calendar and Office are immutable.
package indices

// FormulaVersion names the set of definitions behind every figure of this package. It is
// stored with each saved value; values of two versions are never compared or ranked.
const FormulaVersion = "wenzheng-2"
