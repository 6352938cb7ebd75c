package wechat

import (
	"crypto/rand"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Options change how a Codec works; the zero value is what reliability asks for.
type Options struct {
	MaxBody int64 // longest body in bytes; 0 = 64 KiB
	// MaxSkew is how far the timestamp of a request may be from Now; 0 = 24 h, negative =
	// any distance.
	MaxSkew time.Duration
	Now     func() time.Time // nil = time.Now
	Rand    io.Reader        // nil = crypto/rand; read in blocks, under a lock
	// AllowJSON accepts JSON bodies, which other WeChat products send.
	AllowJSON bool
	// CompatPlainReply answers in clear in compat mode; the default is an encrypted answer.
	CompatPlainReply bool
	// SafeEmptyZeroBytes says nothing with an empty body instead of "success" where the
	// request was encrypted.
	SafeEmptyZeroBytes bool
	MaxReplyBytes      int // longest text of a reply in bytes; 0 = models.MaxTextBytes
}

const (
	defaultMaxBody = 64 << 10
	defaultMaxSkew = 24 * time.Hour
	// replayMemory bounds what plaintext mode remembers to two generations of this size.
	replayMemory = 32768
)

// Codec is the wire of one account. It is safe for concurrent use and never changes: a
// new setting needs a new Codec.
type Codec struct {
	appID      string
	originalID string
	mode       models.Mode
	tokens     []string     // current first
	keys       []*sealedKey // current first, none in plain mode
	o          Options
	random     *randomBlock
	replays    *memory // plain mode: signature -> hash of the body
	seed       maphash.Seed
	oldToken   *memory // requests signed with the previous token
}

var tokenPattern = regexp.MustCompile(`^[A-Za-z0-9]{3,32}$`)

// NewCodec returns the codec of the account. The error is a *models.Error that names the
// faulty setting, without its value.
func NewCodec(a models.Account, o Options) (*Codec, error) {
	c := &Codec{appID: a.AppID, originalID: a.OriginalID, mode: a.Mode, o: o.withDefaults()}
	if c.mode == "" {
		c.mode = models.ModeSafe
	}
	if err := c.takeSecrets(&a); err != nil {
		return nil, err
	}
	c.random = newRandomBlock(c.o.Rand)
	c.replays = newMemory(replayMemory)
	c.seed = maphash.MakeSeed()
	c.oldToken = newMemory(replayMemory)
	if err := c.selfCheck(&a); err != nil {
		return nil, err
	}
	return c, nil
}

func (o Options) withDefaults() Options {
	if o.MaxBody <= 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.MaxSkew == 0 {
		o.MaxSkew = defaultMaxSkew
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.MaxReplyBytes <= 0 {
		o.MaxReplyBytes = models.MaxTextBytes
	}
	return o
}

func (c *Codec) takeSecrets(a *models.Account) error {
	var faults []models.FieldError
	fault := func(field, message string) {
		faults = append(faults, models.FieldError{Field: field, Message: message})
	}
	if !models.ValidAppID(a.AppID) {
		fault("app_id", "AppID 应为 wx 加 16 位小写十六进制字符，请从公众平台原样复制")
	}
	c.tokens = []string{a.Token}
	if !tokenPattern.MatchString(a.Token) {
		fault("token", "Token 应为 3 至 32 位英文字母或数字")
	}
	if a.PreviousToken != "" {
		c.tokens = append(c.tokens, a.PreviousToken)
		if !tokenPattern.MatchString(a.PreviousToken) {
			fault("previous_token", "Token 应为 3 至 32 位英文字母或数字")
		}
	}
	switch {
	case c.mode != models.ModeSafe && c.mode != models.ModeCompat && c.mode != models.ModePlain:
		fault("mode", "消息加解密方式应为 safe、compat 或 plain")
	case c.mode == models.ModePlain && a.AESKey != "":
		fault("mode", "已填 EncodingAESKey 的账号不能用明文模式：请改用 safe 或 compat，或去掉 AES key")
	case c.mode != models.ModePlain:
		c.takeKey(a.AESKey, "aes_key", fault)
		if a.PreviousAESKey != "" {
			c.takeKey(a.PreviousAESKey, "previous_aes_key", fault)
		}
	}
	if len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "账号设置有误", Fields: faults}
	}
	return nil
}

func (c *Codec) takeKey(encoded, field string, fault func(field, message string)) {
	key, err := newSealedKey(encoded)
	if err != nil {
		fault(field, "EncodingAESKey 应为 43 个字符，解码后 32 字节，请原样复制")
		return
	}
	c.keys = append(c.keys, key)
}

