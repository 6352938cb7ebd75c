package seal

import (
	"bytes"
	"crypto/rand"
	"crypto/sha3"
	"encoding/hex"
	"io"
	"sync"
	"testing"
)

// TestVectors holds the two vectors of https://c2sp.org/XAES-256-GCM: one for each branch
// of the subkey's doubling.
func TestVectors(t *testing.T) {
	cases := []struct {
		key       byte
		aad, want string
	}{
		{1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
		{3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
	}
	nonce := [nonceSize]byte([]byte("ABCDEFGHIJKLMNOPQRSTUVWX"))
	for _, c := range cases {
		x, err := newXAES(kek(c.key))
		if err != nil {
			t.Fatal(err)
		}
		got, err := x.seal(nil, nonce, []byte("XAES-256-GCM"), []byte(c.aad))
		got = bytes.TrimPrefix(got, nonce[:])
		if err != nil || hex.EncodeToString(got) != c.want {
			t.Errorf("key %d: got %x %v, want %s", c.key, got, err, c.want)
		}
		plain, err := x.open(nil, nonce[:], got, []byte(c.aad))
		if err != nil || string(plain) != "XAES-256-GCM" {
			t.Errorf("key %d: opened %q %v", c.key, plain, err)
		}
	}
}

// TestAccumulatedVectors is the accumulated test of the same document: SHAKE128 draws the
// inputs, and SHAKE128 over 10,000 ciphertexts must give the published sum.
func TestAccumulatedVectors(t *testing.T) {
	const want = "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939"
	source, sum := sha3.NewSHAKE128(), sha3.NewSHAKE128()
	draw := func(n int) []byte {
		b := make([]byte, n)
		if _, err := io.ReadFull(source, b); err != nil {
			t.Fatal(err)
		}
		return b
	}
	for range 10_000 {
		key, nonce := draw(keySize), draw(nonceSize)
		plain := draw(int(draw(1)[0]))
		aad := draw(int(draw(1)[0]))
		x, err := newXAES(key)
		if err != nil {
			t.Fatal(err)
		}
		b, err := x.seal(nil, [nonceSize]byte(nonce), plain, aad)
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.TrimPrefix(b, nonce)
		if got, err := x.open(nil, nonce, b, aad); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("does not open: %v", err)
		}
		if _, err := sum.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	got := make([]byte, 32)
	if _, err := io.ReadFull(sum, got); err != nil {
		t.Fatal(err)
	}
	if hex.EncodeToString(got) != want {
		t.Errorf("got %x", got)
	}
}

// TestRuns seals more values than one run takes, from several goroutines: no nonce comes
// twice, no run is longer than it may be, and everything opens, in any order.
func TestRuns(t *testing.T) {
	x, err := newXAES(kek(1))
	if err != nil {
		t.Fatal(err)
	}
	const writers, each = 4, runLength
	sealed := make([][][]byte, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for range each {
				var nonce [nonceSize]byte
				_, _ = rand.Read(nonce[:])
				b, err := x.seal(nil, nonce, []byte("plain"), []byte("aad"))
				if err != nil {
					t.Error(err)
					return
				}
				sealed[w] = append(sealed[w], b)
			}
		})
	}
	wg.Wait()
	nonces, runs := map[string]bool{}, map[string]int{}
	for i := range each {
		for w := range writers {
			b := sealed[w][i]
			nonces[string(b[:nonceSize])] = true
			runs[string(b[:prefixSize])]++
			if plain, err := x.open(nil, b[:nonceSize], b[nonceSize:], []byte("aad")); err != nil || string(plain) != "plain" {
				t.Fatalf("opened %q %v", plain, err)
			}
		}
	}
	if len(nonces) != writers*each {
		t.Errorf("%d nonces for %d values", len(nonces), writers*each)
	}
	if len(runs) < writers {
		t.Errorf("%d runs for %d values of at most %d each", len(runs), writers*each, runLength)
	}
	for _, n := range runs {
		if n > runLength {
			t.Errorf("a run of %d values, want at most %d", n, runLength)
		}
	}
}
