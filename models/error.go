package models

import (
	"errors"
	"fmt"
	"strings"
)

// Error is the only error whose text a person outside the program may see. Code is
// stable and for programs; Message is for people, in their language, and says what to
// do. An Error never carries a secret, an OpenID or a citizen's words.
type Error struct {
	Code    string       `json:"code"`
	Message string       `json:"message"`
	Fields  []FieldError `json:"fields,omitempty"`
}

// PublicError is what a person outside is told: an Error, or an error that embeds one and says more. Its
// JSON is the answer.
type PublicError interface {
	error
	told()
}

func (*Error) told() {}

// FieldError names one faulty input field, "file:line:column" for a line of a file. Message is for people; by
// Code and Values it is said in another language, "" = there is the message alone, as for lines of files.
type FieldError struct {
	Field   string            `json:"field"`
	Message string            `json:"message"`
	Code    string            `json:"code,omitempty"`
	Values  map[string]string `json:"values,omitempty"`
}

// Fault is what is wrong with a field: the {holes} of text are filled by pairs of a name and a value.
func Fault(field, code, text string, pairs ...string) FieldError {
	s := Say(code, text, pairs...)
	return FieldError{Field: field, Message: s.Text, Code: s.Code, Values: s.Values}
}

// Faulty returns the Error of an input with these faulty fields.
func Faulty(message string, fields ...FieldError) *Error {
	return &Error{Code: CodeInvalid, Message: message, Fields: fields}
}

// Error returns the message followed by every field's fault, on one line.
func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Message
	}
	var b strings.Builder
	b.WriteString(e.Message)
	for i, f := range e.Fields {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		b.WriteString(sep)
		if f.Field != "" {
			b.WriteString(f.Field)
			b.WriteString(": ")
		}
		b.WriteString(f.Message)
	}
	return b.String()
}

// NewError returns an Error without fields.
func NewError(code, message string) *Error {
	return &Error{Code: code, Message: message}
}

// FieldFault returns the Error of an input with one faulty field, for programs: what a form of the console can
// provoke is said by Faulty.
func FieldFault(message, field, fault string) *Error {
	return &Error{Code: CodeInvalid, Message: message, Fields: []FieldError{{Field: field, Message: fault}}}
}

// ErrorCode returns the code of the first *Error in err's chain, or "".
func ErrorCode(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Codes shared by several rooms.
const (
	CodeInvalid     = "invalid"     // 400: the input is wrong; Fields says where
	CodeNotFound    = "not_found"   // 404: no such thing, or not yours
	CodeConflict    = "conflict"    // 409: somebody changed it first, or it exists
	CodeForbidden   = "forbidden"   // 403: the role does not allow it
	CodeSamePerson  = "same_person" // 409: the author may not review what they wrote
	CodeGone        = "gone"        // 410: it was there, and is kept no longer
	CodeUnavailable = "unavailable" // 503: try again later
)

// Codes of a refused callback (protocol: the steps of the callback contract). The
// handler maps them to a status; the body stays empty so that nobody learns anything.
const (
	CodeBadMethod        = "bad_method"        // 405
	CodeBadQuery         = "bad_query"         // 403
	CodeBadSignature     = "bad_signature"     // 403
	CodeStale            = "stale"             // 403
	CodeBodyTooLarge     = "body_too_large"    // 413
	CodeBodyTimeout      = "body_timeout"      // 408
	CodeEmptyBody        = "empty_body"        // 400
	CodeBadEnvelope      = "bad_envelope"      // 400
	CodeUnsupportedType  = "unsupported_type"  // 415
	CodeBadMode          = "bad_mode"          // 403
	CodePlaintextRefused = "plaintext_refused" // 403
	CodeBadMsgSignature  = "bad_msg_signature" // 403
	CodeBadBase64        = "bad_base64"        // 403
	CodeBadPadding       = "bad_padding"       // 403
	CodeBadLength        = "bad_length"        // 403
	CodeBadAppID         = "bad_app_id"        // 403
	CodeReplay           = "replay"            // 403
	CodeBadMessage       = "bad_message"       // 403: compat and plain mode only; safe mode keeps such events
)

// Wrap passes an *Error on as it is, and adds to any other what was being done; nil stays nil.
func Wrap(what string, err error) error {
	var people *Error
	if err == nil || errors.As(err, &people) {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}

// InFile puts the name of a file before the message of an *Error; other errors stay as they are.
func InFile(name string, err error) error {
	var fault *Error
	if !errors.As(err, &fault) {
		return err
	}
	named := *fault
	named.Message = name + "：" + fault.Message
	return &named
}
