package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// number gives every field below v a value of its own, the same in every run.
func number(t *testing.T, v reflect.Value, n *int64) {
	t.Helper()
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(*n*7919, *n*31).UTC()))
		return
	}
	switch v.Kind() { //nolint:exhaustive // the others do not occur in models
	case reflect.Struct:
		for i := range v.NumField() {
			number(t, v.Field(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("s", *n))
	case reflect.Bool:
		v.SetBool(*n%2 == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(*n * 1000003)
	case reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range 3 {
			number(t, v.Index(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		number(t, v.Elem(), n)
	default:
		t.Fatalf("models has a %s, which the layout does not know", v.Type())
	}
}

// TestLayout_BytesOfVersion8 holds what is in the spools of running programs: another order
// of fields, or a field more, needs a new version. Writing and reading share one description
// and can not show it.
func TestLayout_BytesOfVersion8(t *testing.T) {
	var n int64
	var m models.Message
	var r repeatRecord
	var a answerRecord
	number(t, reflect.ValueOf(&m).Elem(), &n)
	number(t, reflect.ValueOf(&r).Elem(), &n)
	number(t, reflect.ValueOf(&a).Elem(), &n)
	for name, c := range map[string]struct {
		record []byte
		sum    string
	}{
		"message":       {appendMessage(nil, &m), "7e8c7b8d24a371f1b4b08563bc0361902320d195ec059f746c9b6be0ef10e4ea"},
		"repeat":        {appendRepeat(nil, &r), "b86f43a361f2cd49e5c63ad22ba5984e554f732647c1c7002fe8ae8076b33999"},
		"answer":        {appendAnswer(nil, &a), "8ebcd334765d396f28f6befa9abf35c50d973ca59b69bc8c125230d0ad724b3e"},
		"empty message": {appendMessage(nil, &models.Message{}), "3f196c5b4edb2105b2e966b8df3cd1a46645e0da37532f157fd15e552fa9b614"},
		"empty repeat":  {appendRepeat(nil, &repeatRecord{}), "85b724e3f6e2dd2648a696595eb637b234dcecc5cb770a5afbf0926341ebdfb4"},
		"empty answer":  {appendAnswer(nil, &answerRecord{}), "71ebd7f383d16307350f6769bf55fa31e0e4abed3799eed8729383c0804b023a"},
	} {
		sum := sha256.Sum256(c.record)
		if got := hex.EncodeToString(sum[:]); got != c.sum {
			t.Errorf("%s: %d bytes with the sum %s", name, len(c.record), got)
		}
	}
}
