package sheet

import (
	"fmt"
	"hash/maphash"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
)

// keyBook remembers by a hash which row of a file each msg_key stands for. Two keys or rows
// of a million fall together with a probability of one in thirty million.
type keyBook struct {
	seed maphash.Seed
	seen map[uint64]keyEntry
}

type keyEntry struct {
	row     uint64
	line    int32
	citizen bool
}

func newKeyBook() *keyBook {
	return &keyBook{seed: maphash.MakeSeed(), seen: map[uint64]keyEntry{}}
}

// enter says what is wrong where a key stands for another row already, or "". The same row
// once more is not wrong.
func (b *keyBook) enter(line int, i *models.Interaction) string {
	citizen := i.Actor == models.ActorCitizen
	key := b.hash(i.AppID, i.MsgKey)
	row := b.hash(i.OpenID, strconv.FormatInt(i.At.UnixMicro(), 10), string(i.Channel), string(i.Dir), string(i.Actor), i.Kind, i.Content)
	first, twice := b.seen[key]
	if !twice {
		b.seen[key] = keyEntry{row: row, line: int32(line), citizen: citizen} //nolint:gosec // a file has fewer lines
		return ""
	}
	switch {
	case first.row == row:
		return ""
	case first.citizen && !citizen:
		return fmt.Sprintf("与第 %d 行市民来信的相同：答复要有自己的 msg_key（或留空），市民那一行的 msg_key 请写在 reply_to", first.line)
	}
	return fmt.Sprintf("%s 与第 %d 行的相同，却是另一条记录：每条记录的 msg_key 须不同，没有可以留空；"+
		"若是 Excel 把长数字的后几位改成了 0，请把这一列设为“文本”格式后重新填写", quote(i.MsgKey), first.line)
}

func (b *keyBook) hash(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(b.seed)
	for _, p := range parts {
		_, _ = h.WriteString(p) // never fails
		_ = h.WriteByte(0)      // never fails
	}
	return h.Sum64()
}
