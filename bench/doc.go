// Command bench measures the callback path against its ceilings in one interleaved run:
// a bare gin hello, the SDK's own echo server, a synchronous insert before the answer, and
// ours at each depth. Every server is a child process of its own on the loopback address;
// only ratios of medians count, because the machines this runs on are noisy.
package main
