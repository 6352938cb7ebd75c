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

// TestLayout_BytesOfVersion5 holds what is in the spools of running programs: another order
// of fields, or a field more, needs a new version. Writing and reading share one description
// and can not show it.
func TestLayout_BytesOfVersion5(t *testing.T) {
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
		"message":       {appendMessage(nil, &m), "6071247d5595c5c8a6c075d9af6327de58cec525f2a2546de89dd3da1c2d0bda"},
		"repeat":        {appendRepeat(nil, &r), "2f1e3e9e53d7d49c27b4e65afa92e0880b2b1b6a18a8fe3a059fb7c1103ed49a"},
		"answer":        {appendAnswer(nil, &a), "081d69e9fb8d71513589d413d2019b1d644644a9353b5e42476ef59e25c2265f"},
		"empty message": {appendMessage(nil, &models.Message{}), "0ace6ac4c02f4703397f50ff9786401bd113c338a90ab566d2cff6c4578db5b9"},
		"empty repeat":  {appendRepeat(nil, &repeatRecord{}), "966a28d35016032ee27b1860df4a9b16b6c007da76b2e4f94e7526e31c48959b"},
		"empty answer":  {appendAnswer(nil, &answerRecord{}), "04c29e6a3dc07556dd034144379c1fd571737b43fb5c2a2d5d0a536a5e201a36"},
	} {
		sum := sha256.Sum256(c.record)
		if got := hex.EncodeToString(sum[:]); got != c.sum {
			t.Errorf("%s: %d bytes with the sum %s", name, len(c.record), got)
		}
	}
}
