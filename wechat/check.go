package wechat

import (
	"math"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// check warns of values that are not what their element promises. Nothing is lost by
// that, and a warning never repeats a value.
func (f *filler) check() {
	m := f.m
	f.checkCreated()
	switch {
	case m.MsgID == "":
		if !m.IsEvent() {
			f.warn("MsgId", "missing")
		}
	case !natural(m.MsgID):
		f.warn("MsgId", "not a 64-bit number")
	}
	f.checkNumber("Location_X", m.LocationX)
	f.checkNumber("Location_Y", m.LocationY)
	f.checkNumber("Scale", m.Scale)
	if !m.IsEvent() {
		return
	}
	for i := range m.Leaves {
		f.checkLeaf(&m.Leaves[i])
	}
}

func (f *filler) checkCreated() {
	if f.created == "" {
		f.warn("CreateTime", "missing")
		return
	}
	seconds, ok := integer(f.created)
	if !ok {
		f.warn("CreateTime", "not a number")
		return
	}
	f.m.CreateTime = seconds
	if _, sound := f.m.SentAt(); !sound {
		f.warn("CreateTime", "more than a day from the receipt")
	}
}

// checkNumber warns where a number is given as something else.
func (f *filler) checkNumber(field, value string) {
	if value == "" {
		return
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		f.warn(field, "not a number")
	}
}

func (f *filler) checkLeaf(l *models.Leaf) {
	name := l.Path[strings.LastIndexByte(l.Path, '/')+1:]
	switch name {
	case "ExpiredTime", "FailTime", "SuccTime", "TotalCount", "FilterCount", "SentCount", "ErrorCount",
		"Count", "count", "ErrorCode", "Precision", "publish_status", "status_code":
		f.checkNumber(l.Path, l.Value)
	case "isrisky":
		if l.Value != "0" && l.Value != "1" {
			f.warn(l.Path, "neither 0 nor 1")
		}
	}
}

// natural reports whether s is a whole number from 0 to the largest int64.
func natural(s string) bool {
	n, ok := integer(s)
	return ok && n >= 0
}

// integer reads an int64 in decimal; nearly all are digits and short.
func integer(s string) (n int64, ok bool) {
	if n, ok = digits(s); ok {
		return n, true
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
