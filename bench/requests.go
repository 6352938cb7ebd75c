package main

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

var benchAccount = models.Account{
	AppID: "wx0123456789abcdef", Name: "基准", Kind: models.KindService, Mode: models.ModeSafe, OriginalID: "gh_0123456789ab",
	Token: "bench2026", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}

// question is what the citizens of a run ask: 26 characters, of which a rule knows three.
const question = "您好请问我的社保卡上个月弄丢了现在需要怎么补办呢"

// builder makes whole HTTP requests before the clock starts.
type builder struct {
	mode   models.Mode
	cipher *simulator.Cipher
	now    time.Time
	built  int // messages of a connection
}

func newBuilder(mode models.Mode) (*builder, error) {
	c, err := simulator.NewCipher(benchAccount.AppID, benchAccount.AESKey)
	if err != nil {
		return nil, err
	}
	return &builder{mode: mode, cipher: c, now: time.Now()}, nil
}

// citizens is how many people write: all that follows from the log is kept by citizen, and
// nobody writes a hundred messages a second.
const citizens = 20_000

// request is the delivery of message n of connection c.
func (b *builder) request(c, n int) []byte {
	who := (c*7919 + n*10007) % citizens
	id := strconv.FormatInt(b.now.UnixNano()+int64(c)*1_000_000+int64(n), 10)
	post := simulator.Post{To: benchAccount.OriginalID, From: fmt.Sprintf("oBench%022d", who), At: b.now, MsgID: id}
	body := post.Text(question)
	timestamp, nonce := strconv.FormatInt(b.now.Unix(), 10), strconv.Itoa(100_000+n)
	query := "signature=" + simulator.Signature(benchAccount.Token, timestamp, nonce) + "&timestamp=" + timestamp + "&nonce=" + nonce +
		"&openid=" + post.From
	if b.mode == models.ModeSafe {
		var random [16]byte
		binary.BigEndian.PutUint64(random[:], uint64(c)<<32|uint64(n)) //nolint:gosec // counters, never negative
		sealed := b.cipher.Seal(random, body)
		query += "&encrypt_type=aes&msg_signature=" + simulator.Signature(benchAccount.Token, timestamp, nonce, sealed)
		body = []byte("<xml><ToUserName><![CDATA[" + post.To + "]]></ToUserName><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>")
	}
	head := fmt.Sprintf("POST /wechat/callback/%s?%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n",
		benchAccount.AppID, query, len(body))
	return append([]byte(head), body...)
}

// one request for every send: what is measured keeps nothing and does not mind.
func (b *builder) same() func(conn, i int) []byte {
	r := b.request(0, 0)
	return func(int, int) []byte { return r }
}

// distinct builds per connection as many different messages as it may need. Every call of
// the builder makes others.
func (b *builder) distinct(conns, each int) func(conn, i int) []byte {
	all := make([][][]byte, conns)
	for c := range all {
		all[c] = make([][]byte, each)
		for i := range all[c] {
			all[c][i] = b.request(c, b.built+i)
		}
	}
	b.built += each
	return func(conn, i int) []byte {
		if i >= each {
			return nil
		}
		return all[conn][i]
	}
}
