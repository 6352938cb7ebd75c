package journal

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

// fillValue sets every field below v, so that a field that models gains and the layout lacks
// turns a test red.
func fillValue(t *rapid.T, v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "s"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).UTC()))
		return
	}
	switch v.Kind() { //nolint:exhaustive // the others do not occur in models
	case reflect.Struct:
		for i := range v.NumField() {
			fillValue(t, v.Field(i))
		}
	case reflect.String:
		v.SetString(rapid.String().Draw(t, "string"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "int"))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "uint"))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Byte().Draw(t, "byte")))
	case reflect.Slice:
		n := rapid.IntRange(0, 4).Draw(t, "len")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fillValue(t, v.Index(i))
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			fillValue(t, v.Elem())
		}
	default:
		t.Fatalf("models has a %s, which the layout does not know", v.Type())
	}
}

// sealedAndOpened takes a record through the cipher of the instance i1.
func sealedAndOpened(t rapid.TB, h header, seq uint64, plain []byte) *record {
	t.Helper()
	v := &recordCipher{sealer: newSealer(), instance: "i1"}
	r, err := v.open(seq, sealedValue(t, v, h, seq, plain))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// refusesOtherLengths holds a decoder to the whole of its text: not a byte less, not one more.
func refusesOtherLengths[T any](t *rapid.T, plain []byte, decode func([]byte) (*T, error)) {
	t.Helper()
	cut := rapid.IntRange(0, len(plain)-1).Draw(t, "cut")
	if _, err := decode(plain[:cut]); err == nil {
		t.Fatalf("accepted %d of %d bytes", cut, len(plain))
	}
	if _, err := decode(append(plain, 0)); err == nil {
		t.Fatal("accepted a byte too many")
	}
}

// TestLayout_Message also says where key, spool and number come back from: the record's
// place, not its text.
func TestLayout_Message(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want models.Message
		fillValue(t, reflect.ValueOf(&want).Elem())
		plain := appendMessage(nil, &want)
		h := header{Kind: kindReceived, Key: rapid.String().Draw(t, "key")}
		want.Key, want.Delivery.SpoolID, want.Delivery.Seq = h.Key, "i1", rapid.Uint64().Draw(t, "seq")
		got := sealedAndOpened(t, h, want.Delivery.Seq, plain).received
		if diff := cmp.Diff(&want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		refusesOtherLengths(t, plain, decodeMessage)
	})
}

func TestLayout_Repeat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want repeatRecord
		fillValue(t, reflect.ValueOf(&want).Elem())
		plain := appendRepeat(nil, &want)
		want.Delivery.SpoolID, want.Delivery.Seq = "i1", rapid.Uint64().Draw(t, "seq")
		got := sealedAndOpened(t, header{Kind: kindRepeat}, want.Delivery.Seq, plain).repeat
		if diff := cmp.Diff(&want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		refusesOtherLengths(t, plain, decodeRepeat)
	})
}

func TestLayout_Answer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want answerRecord
		fillValue(t, reflect.ValueOf(&want).Elem())
		plain := appendAnswer(nil, &want)
		got := sealedAndOpened(t, header{Kind: kindAnswer}, 7, plain).answer
		if diff := cmp.Diff(&want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		refusesOtherLengths(t, plain, decodeAnswer)
	})
}

func TestLayout_ZeroTime(t *testing.T) {
	got, err := decodeAnswer(appendAnswer(nil, &answerRecord{}))
	if err != nil || !got.Answer.At.IsZero() {
		t.Errorf("%v %v", got, err)
	}
}

