package sheet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// LogWriter writes interactions as they come, in constant memory. It is for one
// goroutine. Nothing is complete before Flush.
type LogWriter struct {
	rows    rowWriter
	lines   *json.Encoder // JSON lines, else CSV
	options LogWriterOptions
	zone    *time.Location
}

// LogWriterOptions are the choices of NewLogWriter.
type LogWriterOptions struct {
	// WithOpenID writes the OpenID, where it is known, instead of the pseudonym.
	WithOpenID bool
	// State, when set, says what a wait reads as; without it that column is empty.
	State func(*models.Wait) string
}

// NewLogWriter writes to w as CSV or JSONL: LogColumns, and what follows from them (rule,
// latency_ms, deliveries, wait), which ReadLog passes over. Cells that a spreadsheet would
// take for a formula are guarded in CSV; ReadLog takes the guard off.
func NewLogWriter(w io.Writer, format Format, o LogWriterOptions) (*LogWriter, error) {
	l := &LogWriter{rows: rowWriter{w: w}, options: o, zone: shanghai()}
	switch format {
	case CSV:
		l.rows.begin()
		l.rows.row(append(LogColumns(), derivedColumns()...))
	case JSONL:
		l.lines = json.NewEncoder(&l.rows.buffer)
		l.lines.SetEscapeHTML(false)
	default:
		return nil, invalid("日志只能导出为 csv 或 jsonl，不能是 " + string(format))
	}
	return l, nil
}

// logLine is a line of JSON.
type logLine struct {
	Account   string         `json:"account"`
	OpenID    string         `json:"openid"`
	At        string         `json:"at"`
	Channel   models.Channel `json:"channel"`
	Dir       models.Dir     `json:"dir"`
	Actor     models.Actor   `json:"actor"`
	Kind      string         `json:"kind"`
	Content   string         `json:"content"`
	MsgKey    string         `json:"msg_key"`
	ReplyTo   string         `json:"reply_to"`
	Matched   bool           `json:"matched"`
	OK        bool           `json:"ok"`
	Topic     string         `json:"topic"`
	Staff     string         `json:"staff"`
	Thread    string         `json:"thread"`
	Step      bool           `json:"step"`
	Corrected string         `json:"corrected"`

	Rule       string   `json:"rule"`
	LatencyMS  *float64 `json:"latency_ms"`
	Deliveries *int     `json:"deliveries"`
	Wait       string   `json:"wait"`
}

// Write adds a row.
func (l *LogWriter) Write(i models.Interaction) error {
	citizen := i.UID
	if l.options.WithOpenID && i.OpenID != "" {
		citizen = i.OpenID
	}
	at := i.At.In(l.zone).Format(time.RFC3339Nano)
	latency, deliveries, wait := l.derived(&i)
	if l.lines != nil {
		err := l.lines.Encode(logLine{
			Account: i.AppID, OpenID: citizen, At: at, Channel: i.Channel, Dir: i.Dir, Actor: i.Actor, Kind: i.Kind, Content: i.Content,
			MsgKey: i.MsgKey, ReplyTo: i.ReplyTo, Matched: i.Matched, OK: i.OK, Topic: i.Topic, Staff: i.Staff,
			Thread: i.Thread, Step: i.Step, Corrected: i.Corrected, Rule: i.RuleName, LatencyMS: latency, Deliveries: deliveries, Wait: wait,
		})
		if err != nil {
			return fmt.Errorf("sheet: write log: %w", err)
		}
		return l.rows.spill()
	}
	l.rows.row([]string{
		i.AppID, citizen, at, string(i.Channel), string(i.Dir), string(i.Actor), i.Kind, i.Content,
		i.MsgKey, i.ReplyTo, strconv.FormatBool(i.Matched), strconv.FormatBool(i.OK), i.Topic, i.Staff,
		i.Thread, strconv.FormatBool(i.Step), i.Corrected, i.RuleName, show(latency), show(deliveries), wait,
	})
	return l.rows.spill()
}

// derived is the time from receipt to answer in milliseconds and the number of deliveries,
// nil for rows that WeChat did not deliver, and the state of the wait that the row opened.
func (l *LogWriter) derived(i *models.Interaction) (latency *float64, deliveries *int, wait string) {
	if i.Latency > 0 {
		latency = new(float64(i.Latency.Microseconds()) / 1000)
	}
	if i.Dir == models.DirIn && i.Outcome != models.OutcomeNone {
		deliveries = new(i.RetryCount + 1)
	}
	if i.Wait != nil && l.options.State != nil {
		wait = l.options.State(i.Wait)
	}
	return latency, deliveries, wait
}

func show[T any](v *T) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}

// Flush writes what is still held.
func (l *LogWriter) Flush() error { return l.rows.flush() }

// rowWriter writes CSV as Excel likes it: byte order mark, every cell quoted and guarded.
type rowWriter struct {
	w      io.Writer
	buffer bytes.Buffer
	err    error
}

// spillAt is how many bytes are held before they are written.
const spillAt = 64 << 10

func (r *rowWriter) begin() { r.buffer.Write(byteOrderMark) }

func (r *rowWriter) row(cells []string) {
	line := r.buffer.AvailableBuffer()
	for i, text := range cells {
		line = appendCell(line, text, i > 0)
	}
	r.buffer.Write(append(line, '\r', '\n'))
	if r.buffer.Len() > 2*spillAt {
		_ = r.spill() // kept in err, and told by flush
	}
}

func (r *rowWriter) spill() error {
	if r.buffer.Len() < spillAt {
		return r.err
	}
	return r.flush()
}

func (r *rowWriter) flush() error {
	if r.err == nil && r.buffer.Len() > 0 {
		if _, err := r.w.Write(r.buffer.Bytes()); err != nil {
			r.err = fmt.Errorf("sheet: write rows: %w", err)
		}
		r.buffer.Reset()
	}
	return r.err
}
