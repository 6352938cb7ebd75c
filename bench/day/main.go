// Command day lives through a day of the desk at many times the usual speed: citizens ask for people, agents answer, make
// cases and close, in one process, against the stand-in for the platform. It says how long citizens waited for somebody,
// how fast messages left, what the platform counted, and whether the figures equal a count of their own.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	var o dayOptions
	flag.StringVar(&o.mysql, "mysql", "", "DSN of an empty MariaDB or MySQL database; default SQLite")
	flag.Float64Var(&o.speed, "speed", 100, "of the office's clock")
	flag.IntVar(&o.conversations, "conversations", 2000, "citizens who ask for a person")
	flag.IntVar(&o.cases, "cases", 300, "conversations that become cases")
	flag.IntVar(&o.agents, "agents", 20, "people at the desk")
	flag.IntVar(&o.burst, "burst", 4000, "messages queued at once after the day")
	flag.Uint64Var(&o.seed, "seed", 1, "of who comes when")
	flag.Parse()
	if err := runDay(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
