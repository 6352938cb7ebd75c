package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"regexp"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func kek(b byte) []byte { return bytes.Repeat([]byte{b}, keySize) }

func sealer(t testing.TB, keys ...[]byte) *Sealer {
	t.Helper()
	s, err := NewSealer(keys[0], keys[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sealed(t testing.TB, s *Sealer, plain, aad string) []byte {
	t.Helper()
	b, err := s.Seal([]byte(plain), []byte(aad))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	s := sealer(t, kek(1))
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		aad := rapid.SliceOf(rapid.Byte()).Draw(t, "aad")
		before := rapid.SliceOf(rapid.Byte()).Draw(t, "before")
		b, err := s.SealTo(bytes.Clone(before), plain, aad)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(b, before) || len(b) != len(before)+len(plain)+Overhead {
			t.Fatalf("%d bytes for %d+%d", len(b), len(before), len(plain))
		}
		got, err := s.OpenTo(bytes.Clone(before), b[len(before):], aad)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, append(bytes.Clone(before), plain...)) {
			t.Fatalf("got %x, want %x after %x", got, plain, before)
		}
	})
}

func TestEveryTamperedByteIsRefused(t *testing.T) {
	s := sealer(t, kek(1))
	good := sealed(t, s, "居民身份证", "accounts|secret|7")
	for i := range good {
		for _, flip := range []byte{1, 0x80, 0xff} {
			bad := bytes.Clone(good)
			bad[i] ^= flip
			if got, err := s.Open(bad, []byte("accounts|secret|7")); err == nil {
				t.Fatalf("byte %d ^ %x opened as %q", i, flip, got)
			}
		}
	}
	for n := range good {
		if _, err := s.Open(good[:n], []byte("accounts|secret|7")); err == nil {
			t.Fatalf("first %d bytes opened", n)
		}
	}
	if _, err := s.Open(append(bytes.Clone(good), 0), []byte("accounts|secret|7")); !errors.Is(err, ErrOpen) {
		t.Errorf("a byte too many: %v", err)
	}
}

func TestAnotherPlaceIsRefused(t *testing.T) {
	s := sealer(t, kek(1))
	b := sealed(t, s, "x", "row 1")
	for _, aad := range []string{"row 2", "", "row 1 ", "row"} {
		if _, err := s.Open(b, []byte(aad)); !errors.Is(err, ErrOpen) {
			t.Errorf("aad %q: %v", aad, err)
		}
	}
}

func TestKeys(t *testing.T) {
	former, next := sealer(t, kek(1)), sealer(t, kek(2), kek(1))
	b := sealed(t, former, "x", "")
	if _, err := sealer(t, kek(2)).Open(b, nil); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v", err)
	}
	if got, err := next.Open(b, nil); err != nil || string(got) != "x" {
		t.Errorf("previous key: %q %v", got, err)
	}
	if _, err := former.Open(make([]byte, len(b)), nil); !errors.Is(err, ErrOpen) {
		t.Errorf("zeros where something sealed stood: %v", err)
	}
	fresh := sealed(t, next, "y", "")
	if !bytes.HasPrefix(fresh, next.header()) || bytes.Equal(next.header(), former.header()) {
		t.Error("a new value is not sealed under the new key")
	}
	if _, err := former.Open(fresh, nil); !errors.Is(err, ErrKey) {
		t.Errorf("the former key opens what the new one sealed: %v", err)
	}
	if former.UID("a", "b") != next.UID("a", "b") || !hmac.Equal(former.AuditMAC([]byte("x")), next.AuditMAC([]byte("x"))) {
		t.Error("pseudonyms or audit signatures changed with the key")
	}
	for _, bad := range [][]byte{nil, make([]byte, 16), make([]byte, 33)} {
		if _, err := NewSealer(bad); err == nil {
			t.Errorf("a key of %d bytes is accepted", len(bad))
		}
		if _, err := NewSealer(kek(1), bad); err == nil {
			t.Errorf("a previous key of %d bytes is accepted", len(bad))
		}
	}
}

func (s *Sealer) header() []byte { return s.keys[0].header[:] }

// TestHeaderForm pins the stored form: a value sealed by this version must open for ever.
func TestHeaderForm(t *testing.T) {
	const stored = "0101b732caed01a8ba9e21663959197349c25df51659883d61074d2608e2e58b32843d5f4198df455fb47ff5cf5a7c8b11839d"
	s := sealer(t, kek(1))
	b, err := hex.DecodeString(stored)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Open(b, []byte("settings|7"))
	if err != nil || string(got) != "问政" {
		t.Errorf("got %q, %v", got, err)
	}
	if b[0] != 1 || !bytes.HasPrefix(b, s.header()) {
		t.Errorf("header %x", b[:5])
	}
}

