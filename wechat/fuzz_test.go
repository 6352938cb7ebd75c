package wechat

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/silenceper/wechat/v2/util"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// FuzzFront sends any query and body to all modes, without and with a sound signature.
// Whatever comes back is a refusal with a known code or a message with a key.
func FuzzFront(f *testing.F) {
	f.Add("signature=x&timestamp=1750000000&nonce=a", []byte(benchText), uint8(0), false)
	f.Add("encrypt_type=aes&msg_signature=x", []byte("<xml><Encrypt>eA==</Encrypt></xml>"), uint8(1), true)
	f.Add("", []byte(`{"MsgType":"text"}`), uint8(5), true)
	var codecs []*Codec
	for _, json := range []bool{false, true} {
		for _, mode := range []models.Mode{models.ModePlain, models.ModeSafe, models.ModeCompat} {
			codecs = append(codecs, newTestCodec(f, testAccount(mode), Options{AllowJSON: json}))
		}
	}
	f.Fuzz(func(t *testing.T, query string, body []byte, which uint8, signed bool) {
		c := codecs[int(which)%len(codecs)]
		if signed {
			q := delivery{account: models.Account{Token: testToken}, timestamp: "1750000000", nonce: testNonce}.query("")
			query = q.Encode() + "&" + query
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(body)))
		r.URL = &url.URL{Path: "/", RawQuery: query}
		m, err := c.Decode(r)
		if (m == nil) == (err == nil) {
			t.Fatalf("message %v and error %v", m, err)
		}
		if err != nil {
			if code := models.ErrorCode(err); code == "" || refusalText(code) == "回调被拒绝" {
				t.Fatalf("unknown refusal %v", err)
			}
			return
		}
		if !signed && !strings.Contains(query, util.Signature(testToken, m.Delivery.Nonce)) && m.Delivery.Signature == "" {
			t.Fatal("a message without a signature")
		}
		if len(m.Key) != 64 || m.Key != models.EventKey(m) {
			t.Fatalf("key %q", m.Key)
		}
	})
}

// FuzzDecrypt opens any cipher text, and any content sealed with the right key: no
// panic, a known code, and the SDK opens nothing that we refuse for its padding alone.
func FuzzDecrypt(f *testing.F) {
	key, err := newSealedKey(testKey)
	if err != nil {
		f.Fatal(err)
	}
	sealed, _ := key.seal(nil, nil, []byte(testRandom), []byte(benchText), testAppID)
	f.Add(sealed, false)
	f.Add([]byte("0123456789abcdef\x00\x00\x00\x01xwxb11529c136998cb6\x01"), true)
	f.Fuzz(func(t *testing.T, content []byte, seal bool) {
		raw := content
		if seal {
			content = append(content, make([]byte, (32-len(content)%32)%32)...)
			if len(content) > 0 {
				raw = encryptCBC(testKey, content)
			}
		} else if decoded, err := base64.StdEncoding.DecodeString(string(content)); err == nil {
			raw = decoded
		}
		_, plain, code := key.unseal(nil, raw, testAppID)
		_, theirs, err := util.DecryptMsg(testAppID, base64.StdEncoding.EncodeToString(raw), testKey)
		switch code {
		case "":
			if err != nil || !bytes.Equal(theirs, plain) {
				t.Fatalf("we read %q, the SDK %q, %v", plain, theirs, err)
			}
		case models.CodeBadAppID:
			if err == nil {
				t.Fatal("the SDK accepts an AppID that we refuse")
			}
		case models.CodeBadLength:
			if err == nil && len(theirs) > 0 {
				t.Fatal("the SDK accepts a length that we refuse")
			}
		case models.CodeBadPadding: // the SDK looks at the last byte only
		default:
			t.Fatalf("unknown code %q", code)
		}
	})
}

// FuzzLenientParse holds the reader against encoding/xml where that reads the document
// too, and reading twice against reading once.
func FuzzLenientParse(f *testing.F) {
	f.Add(benchText)
	f.Add("<xml><a>1</a><b><c><![CDATA[x]]></c><c/>t</b></xml>")
	f.Add("<xml><a><![CDATA[a]b]]></a><b> 1 </b><c>]</c><d><![CDATA[]]></d><e>1</e ></xml>")
	f.Add("\ufeff<xml><Content>a<b>c</b>&#x1;&amp;</Content></xml>junk")
	f.Add(`{"List":[{"a":1},{"a":null}],"Event":"subscribe_msg_popup_event"}`)
	f.Fuzz(func(t *testing.T, s string) { agree(t, s) })
}

