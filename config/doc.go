// Package config is what the operator of the program decides before it starts: defaults,
// the file wenzheng.yaml, the environment and the command line, in this order, later ones
// winning. It is strict: every unknown key and every bad value is a fault, and all faults
// are reported at once. It is not a global, it is read once, and it never holds the
// settings of an account (those are in the store). It knows the data folder that the settings
// name: it makes it, and refuses one that is none.
package config
