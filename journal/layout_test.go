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

// TestLayout_BytesOfVersion4 holds what is in the spools of running programs: another order
// of fields, or a field more, needs a new version. Writing and reading share one description
// and can not show it.
func TestLayout_BytesOfVersion3(t *testing.T) {
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
		"message":       {appendMessage(nil, &m), "44e90318d141c77c39a42e4d808538fa608eb2d38d162feffcf434c34028f485"},
		"repeat":        {appendRepeat(nil, &r), "18356cb1c64bedf18311432470a72e5b8723fcc9d69dd5f074af3b3d65d28662"},
		"answer":        {appendAnswer(nil, &a), "7ab612b51cf8e514eb91a334f106d09f47b984c3825001399e1b5b2cbda35f99"},
		"empty message": {appendMessage(nil, &models.Message{}), "77c232739acbaaf7b0e5ef8cfd1108deec5793992acb337ac8d360c362ebcba3"},
		"empty repeat":  {appendRepeat(nil, &repeatRecord{}), "6b6f14e6af2627186bf8a55e474dcf6ef3f6ce81af560da871ec51eb670171a9"},
		"empty answer":  {appendAnswer(nil, &answerRecord{}), "9242b82158c34096047701081b43fb3ae8035fc35eb3f96e555bbd86085630b9"},
	} {
		sum := sha256.Sum256(c.record)
		if got := hex.EncodeToString(sum[:]); got != c.sum {
			t.Errorf("%s: %d bytes with the sum %s", name, len(c.record), got)
		}
	}
}
