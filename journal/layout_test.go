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

// TestLayout_BytesOfVersion2 holds what is in the spools of running programs: another order
// of fields, or a field more, needs a new version. Writing and reading share one description
// and can not show it.
func TestLayout_BytesOfVersion2(t *testing.T) {
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
		"message":       {appendMessage(nil, &m), "0e7b702a4112ea3f07e6aed73f4f70c148105e4f466edeb54dc36e52748b8f03"},
		"repeat":        {appendRepeat(nil, &r), "48538aa896ac784f7491fc026a6c42a1ab2bd86dcb55fade15681242f2afaf4d"},
		"answer":        {appendAnswer(nil, &a), "94d0f2749d76663a29a3c214dbe703c24b7ed3a5c643c768e5d0450185bd3d68"},
		"empty message": {appendMessage(nil, &models.Message{}), "f66ea48acc655b2b305d84e970d5bf6d0e90c802a15474df8045342c7d7973e7"},
		"empty repeat":  {appendRepeat(nil, &repeatRecord{}), "b1535c7783ea8829b6b0cf67704539798b4d16c39bf0bfe09494c5d9f12eee30"},
		"empty answer":  {appendAnswer(nil, &answerRecord{}), "68e8e360040ca6c18ec2da7d3e6c527a93084344f9f632d1c04403cc36e141bd"},
	} {
		sum := sha256.Sum256(c.record)
		if got := hex.EncodeToString(sum[:]); got != c.sum {
			t.Errorf("%s: %d bytes with the sum %s", name, len(c.record), got)
		}
	}
}
