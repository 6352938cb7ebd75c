package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	o := options{key: randomKey()}
	flag.StringVar(&o.serve, "serve", "", "run one server (used by the run itself)")
	flag.StringVar(&o.binary, "bin", "bin/wenzheng", "the program under test")
	flag.StringVar(&o.mysql, "mysql", "", "DSN of an empty MariaDB or MySQL database: the whole product is measured on it too")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds; medians are printed")
	flag.Float64Var(&o.seconds, "seconds", 2, "seconds of load for each server and round")
	flag.StringVar(&o.only, "only", "", "comma-separated rows to run, default all")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type options struct {
	serve, binary, mysql, only string
	rounds                     int
	key                        string // of the installations under test
	seconds                    float64
}

func run(o options) error {
	if o.serve != "" {
		return serveMode(o.serve)
	}
	rows := closedRows(o)
	if o.only != "" {
		wanted := strings.Split(o.only, ",")
		rows = slices.DeleteFunc(rows, func(r *row) bool { return r.name != "hello" && !slices.Contains(wanted, r.name) })
	}
	fmt.Printf("Closed loop: %d rounds of %.1f s for each server, interleaved; ratio = median req/s over gin hello's at the same connections\n\n",
		o.rounds, o.seconds)
	if err := measure(o, rows); err != nil {
		return err
	}
	printClosed(rows)
	if o.only != "" && !strings.Contains(o.only, "open") {
		return nil
	}
	return openLoop(o)
}
