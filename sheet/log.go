package sheet

import (
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// LogColumns are the columns of the interaction CSV, in the order in which they are
// written; read, their order is free.
func LogColumns() []string {
	return []string{
		"account", "openid", "at", "channel", "dir", "actor", "kind", "content", "msg_key", "reply_to", "matched", "ok", "topic", "staff",
		"thread", "step", "corrected",
	}
}

// Positions of LogColumns.
const (
	colAccount = iota
	colOpenID
	colAt
	colChannel
	colDir
	colActor
	colKind
	colContent
	colMsgKey
	colReplyTo
	colMatched
	colOK
	colTopic
	colStaff
	colThread
	colStep
	colCorrected
	logWidth
)

// errorColumn is the further column of a file of bad rows; reading it again passes over it.
const errorColumn = "error"

// passedOverInLog are columns that are written and follow from others: read, they say nothing.
func passedOverInLog() []string {
	return append([]string{errorColumn}, derivedColumns()...)
}

// derivedColumns stand behind LogColumns in an export.
func derivedColumns() []string { return []string{"rule", "latency_ms", "deliveries", "wait"} }

// plainTime is the form of a time without offset.
const plainTime = "2006-01-02 15:04:05"

// shanghai is the zone of times without offset. China has had no summer time since 1991,
// so a fixed zone is exact for every official account.
func shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// threadOf separates the waits of comments and forms: by their column where it is filled,
// else a question is its own thread, and what replies to a row stands in that row's. The store
// follows the replies to the first question.
func threadOf(i *models.Interaction, cell string) string {
	switch {
	case i.Channel == models.ChannelChat:
		return ""
	case cell != "":
		return cell
	case i.ReplyTo != "":
		return i.ReplyTo
	default:
		return i.MsgKey
	}
}
