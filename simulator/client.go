package simulator

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Policy is how often and when an event is delivered again. The zero value is WeChat's:
// three deliveries in all, five seconds each, five seconds from start to start on
// silence and at once on a wrong status. Count and spacing are what practice shows, not
// what the platform documents.
type Policy struct {
	Attempts int           // deliveries of one event at most; 0 = 3
	Timeout  time.Duration // how long one delivery waits for its answer; 0 = 5 s
	Spacing  time.Duration // from start to start when nothing was heard; 0 = 5 s
	AtOnce   time.Duration // pause after a wrong status; 0 = 250 ms
	// Patience, when set, overrules Attempts: an event is delivered until it is
	// acknowledged or this time has passed since its first delivery.
	Patience time.Duration
}

func (p Policy) withDefaults() Policy {
	if p.Attempts <= 0 {
		p.Attempts = 3
	}
	if p.Timeout <= 0 {
		p.Timeout = 5 * time.Second
	}
	if p.Spacing <= 0 {
		p.Spacing = 5 * time.Second
	}
	if p.AtOnce <= 0 {
		p.AtOnce = 250 * time.Millisecond
	}
	return p
}

// ClientOptions are what a Client works with. Account and one URL are needed.
type ClientOptions struct {
	// URLs are base addresses of the service. The deliveries of one event go round them,
	// beginning with a different one for each event: instances behind a balancer.
	URLs    []string
	Account models.Account // app id, token, AES key, mode and original id are used
	Policy  Policy
	Journal *Journal         // nil = none
	Now     func() time.Time // nil = time.Now
	Watch   Watcher          // hears of every event; nil = nobody
	Loose   bool             // leave "]]>" in what citizens write as it is, see LooseField
}

// Watcher hears of an event before its first delivery and after its last. It must not
// block and may be called from many goroutines. A Platform is one.
type Watcher interface {
	Begin(appID string, ev *Event)
	End(appID string, t *Trace)
}

// Client is the platform towards one account's callback address. It is safe for
// concurrent use; Close it when done.
type Client struct {
	account models.Account
	cipher  *Cipher
	wires   []*wire
	policy  Policy
	journal *Journal
	watch   Watcher
	now     func() time.Time
	random  randomBlock
	loose   bool
	ids     atomic.Uint64
	turn    atomic.Uint32
}

// NewClient checks the options and makes a client. It does not connect.
func NewClient(o ClientOptions) (*Client, error) {
	c := &Client{
		account: o.Account, policy: o.Policy.withDefaults(), journal: o.Journal, watch: o.Watch, now: o.Now, loose: o.Loose,
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.account.Mode == "" {
		c.account.Mode = models.ModeSafe
	}
	if c.account.OriginalID == "" {
		c.account.OriginalID = OriginalID(c.account.AppID)
	}
	if c.account.Mode != models.ModePlain {
		cipher, err := NewCipher(c.account.AppID, c.account.AESKey)
		if err != nil {
			return nil, err
		}
		c.cipher = cipher
	}
	if len(o.URLs) == 0 {
		return nil, errors.New("simulator: no address of the service given")
	}
	for _, base := range o.URLs {
		w, err := newWire(base)
		if err != nil {
			return nil, err
		}
		c.wires = append(c.wires, w)
	}
	// Message ids look like WeChat's: 64 bits, growing, beyond what a float can hold.
	c.ids.Store(uint64(c.now().UnixMicro()) * 1000 / 73) // positive since 1970
	return c, nil
}

// Close drops the connections that are not in use.
func (c *Client) Close() {
	for _, w := range c.wires {
		w.close()
	}
}

// Account is the account the client delivers for, its original id filled in.
func (c *Client) Account() models.Account { return c.account }

// Post begins a new message of the citizen: now, with a message id of its own.
func (c *Client) Post(openID string) Post {
	return Post{To: c.account.OriginalID, From: openID, At: c.now(), MsgID: c.nextMsgID(), Loose: c.loose}
}

// Text builds a text message; msgID "" gives it an id of its own.
func (c *Client) Text(openID, content, msgID string) []byte {
	p := c.Post(openID)
	if msgID != "" {
		p.MsgID = msgID
	}
	return p.Text(content)
}

func (c *Client) nextMsgID() string { return strconv.FormatUint(c.ids.Add(1), 10) }

// Handshake is the verification WeChat makes when the callback address is saved: a
// signed GET whose echostr must come back unchanged.
func (c *Client) Handshake(ctx context.Context) error {
	echo := strconv.FormatUint(c.random.uint64(), 10)
	timestamp, nonce := c.stamp()
	q := url.Values{
		"signature": {Signature(c.account.Token, timestamp, nonce)},
		"timestamp": {timestamp}, "nonce": {nonce}, "echostr": {echo},
	}
	target := "/wechat/callback/" + url.PathEscape(c.account.AppID) + "?" + q.Encode()
	for _, w := range c.wires {
		res, err := w.do(ctx, http.MethodGet, target, "", nil, time.Now().Add(c.policy.Timeout))
		if err != nil {
			return err
		}
		if res.status != http.StatusOK || string(res.body) != echo {
			return models.NewError(models.CodeUnavailable, "那里没有原样送回验证的文字（状态 "+strconv.Itoa(res.status)+"）")
		}
	}
	return nil
}

func (c *Client) stamp() (timestamp, nonce string) {
	return strconv.FormatInt(c.now().Unix(), 10), strconv.FormatUint(c.random.uint64()%10_000_000_000, 10)
}

// randomBlock draws random bytes in blocks: asking the system for 16 bytes a message
// costs more than encrypting it.
type randomBlock struct {
	mu   sync.Mutex
	buf  [4096]byte
	left int
}

func (r *randomBlock) read(into []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left < len(into) {
		_, _ = rand.Read(r.buf[:]) // never fails
		r.left = len(r.buf)
	}
	copy(into, r.buf[len(r.buf)-r.left:])
	r.left -= len(into)
}

func (r *randomBlock) uint64() uint64 {
	var b [8]byte
	r.read(b[:])
	return binary.BigEndian.Uint64(b[:])
}

func (r *randomBlock) sixteen() (b [16]byte) {
	r.read(b[:])
	return b
}
