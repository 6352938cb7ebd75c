package simulator

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

type vector struct {
	ID           string `json:"id"`
	Token        string `json:"token"`
	AESKey       string `json:"encoding_aes_key"`
	AppID        string `json:"app_id"`
	Timestamp    string `json:"timestamp"`
	Nonce        string `json:"nonce"`
	MsgSignature string `json:"msg_signature"`
	Encrypt      string `json:"ciphertext"`
	Random       string `json:"random"`
	Plaintext    string `json:"plaintext"`
	Expect       string `json:"expect"`
}

// TestVectors opens and seals what openssl sealed, and what other projects did.
func TestVectors(t *testing.T) {
	var vectors []vector
	for _, path := range everySample(t, "vectors", 1, 1) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Vectors []vector `json:"vectors"`
		}
		mustJSON(t, data, &file)
		vectors = append(vectors, file.Vectors...)
	}
	if n := len(vectors); n != 13 && n != 23 {
		t.Fatalf("%d vectors, want 13 of our own and 10 of others", n)
	}
	for _, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			if v.MsgSignature != "" {
				good := Signature(v.Token, v.Timestamp, v.Nonce, v.Encrypt) == v.MsgSignature
				if good != (v.Expect != "bad_signature") {
					t.Fatalf("signature good = %v, expect %s", good, v.Expect)
				}
			}
			if v.Expect == "bad_signature" {
				return
			}
			c, err := NewCipher(v.AppID, v.AESKey)
			if err != nil {
				t.Fatal(err)
			}
			random, plain, err := c.Open([]byte(v.Encrypt))
			if v.Expect == "bad_app_id" {
				if !errors.Is(err, errAppID) {
					t.Fatalf("error %v, want %v", err, errAppID)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.Plaintext, string(plain)); diff != "" {
				t.Error(diff)
			}
			if got := c.Seal(random, plain); got != v.Encrypt {
				t.Errorf("sealed anew:\n%s\nwant\n%s", got, v.Encrypt)
			}
		})
	}
}

func TestCipherRoundTrip(t *testing.T) {
	c, err := NewCipher("wx0123456789abcdef", testAESKey)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		message := rapid.SliceOf(rapid.Byte()).Draw(t, "message")
		random := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random"))
		sealed := c.Seal(random, message)
		gotRandom, got, err := c.Open([]byte(sealed))
		if err != nil || !bytes.Equal(got, message) || gotRandom != random {
			t.Fatalf("opened %x %x, %v", gotRandom, got, err)
		}
		cut := rapid.IntRange(0, len(sealed)-1).Draw(t, "cut")
		if _, _, err := c.Open([]byte(sealed[:cut])); err == nil {
			t.Fatalf("a ciphertext cut at %d opens", cut)
		}
	})
}

func TestCipherTellsFaultsApart(t *testing.T) {
	ours, err := NewCipher("wx0123456789abcdef", testAESKey)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewCipher("wxffffffffffffffff", testAESKey)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name   string
		sealed string
		want   error
	}{
		{"not base64", "%%%", errBase64},
		{"empty", "", errLength},
		{"half a block", "AAAAAAAA", errLength},
		{"foreign app id", other.Seal([16]byte{}, []byte("<xml/>")), errAppID},
		{"noise", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", errPadding},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if _, _, err := ours.Open([]byte(tc.sealed)); !errors.Is(err, tc.want) {
				t.Errorf("error %v, want %v", err, tc.want)
			}
		})
	}
	for _, key := range []string{"", "short", testAESKey + "A", "****************************************A"} {
		if _, err := NewCipher("wx", key); err == nil {
			t.Errorf("key %q is taken", key)
		}
	}
}