// sealedValue is a stored value of an own making.
func sealedValue(t rapid.TB, v *recordCipher, h header, seq uint64, plain []byte) []byte {
	t.Helper()
	value, err := v.seal(seq, h, &sealing{plain: plain})
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// sealedSample is a stored question, with its place.
func sealedSample(t rapid.TB, v *recordCipher, seq uint64, key string) []byte {
	t.Helper()
	m := message(key)
	m.Leaves = []models.Leaf{{Path: "A/B", Value: "1"}}
	m.Warnings = []string{"Location_X: abc"}
	return sealedValue(t, v, header{Kind: kindReceived, At: time.Unix(1700000000, 0), Key: key}, seq, appendMessage(nil, m))
}

func TestRecordCipher_AnotherPlace(t *testing.T) {
	v := &recordCipher{sealer: newSealer(), instance: "i1"}
	value := sealedSample(t, v, 5, "k1")
	if r, err := v.open(5, value); err != nil || r.Key != "k1" || r.received.Content != "社保怎么办 k1" {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := v.open(6, value); err == nil {
		t.Error("opens at another place")
	}
	if _, err := (&recordCipher{sealer: newSealer(), instance: "i2"}).open(5, value); err == nil {
		t.Error("opens in another instance")
	}
	for i := range value {
		bad := bytes.Clone(value)
		bad[i] ^= 1
		if _, err := v.open(5, bad); err == nil {
			t.Fatalf("byte %d may be changed", i)
		}
	}
	if bytes.Contains(value, []byte("社保")) || bytes.Contains(value, []byte("oOpenId")) {
		t.Error("a citizen's words are readable")
	}
}

func FuzzRecord(f *testing.F) {
	v := &recordCipher{sealer: newSealer(), instance: "i1"}
	f.Add(sealedSample(f, v, 1, "k1"))
	f.Add(appendMessage(nil, message("k2")))
	f.Add(appendAnswer(nil, &answerRecord{Answer: reply("一")}))
	f.Add(appendRepeat(nil, &repeatRecord{Delivery: models.Delivery{BodySHA256: "x"}}))
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, head, sealed, err := parseHeader(b); err == nil {
			if len(head)+len(sealed) != len(b) || len(h.Key) > len(b) {
				t.Error("header and text are not the whole")
			}
			if _, err := v.open(2, b); err == nil {
				t.Error("opened a record nobody sealed")
			}
		}
		if m, err := decodeMessage(b); err == nil {
			again, err := decodeMessage(appendMessage(nil, m))
			if diff := cmp.Diff(m, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		}
		if s, err := decodeAnswer(b); err == nil {
			again, err := decodeAnswer(appendAnswer(nil, s))
			if diff := cmp.Diff(s, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		}
		if r, err := decodeRepeat(b); err == nil {
			if again, err := decodeRepeat(appendRepeat(nil, r)); err != nil || *again != *r {
				t.Errorf("%v %+v", err, again)
			}
		}
		p, err := readPages(bytes.NewReader(b), int64(len(b)))
		if err == nil {
			p.walk()
		}
		p.scan()
	})
}

func TestSequencer_FinishedOutOfOrder(t *testing.T) {
	w := newSequencer(10)
	a, b, c := &pendingRecord{seq: w.next()}, &pendingRecord{seq: w.next()}, &pendingRecord{seq: w.next()}
	w.finish(b, c)
	if got := w.settled(); got != 10 || w.idle() {
		t.Errorf("settled %d while the first is on its way", got)
	}
	w.finish(a)
	if got := w.settled(); got != 13 || !w.idle() {
		t.Errorf("settled %d", got)
	}
}

// An answer that a program before layout 8 left in the spool is read: its case says nothing of when its photos were sent, before layout 7 it withdrew no case, before layout 6 it made none, before layout 5 it
// handed nothing over, before layout 4 it told no held text, before layout 3 no slip was put right in it, and before layout 2 it
// was no step.
func TestLayout_OlderVersions(t *testing.T) {
	want := answerRecord{Answer: reply("一")}
	want.Answer.Match.RuleName, want.Answer.Match.Matched, want.Answer.Match.Step = "社保", true, true
	plain := appendAnswer(nil, &want)
	want.Answer.Match.Step = false
	without := appendAnswer(nil, &want)
	at := 0
	for plain[at] == without[at] {
		at++
	}
	// Before the last byte, which says that there is no dialogue, stand held texts, none, who wrote them,
	// nobody, that the citizen did not leave, that nothing was handed over, and that there is no case.
	end := len(without) - 1
	fifth := slices.Delete(bytes.Clone(without), end-1, end)
	fifth[0] = 5
	fourth := slices.Delete(bytes.Clone(without), end-3, end)
	fourth[0] = 4
	third := slices.Delete(bytes.Clone(without), end-5, end)
	third[0] = 3
	// The step is one byte, and what was put right follows: nothing, of length 0.
	old := slices.Delete(bytes.Clone(third), at, at+2)
	old[0] = 1
	second := slices.Delete(bytes.Clone(third), at+1, at+2)
	second[0] = 2
	for _, b := range [][]byte{old, second, third, fourth, fifth} {
		got, err := decodeAnswer(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
	want.Answer.Match.Case = &models.CaseForm{Number: "260302000013", Submitted: true}
	newest := appendAnswer(nil, &want)
	end = len(newest) - 1
	seventh := slices.Delete(bytes.Clone(newest), end-2, end) // no time, and a text of length 0
	seventh[0] = 7
	sixth := slices.Delete(bytes.Clone(seventh), len(seventh)-2, len(seventh)-1) // that it is not withdrawn
	sixth[0] = 6
	for _, b := range [][]byte{sixth, seventh} {
		got, err := decodeAnswer(b)
		if diff := cmp.Diff(&want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	for _, version := range []byte{0, layoutVersion + 1} {
		old[0] = version
		if _, err := decodeAnswer(old); err == nil {
			t.Errorf("layout %d is read", version)
		}
	}
}