// Verify answers WeChat's check of the URL: it returns the echostr of a GET whose
// signature is right. Errors are *models.Error with a code of a refused callback.
func (c *Codec) Verify(r *http.Request) (echo string, err error) {
	if r.Method != http.MethodGet {
		return "", refusal(models.CodeBadMethod)
	}
	q, ok := scanQuery(r.URL.RawQuery)
	if !ok || !echoForm(q.echo) {
		return "", refusal(models.CodeBadQuery)
	}
	s := takeScratch()
	defer s.release()
	if _, _, err := c.front(&q, s, c.o.Now()); err != nil {
		return "", err
	}
	return q.echo, nil
}

// front checks what the query alone can prove and returns which token signed it.
func (c *Codec) front(q *query, s *scratch, now time.Time) (token int, signed signature, err error) {
	token, signed = c.signer(s, q.signature, q, nil)
	if token < 0 {
		return 0, signed, refusal(models.CodeBadSignature)
	}
	skew := now.Sub(time.Unix(q.seconds, 0))
	if c.o.MaxSkew > 0 && (skew > c.o.MaxSkew || skew < -c.o.MaxSkew) {
		return 0, signed, refusal(models.CodeStale)
	}
	return token, signed, nil
}

// Decode turns one POST into the message it carries. An authentic message of an
// encrypted mode is returned whatever its state, see ParseStatus; everything else is
// refused with a *models.Error whose code is one of a refused callback. The body is read
// once, at most MaxBody bytes, and not closed.
func (c *Codec) Decode(r *http.Request) (*models.Message, error) {
	if r.Method != http.MethodPost {
		return nil, refusal(models.CodeBadMethod)
	}
	q, ok := scanQuery(r.URL.RawQuery)
	if !ok {
		return nil, refusal(models.CodeBadQuery)
	}
	s := takeScratch()
	defer s.release()
	now := c.o.Now()
	token, signed, err := c.front(&q, s, now)
	if err != nil {
		return nil, err
	}
	if err := c.readBody(r, s); err != nil {
		return nil, err
	}
	if err := c.checkMode(&q); err != nil {
		return nil, err
	}
	raw, key, given := s.body, 0, q.signature
	if c.mode != models.ModePlain {
		if raw, signed, key, err = c.open(&q, s); err != nil {
			return nil, err
		}
		given = q.msgSignature
	}
	m := c.message(raw, s, q.openID, now)
	m.Delivery.Timestamp = q.seconds
	m.Delivery.Nonce = q.nonce
	m.Delivery.Signature = given
	m.Delivery.Encrypted = c.mode != models.ModePlain
	m.Delivery.PreviousKey = key > 0
	m.Delivery.Skew = now.Sub(time.Unix(q.seconds, 0))
	if err := c.refuseOpenMode(m); err != nil {
		return nil, err
	}
	if c.mode == models.ModePlain && !c.firstBody(signed, m.Raw) {
		return nil, refusal(models.CodeReplay)
	}
	if token > 0 {
		c.oldToken.put(signed, 0)
	}
	return m, nil
}

// checkMode holds encrypt_type against the mode of the account. Where a key is set
// plaintext is refused, in compat mode too: there WeChat sends both, and the encrypted
// part is the one that is signed.
func (c *Codec) checkMode(q *query) error {
	switch {
	case q.encryptType != "" && q.encryptType != "raw" && q.encryptType != "aes":
		return refusal(models.CodeBadMode)
	case c.mode == models.ModePlain && q.encryptType == "aes":
		return refusal(models.CodeBadMode)
	case c.mode != models.ModePlain && q.encryptType != "aes":
		return refusal(models.CodePlaintextRefused)
	}
	return nil
}

// refuseOpenMode refuses, outside safe mode, what safe mode would only set aside; the
// field parse_status says why. An OpenID that is merely short is set aside there too:
// WeChat's own samples have such. So is what is suspect: WeChat sends it all the same, and a
// refusal would show the citizen a fault.
func (c *Codec) refuseOpenMode(m *models.Message) error {
	if c.mode == models.ModeSafe || m.ParseStatus.Routable() || m.ParseStatus == models.ParseSuspect {
		return nil
	}
	if m.ParseStatus == models.ParseIncomplete && openIDForm(m.OpenID, 1) && m.ToUserName != "" && hasKind(m) {
		return nil
	}
	e := refusal(models.CodeBadMessage)
	e.Fields = []models.FieldError{{Field: "parse_status", Message: string(m.ParseStatus)}}
	return e
}

// firstBody reports whether this signature has not been seen with another body: in
// plaintext mode it does not cover the body, so a captured query would sign any. The seed
// of the hash never leaves the process, so nobody can look for two bodies of one hash.
func (c *Codec) firstBody(signed signature, body []byte) bool {
	hash := maphash.Bytes(c.seed, body)
	return c.replays.put(signed, hash) == hash
}

var errSetup = errors.New("wechat: self check failed")

func setupError(what string) error { return fmt.Errorf("%w: %s", errSetup, what) }
