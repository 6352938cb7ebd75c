package bot

import "github.com/wenzheng/wenzheng/models"

// rank is the order of the rules as one number, the smaller wins: 21 bits of priority
// (0 = the highest of the set), 3 of kind, 16 of keyword length (0 = the longest), 24 of
// the rule's place by id and name.
type rank uint64

const noRank = ^rank(0)

// maxRules is what the 24 bits of a rule's place can tell apart.
const maxRules = 1 << 24

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

// newRank packs the order; length counts for contains only.
func newRank(priority int, kind uint8, length, place int) rank {
	short := 0xFFFF
	if kind == kindContains {
		short -= min(length, 0xFFFF)
	}
	return rank(priority)<<43 | rank(kind)<<40 | rank(short)<<24 | rank(place) //nolint:gosec // bounded above
}

// withLength returns the rank of the same rule for another keyword length.
func (r rank) withLength(length int) rank {
	short := rank(0xFFFF - min(length, 0xFFFF))
	return r&^(0xFFFF<<24) | short<<24
}

func (r rank) priority() int { return int(r >> 43) }
func (r rank) kind() uint8   { return uint8(r >> 40 & 7) }
func (r rank) length() int   { return 0xFFFF - int(r>>24&0xFFFF) }

// posting is one way to a rule: one of its keywords.
type posting struct {
	rank rank
	rule int32
	word int32 // index into the rule's keywords, or -1: a group decided
}
