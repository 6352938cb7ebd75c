package bot

import "github.com/wenzheng/wenzheng/models"

// rank is the order of the rules as one number, the smaller wins: 21 bits of priority
// (0 = the highest of the set), 3 of kind, 6 of how often a keyword is said (0 = the most),
// 12 of keyword length (0 = the longest), 22 of the rule's place by id and name.
type rank uint64

const noRank = ^rank(0)

const (
	placeBits  = 22
	lengthBits = 12
	countBits  = 6
	classShift = placeBits + lengthBits + countBits // priority and kind stand above
	maxLength  = 1<<lengthBits - 1
	maxCount   = 1<<countBits - 1
)

// maxRules is what the bits of a rule's place can tell apart.
const maxRules = 1 << placeBits

const (
	kindExact uint8 = iota
	kindPrefix
	kindRegexp
	kindContains
	kindDefault
)

func kindOf(m models.MatchKind) uint8 {
	switch m {
	case models.MatchExact:
		return kindExact
	case models.MatchPrefix:
		return kindPrefix
	case models.MatchRegexp:
		return kindRegexp
	case models.MatchDefault:
		return kindDefault
	}
	return kindContains
}

// newRank packs the order of a keyword that is said once; length counts for contains only.
func newRank(priority int, kind uint8, length, place int) rank {
	if kind != kindContains {
		length = 0
	}
	r := rank(priority)<<(classShift+3) | rank(kind)<<classShift | rank(place) //nolint:gosec // bounded above
	return r.withCount(1).withLength(length)
}

// withLength returns the rank of the same rule for another keyword length.
func (r rank) withLength(length int) rank {
	return r&^(maxLength<<placeBits) | rank(maxLength-min(length, maxLength))<<placeBits
}

// withCount returns the rank of the same rule when its keywords are said n times.
func (r rank) withCount(n int) rank {
	const at = placeBits + lengthBits
	return r&^(maxCount<<at) | rank(maxCount-min(n, maxCount))<<at
}

func (r rank) priority() int { return int(r >> (classShift + 3)) }
func (r rank) kind() uint8   { return uint8(r >> classShift & 7) }
func (r rank) length() int   { return maxLength - int(r>>placeBits&maxLength) }
func (r rank) count() int    { return maxCount - int(r>>(placeBits+lengthBits)&maxCount) }

func (r rank) place() int32 { return int32(r & (maxRules - 1)) }

// class is the priority and the kind alone.
func (r rank) class() rank { return r >> classShift }

// posting is one way to a rule: one of its keywords. There are as many as keywords, so it is
// kept small.
type posting struct {
	rank  rank
	word  int32 // index into the rule's keywords, or -1: a group decided
	spell int32 // index into Ruleset.numbered, 0 = no two digits stand side by side
}

// rule is its index into Ruleset.rules.
func (p posting) rule() int32 { return p.rank.place() }
