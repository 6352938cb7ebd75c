// Package report is the printable page: a self-check report of one to many accounts as a
// single HTML file with SVG charts, without scripts and without anything fetched, laid out
// for A4 paper. It is given every figure as text and every trend as numbers; it computes no
// index, reads no clock and opens no file.
package report
