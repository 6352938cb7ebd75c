// Package sheet is the paper: rules and the log as the files people edit (YAML, JSON,
// CSV, Excel). It reads strictly and names every fault by file, line and column; what it
// writes it reads back unchanged. It is not the judge of a rule's meaning (models and bot
// are), and it opens no files: callers give readers and writers.
package sheet