func TestNoncesDiffer(t *testing.T) {
	s := sealer(t, kek(1))
	seen := map[string]bool{}
	for range 1000 {
		n := string(sealed(t, s, "x", "")[headerSize : headerSize+nonceSize])
		if seen[n] {
			t.Fatal("a nonce came twice")
		}
		seen[n] = true
	}
}

func TestUID(t *testing.T) {
	s := sealer(t, kek(1))
	form := regexp.MustCompile(`^[a-z2-7]{32}$`)
	uid := s.UID("wx0123456789abcdef", "oABCDEFGHIJKLMNOPQRSTUVWXYZ12")
	if !form.MatchString(uid) || uid != s.UID("wx0123456789abcdef", "oABCDEFGHIJKLMNOPQRSTUVWXYZ12") {
		t.Errorf("uid %q", uid)
	}
	for _, other := range [][2]string{
		{"wx0123456789abcdef", "oABCDEFGHIJKLMNOPQRSTUVWXYZ13"},
		{"wx0123456789abcdee", "oABCDEFGHIJKLMNOPQRSTUVWXYZ12"},
		{"wx0123456789abcde", "foABCDEFGHIJKLMNOPQRSTUVWXYZ12"},
	} {
		if s.UID(other[0], other[1]) == uid {
			t.Errorf("%v has the same uid", other)
		}
	}
	if sealer(t, kek(2)).UID("wx0123456789abcdef", "oABCDEFGHIJKLMNOPQRSTUVWXYZ12") == uid {
		t.Error("another key, the same uid")
	}
}

func TestAuditMACIsAnHMACUnderItsOwnKey(t *testing.T) {
	s := sealer(t, kek(1))
	m := hmac.New(sha256.New, s.auditKey)
	m.Write([]byte("link"))
	if !hmac.Equal(m.Sum(nil), s.AuditMAC([]byte("link"))) {
		t.Error("not HMAC-SHA256")
	}
	if bytes.Equal(s.auditKey, s.uidKey) || bytes.Equal(s.auditKey, kek(1)) {
		t.Error("keys are shared")
	}
}

func TestConcurrentUse(t *testing.T) {
	s := sealer(t, kek(1))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				b, err := s.Seal([]byte("x"), nil)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := s.Open(b, nil); err != nil {
					t.Error(err)
				}
				s.UID("a", "b")
			}
		})
	}
	wg.Wait()
}

func TestNewKey(t *testing.T) {
	a, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(a)
	if err != nil || len(raw) != keySize || a == b {
		t.Errorf("%q %q %v", a, b, err)
	}
	sealer(t, raw)
}

func FuzzOpen(f *testing.F) {
	s := sealer(f, kek(1), kek(2))
	f.Add(sealed(f, s, "hello", "a"), []byte("a"))
	f.Add(sealed(f, sealer(f, kek(2)), "", ""), []byte(""))
	f.Add([]byte{}, []byte{})
	f.Add(append(bytes.Clone(s.header()), make([]byte, 40)...), []byte("a"))
	f.Fuzz(func(t *testing.T, b, aad []byte) {
		plain, err := s.Open(b, aad)
		if err == nil && len(plain) != len(b)-Overhead {
			t.Errorf("%d bytes of %d", len(plain), len(b))
		}
		if err != nil && !errors.Is(err, ErrKey) && !errors.Is(err, ErrOpen) {
			t.Errorf("unexpected %v", err)
		}
	})
}

func BenchmarkSeal700(b *testing.B) {
	s := sealer(b, kek(1))
	plain, aad, dst := make([]byte, 700), make([]byte, 48), make([]byte, 0, 1024)
	b.SetBytes(700)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.SealTo(dst, plain, aad); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen700(b *testing.B) {
	s := sealer(b, kek(1))
	aad, dst := make([]byte, 48), make([]byte, 0, 1024)
	in, err := s.Seal(make([]byte, 700), aad)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(700)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.OpenTo(dst, in, aad); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUID(b *testing.B) {
	s := sealer(b, kek(1))
	b.ReportAllocs()
	for b.Loop() {
		s.UID("wx0123456789abcdef", "oABCDEFGHIJKLMNOPQRSTUVWXYZ12")
	}
}
