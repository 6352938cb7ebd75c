package reading

import (
	"fmt"
	"regexp/syntax"
)

// stepCounter counts what it costs to match a text: the instructions of the automaton that are
// looked at, over all characters up to the first match. The number is the same on every machine,
// however busy it is.
type stepCounter struct {
	prog    *syntax.Prog
	seen    []int    // by instruction, the last position at which it was looked at
	waiting []uint32 // instructions that wait for a character
	steps   int
	matched bool
}

func newStepCounter(tree *syntax.Regexp) (*stepCounter, error) {
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, fmt.Errorf("reading: compile pattern: %w", err)
	}
	return &stepCounter{prog: prog, seen: make([]int, len(prog.Inst))}, nil
}

// count returns the steps that a text takes, or a number above the bound.
func (c *stepCounter) count(text string) int {
	clear(c.seen)
	c.waiting, c.steps, c.matched = c.waiting[:0], 0, false
	var arrived []uint32
	before := rune(-1)
	at := 0
	for _, r := range text {
		at++
		context := syntax.EmptyOpContext(before, r)
		for _, pc := range arrived {
			c.follow(pc, at, context)
		}
		c.follow(uint32(c.prog.Start), at, context) //nolint:gosec // an index; a match may begin anywhere
		if c.matched || c.steps > maxPatternSteps {
			break
		}
		arrived = arrived[:0]
		for _, pc := range c.waiting {
			if i := &c.prog.Inst[pc]; i.MatchRune(r) {
				arrived = append(arrived, i.Out)
			}
		}
		c.waiting, before = c.waiting[:0], r
	}
	return c.steps
}

// follow goes from an instruction to all that wait for the character at this position.
func (c *stepCounter) follow(pc uint32, at int, context syntax.EmptyOp) {
	if c.seen[pc] == at {
		return
	}
	c.seen[pc] = at
	c.steps++
	switch i := &c.prog.Inst[pc]; i.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		c.follow(i.Out, at, context)
		c.follow(i.Arg, at, context)
	case syntax.InstCapture, syntax.InstNop:
		c.follow(i.Out, at, context)
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(i.Arg)&^context == 0 { //nolint:gosec // a flag by the contract of Inst
			c.follow(i.Out, at, context)
		}
	case syntax.InstMatch:
		c.matched = true
	case syntax.InstFail:
	default:
		c.waiting = append(c.waiting, pc)
	}
}
