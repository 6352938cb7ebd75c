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

// TestLayout_BytesOfVersion3 holds what is in the spools of running programs: another order
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
		"message":       {appendMessage(nil, &m), "a67c0717dca4ee39c264a223ce3d7e77f6c4613a5f939de9659879996d632282"},
		"repeat":        {appendRepeat(nil, &r), "05337ba6bd10b37ce2e7ef10c3e2b3233059ff016ca6ccdd56f3d219206189a9"},
		"answer":        {appendAnswer(nil, &a), "e8d0c49f813e5af3de6e38bad5a435480d8b5903cf526ffe5557f0c736bf87a2"},
		"empty message": {appendMessage(nil, &models.Message{}), "810664a27614961856930b09a8b1e737257504906a12cad5ecca62c165c39ef3"},
		"empty repeat":  {appendRepeat(nil, &repeatRecord{}), "59d5966c96af7ecad5c9d2918d6582d102b2c67f6b765ea28ac24371ab4f93be"},
		"empty answer":  {appendAnswer(nil, &answerRecord{}), "91d3827f052f5a4b44d5fe2bed657c752247365d94f80a33cb09c1436a16b125"},
	} {
		sum := sha256.Sum256(c.record)
		if got := hex.EncodeToString(sum[:]); got != c.sum {
			t.Errorf("%s: %d bytes with the sum %s", name, len(c.record), got)
		}
	}
}
