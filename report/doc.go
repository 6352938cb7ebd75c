// Package report shows indices to people: every figure with its name, unit and note, in the order in
// which people read them; the words that explain them; what would fill their gaps; and from these
// the book that sheet writes as text, table and workbook, and the printable page, a single HTML
// file with SVG charts, without scripts and without anything fetched, laid out for A4 paper.
//
// It computes no index, reads no clock and opens no file.
package report
