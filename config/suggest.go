package config

import (
	"maps"
	"slices"
	"strings"
)

// absent says that there is no such setting: why one that there was is gone, or else what the
// nearest name is.
func absent(name string, known map[string]key) string {
	if why := removed(name); why != "" {
		return why
	}
	return "没有这个设置" + suggest(name, known)
}

// removed says why a setting of former versions is no more and what to do; "" where there never
// was one.
func removed(name string) string {
	if name == "time_zone" || name == variable("time_zone") {
		return "已取消这个设置：日期、规则时段和指标一律按北京时间（Asia/Shanghai）计算，请删去"
	}
	return ""
}

// suggest names the known key nearest to a mistyped one, or says nothing.
func suggest(name string, known map[string]key) string {
	best := nearest(name, slices.Sorted(maps.Keys(known)))
	if best == "" {
		return ""
	}
	return "，是不是 " + best + "？"
}

// absentVariable is absent for variables of the environment.
func absentVariable(name string, plain, files map[string]key) string {
	if why := removed(name); why != "" {
		return why
	}
	names := slices.AppendSeq(slices.Sorted(maps.Keys(plain)), maps.Keys(files))
	slices.Sort(names)
	if best := nearest(name, names); best != "" {
		return "没有这个设置，是不是 " + best + "？"
	}
	return "没有这个设置，请删去或改正"
}

// nearest is the candidate within a third of the name's length in edits, or one that has
// the same last part.
func nearest(name string, candidates []string) string {
	best, least := "", len(name)/3+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	if best != "" {
		return best
	}
	for _, c := range candidates {
		if _, tail, ok := strings.Cut(c, "."); ok && tail == name {
			return c
		}
	}
	return ""
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
