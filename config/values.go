package config

import (
	"fmt"
	"log/slog"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a static binary in an empty image has no zone files
	"unicode"
	"unicode/utf8"
)

// A setter takes the texts of a value (one, or the items of a list), stores the parsed
// value and returns "", or returns what is wrong. It never repeats a secret.
type setter = func(v []string) string

func text(dst *string) setter {
	return func(v []string) string {
		*dst = v[0]
		return ""
	}
}

func boolean(dst *bool) setter {
	return func(v []string) string {
		switch strings.ToLower(v[0]) {
		case "true", "1", "yes", "on":
			*dst = true
		case "false", "0", "no", "off":
			*dst = false
		default:
			return fmt.Sprintf("%q 不是开关，请写 true 或 false", v[0])
		}
		return ""
	}
}

func number(dst *int, low, high int) setter {
	return func(v []string) string {
		n, err := strconv.Atoi(v[0])
		if err != nil {
			return fmt.Sprintf("%q 不是整数，请写 %d 至 %d 之间的整数", v[0], low, high)
		}
		if n < low || n > high {
			return fmt.Sprintf("%d 超出范围，请写 %d 至 %d 之间的整数", n, low, high)
		}
		*dst = n
		return ""
	}
}

// optionalNumber is number, or 0 where nothing is written.
func optionalNumber(dst *int, low, high int) setter {
	return func(v []string) string {
		if v[0] == "" {
			*dst = 0
			return ""
		}
		return number(dst, low, high)(v)
	}
}

// A purpose is long enough to be one, and short enough to be told in a chat, in characters.
const minPurpose, maxPurpose = 4, 40

// purpose is what something is kept for; "" leaves it unset.
func purpose(dst *string) setter {
	return func(v []string) string {
		text := strings.TrimSpace(v[0])
		n := utf8.RuneCountInString(text)
		switch {
		case text == "":
		case n < minPurpose || n > maxPurpose, strings.ContainsFunc(text, unicode.IsControl), !strings.ContainsFunc(text, unicode.IsLetter):
			return fmt.Sprintf("请用一句话写明用途，%d 至 %d 个字，如“核实现场情况”", minPurpose, maxPurpose)
		}
		*dst = text
		return ""
	}
}

// percent is a share above 0 and up to 100; "" leaves it unset.
func percent(dst *float64) setter {
	return func(v []string) string {
		if v[0] == "" {
			return ""
		}
		n, err := strconv.ParseFloat(strings.TrimSuffix(v[0], "%"), 64)
		if err != nil || n <= 0 || n > 100 || math.IsNaN(n) {
			return fmt.Sprintf("%q 不是百分数，请写大于 0、不超过 100 的数，如 95", v[0])
		}
		*dst = n
		return ""
	}
}

// replyTargets reads limits with their shares: 48h=95.
func replyTargets(dst *map[time.Duration]float64) setter {
	return func(v []string) string {
		var targets map[time.Duration]float64
		for _, s := range v {
			limit, share, _ := strings.Cut(s, "=")
			d, err := time.ParseDuration(strings.TrimSpace(limit))
			var n float64
			if fault := percent(&n)([]string{strings.TrimSpace(share)}); err != nil || d < time.Second || fault != "" || n == 0 {
				return fmt.Sprintf("%q 不是目标，请写 时限=百分数，如 48h=95", s)
			}
			if targets == nil {
				targets = map[time.Duration]float64{}
			}
			targets[d] = n
		}
		*dst = targets
		return ""
	}
}

func duration(dst *time.Duration, low, high time.Duration) setter {
	return func(v []string) string {
		d, err := time.ParseDuration(v[0])
		if err != nil {
			return fmt.Sprintf("%q 不是时长，请带单位写，如 500ms、4s、10m、24h", v[0])
		}
		if d < low || d > high {
			return fmt.Sprintf("%s 超出范围，请写 %s 至 %s 之间的时长", v[0], short(low), short(high))
		}
		*dst = d
		return ""
	}
}

func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

var sizePattern = regexp.MustCompile(`^([0-9]{1,15}) ?(B|KiB|MiB|GiB|TiB|KB|MB|GB|TB)?$`)

// unitBytes are the bytes of a unit that sizePattern lets through.
func unitBytes(unit string) int64 {
	switch unit {
	case "KiB":
		return 1 << 10
	case "MiB":
		return 1 << 20
	case "GiB":
		return 1 << 30
	case "TiB":
		return 1 << 40
	case "KB":
		return 1e3
	case "MB":
		return 1e6
	case "GB":
		return 1e9
	case "TB":
		return 1e12
	default:
		return 1
	}
}

func size(dst *int64, low, high int64) setter {
	return func(v []string) string {
		m := sizePattern.FindStringSubmatch(v[0])
		if m == nil {
			return fmt.Sprintf("%q 不是大小，请写整数加单位，如 64KiB、512MiB、8GiB", v[0])
		}
		n, err := strconv.ParseInt(m[1], 10, 64)
		unit := unitBytes(m[2])
		if err != nil || n > high/unit || n*unit < low {
			return fmt.Sprintf("%s 超出范围，请写 %s 至 %s 之间的大小", v[0], sizeText(low), sizeText(high))
		}
		*dst = n * unit
		return ""
	}
}

// optionalSize is size, or 0 where nothing is written.
func optionalSize(dst *int64, low, high int64) setter {
	return func(v []string) string {
		if v[0] == "" {
			*dst = 0
			return ""
		}
		return size(dst, low, high)(v)
	}
}

// sizeText is n in the largest binary unit that divides it.
func sizeText(n int64) string {
	for _, u := range []string{"TiB", "GiB", "MiB", "KiB"} {
		if size := unitBytes(u); n != 0 && n%size == 0 {
			return strconv.FormatInt(n/size, 10) + u
		}
	}
	return strconv.FormatInt(n, 10) + "B"
}

func choice[T ~string](dst *T, allowed ...T) setter {
	return func(v []string) string {
		names := make([]string, len(allowed))
		for i, a := range allowed {
			if v[0] == string(a) {
				*dst = a
				return ""
			}
			names[i] = string(a)
		}
		return fmt.Sprintf("没有 %q 这个选项，请写 %s", v[0], strings.Join(names, " 或 "))
	}
}

func level(dst *slog.Level) setter {
	levels := map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
	return func(v []string) string {
		l, ok := levels[strings.ToLower(v[0])]
		if !ok {
			return fmt.Sprintf("没有 %q 这个级别，请写 debug、info、warn 或 error", v[0])
		}
		*dst = l
		return ""
	}
}
