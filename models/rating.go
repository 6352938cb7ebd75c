package models

import "time"

// Rating is what a citizen said of an answer. OpenID or UID names the citizen.
type Rating struct {
	AppID     string    `json:"account"`
	OpenID    string    `json:"-"`
	UID       string    `json:"uid"`
	At        time.Time `json:"at"`
	Satisfied bool      `json:"satisfied"`
	Solved    bool      `json:"solved"`
}
