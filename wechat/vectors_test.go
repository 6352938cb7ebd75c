package wechat

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/silenceper/wechat/v2/util"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

type vector struct {
	ID           string `json:"id"`
	Kind         string `json:"kind"`
	Token        string `json:"token"`
	Key          string `json:"encoding_aes_key"`
	AppID        string `json:"app_id"`
	Timestamp    string `json:"timestamp"`
	Nonce        string `json:"nonce"`
	MsgSignature string `json:"msg_signature"`
	Random       string `json:"random"`
	Plaintext    string `json:"plaintext"`
	Ciphertext   string `json:"ciphertext"`
	EncryptedXML string `json:"encrypted_xml"`
	Expect       string `json:"expect"`
}

// codec builds a codec without the checks of NewCodec: some vectors use the ids of other
// WeChat products.
func (v *vector) codec(t *testing.T) *Codec {
	key, err := newSealedKey(v.Key)
	if err != nil {
		t.Fatal(err)
	}
	return &Codec{appID: v.AppID, mode: models.ModeSafe, tokens: []string{v.Token}, keys: []*sealedKey{key}, o: Options{}.withDefaults()}
}

// TestVectors opens and seals what openssl sealed, and what other projects did.
func TestVectors(t *testing.T) {
	own, others := wechattest.Samples(t, "vectors")
	checkVectors(t, own[0], 13)
	for _, file := range others {
		checkVectors(t, file, 10)
	}
}

func checkVectors(t *testing.T, path string, n int) {
	t.Helper()
	var file struct {
		Vectors []vector `json:"vectors"`
	}
	if err := json.Unmarshal(readFile(t, path), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) != n {
		t.Fatalf("%d vectors, want %d", len(file.Vectors), n)
	}
	for _, v := range file.Vectors {
		t.Run(v.ID, func(t *testing.T) {
			if v.MsgSignature != "" {
				checkVectorSignature(t, &v)
			}
			if v.Expect == "bad_signature" {
				return
			}
			checkVectorCipher(t, &v)
		})
	}
}

func checkVectorSignature(t *testing.T, v *vector) {
	signed, _ := sign(nil, []byte(v.Ciphertext), v.Token, v.Timestamp, v.Nonce)
	if same := hex.EncodeToString(signed[:]) == v.MsgSignature; same == (v.Expect == "bad_signature") {
		t.Errorf("signature equal: %v, expected %s", same, v.Expect)
	}
	if v.EncryptedXML == "" {
		return
	}
	// Through the front door: the query signature is made for it, the rest is the vector's.
	q := url.Values{"timestamp": {v.Timestamp}, "nonce": {v.Nonce}, "encrypt_type": {"aes"}, "msg_signature": {v.MsgSignature}}
	q.Set("signature", util.Signature(v.Token, v.Timestamp, v.Nonce))
	r := httptest.NewRequest(http.MethodPost, "/?"+q.Encode(), strings.NewReader(v.EncryptedXML))
	c := v.codec(t)
	c.o.MaxSkew = -1
	want := map[string]string{"ok": "", "bad_signature": models.CodeBadMsgSignature, "bad_app_id": models.CodeBadAppID}[v.Expect]
	m, err := c.Decode(r)
	if models.ErrorCode(err) != want {
		t.Errorf("decode: %v, want code %q", err, want)
	}
	if err == nil && string(m.Raw) != v.Plaintext {
		t.Errorf("plaintext %q", m.Raw)
	}
}

func checkVectorCipher(t *testing.T, v *vector) {
	c := v.codec(t)
	sealed, err := base64.StdEncoding.DecodeString(v.Ciphertext)
	if err != nil {
		t.Fatal(err)
	}
	memory, raw, code := c.keys[0].unseal(nil, sealed, v.AppID)
	if v.Expect == "bad_app_id" {
		if code != models.CodeBadAppID {
			t.Errorf("code %q", code)
		}
		return
	}
	if code != "" || string(raw) != v.Plaintext || string(memory[:randomSize]) != v.Random {
		t.Errorf("code %q, plaintext %q, random %q", code, raw, memory[:randomSize])
	}
	again, _ := c.keys[0].seal(nil, nil, []byte(v.Random), []byte(v.Plaintext), v.AppID)
	if string(again) != v.Ciphertext {
		t.Error("encrypting gives another ciphertext")
	}
}

// TestCipherAgainstSDK: what one seals the other opens, for any text.
func TestCipherAgainstSDK(t *testing.T) {
	key, err := newSealedKey(testKey)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "plain")
		random := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random")
		ours, _ := key.seal(nil, nil, random, plain, testAppID)
		theirs, err := util.EncryptMsg(random, plain, testAppID, testKey)
		if err != nil || !bytes.Equal(ours, theirs) {
			t.Fatalf("ciphertexts differ: %v", err)
		}
		sealed, err := base64.StdEncoding.DecodeString(string(theirs))
		if err != nil {
			t.Fatal(err)
		}
		if _, raw, code := key.unseal(nil, sealed, testAppID); code != "" || !bytes.Equal(raw, plain) {
			t.Fatalf("code %q, plaintext %q", code, raw)
		}
		nonce := rapid.StringMatching(`[0-9A-Za-z]{1,32}`).Draw(t, "nonce")
		signed, _ := sign(nil, ours, testToken, "1750000000", nonce)
		if hex.EncodeToString(signed[:]) != util.Signature(testToken, "1750000000", nonce, string(ours)) {
			t.Fatal("signatures differ")
		}
	})
}
