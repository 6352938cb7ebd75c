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

// TestLayout_BytesOfVersion7 holds what is in the spools of running programs: another order
// of fields, or a field more, needs a new version. Writing and reading share one description
// and can not show it.
func TestLayout_BytesOfVersion7(t *testing.T) {
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
		"message":       {appendMessage(nil, &m), "3a69d752ad97eda9a37642ba42bd2727721de17298c81b4b6225ce38b5f01805"},
		"repeat":        {appendRepeat(nil, &r), "03d1d3180ad1c6d1825e812f36678a2525edf3b1ac87be2bcbeac10f8cfaa382"},
		"answer":        {appendAnswer(nil, &a), "b8bb18278bb6a4d0e5a67ff9382dc34cf792b86744f8cd4b9e0fb4b9a10ed4f9"},
		"empty message": {appendMessage(nil, &models.Message{}), "ef02df9a3da1accba3b6ea83311371f9165646407eb0d76f6b01c9c8e2013b26"},
		"empty repeat":  {appendRepeat(nil, &repeatRecord{}), "76108f84396dc2d72ce275fdb0e0ef37b229b2898bf5a31d576fea11a766a42b"},
		"empty answer":  {appendAnswer(nil, &answerRecord{}), "c5ca81ef33f2130f84a6c939cd31ddd665a194ca7df2620cd8387a31e245e6c7"},
	} {
		sum := sha256.Sum256(c.record)
		if got := hex.EncodeToString(sum[:]); got != c.sum {
			t.Errorf("%s: %d bytes with the sum %s", name, len(c.record), got)
		}
	}
}