// TestReaderAgrees is the same promise over documents made of the markup that matters.
func TestReaderAgrees(t *testing.T) {
	parts := []string{
		"<xml>", "</xml>", "<a>", "</a>", "<Content>", "</Content>", "<b/>", "<b />", "<a x='1'>", "<a x='>'>", closeCDATA,
		"]]", ">", "&amp;", "&#x1;", "&x;", "&#20320;", "<!-- c -->", "<?p?>", "<!DOCTYPE x>", "text", "政务", " ", "\n", "\r", "\t", "\x08",
		"\xff", "\ufffe", "\ufeff", "😀", "<", "</", "<1>", "<a-b>", "</a-b>", "<n:a>", "</n:a>", "<![CDATA[社]]>",
		"<Content><![CDATA[社保 ]]></Content>", "<a> 1 </a>", "<a><![CDATA[a]b]]></a>", "<a>]]></a>", "<a>&lt;</a>", "<a>1</b>",
		"<a>1</a >", "<1a>1</1a>", "<a b>1</a b>", "<a></a>", "<a><![CDATA[a]]]]><![CDATA[>b]]></a>",
	}
	both := 0
	rapid.Check(t, func(rt *rapid.T) {
		inner := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 12).Draw(rt, "parts"), "")
		if rapid.Bool().Draw(rt, "rooted") {
			inner = "<xml>" + inner + "</xml>"
		}
		if agree(rt, inner) {
			both++
		}
	})
	if both == 0 {
		t.Error("encoding/xml accepted nothing: the property is empty")
	}
}

// failer is what testing and rapid have in common.
type failer interface {
	Fatalf(format string, args ...any)
}

func (t *tree) all() []models.Leaf { return t.leaves(string(t.gathered)) }

// agree reports whether encoding/xml reads s and must agree with the reader, which takes
// sections of CDATA that do not fill their element alone for the text of a citizen.
func agree(t failer, s string) bool {
	var once, twice tree
	status := parse([]byte(s), &once)
	kept := once.all()
	if again := parse([]byte(s), &twice); again != status || !cmp.Equal(kept, twice.all()) {
		t.Fatalf("%q read twice differs: %s %s", s, status, again)
	}
	if status == models.ParseUnreadable && len(kept) > 0 {
		t.Fatalf("%q is unparsable but has leaves", s)
	}
	for _, l := range kept {
		if !models.IsClean(l.Path + l.Value) {
			t.Fatalf("%q: %q is no text", s, l.Value)
		}
	}
	standard, ok := standardLeaves(s)
	if !ok || isJSON([]byte(s)) || strings.Contains(filled.ReplaceAllString(s, ""), openCDATA) || len(words.FindAllString(s, 2)) > 1 {
		return false
	}
	if diff := cmp.Diff(standard, kept); diff != "" || status == models.ParseUnreadable {
		t.Fatalf("%q is %s: %s", s, status, diff)
	}
	return true
}

// words is the end of what a citizen wrote.
var words = regexp.MustCompile(`\]\]>\s*</(Content|Recognition|Label|Title|Description|Url|ScanResult|Poiname)>`)

// filled is a section of CDATA that is all of its element.
var filled = regexp.MustCompile(`>\s*<!\[CDATA\[[^\]]*(\][^\]]+)*\]?(\]\]\]\]><!\[CDATA\[>[^\]]*)?\]\]>\s*</`)

// standardLeaves are the leaves of the first root of s by encoding/xml; ok is false where
// it refuses s, or s is deeper than we allow.
func standardLeaves(s string) (leaves []models.Leaf, ok bool) {
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(s, "\ufeff")))
	var t tree
	for {
		token, err := d.Token()
		if err != nil {
			return nil, false
		}
		switch token := token.(type) {
		case xml.Directive:
			return nil, false
		case xml.StartElement:
			if !t.open([]byte(token.Name.Local)) {
				return nil, false
			}
		case xml.CharData:
			if len(t.stack) == 0 && len(bytes.TrimSpace(token)) > 0 {
				return nil, false
			}
			t.chars(token)
		case xml.EndElement:
			if t.end() {
				return t.all(), true
			}
		}
	}
}

// TestSeedsFromCallbacks runs the promise over every sample in which a citizen wrote one text at most.
func TestSeedsFromCallbacks(t *testing.T) {
	own, others := wechattest.Samples(t, "callbacks")
	n := 0
	for _, file := range append(own, others...) {
		name := filepath.Base(file)
		if filepath.Ext(name) != ".xml" || name == "link.xml" || name == "location_select.xml" {
			continue
		}
		n++
		if body := readFile(t, file); !agree(t, string(body)) {
			t.Errorf("%s is not read by encoding/xml", name)
		}
	}
	if want := 54 + 28*min(1, len(others)); n != want {
		t.Errorf("%d samples, want %d", n, want)
	}
}
