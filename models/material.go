package models

import "time"

// Material is permanent material of an account: what a reply by media id refers to, or a news item
// with its articles.
type Material struct {
	MediaID   string     `json:"media_id"`
	Name      string     `json:"name"` // of a file; news has none
	URL       string     `json:"url"`  // of an image, on WeChat's hosts
	UpdatedAt *time.Time `json:"updated_at"`
	Articles  []Article  `json:"articles,omitempty"`
}

// MaterialPage is a part of the material of one kind, the newest first.
type MaterialPage struct {
	Materials []Material `json:"materials"`
	Total     int        `json:"total"` // of the kind
	Next      *int       `json:"next"`  // offset of the following page, nil = this is the last
}

// MaterialKinds are the replies that permanent material makes.
func MaterialKinds() []ReplyKind { return []ReplyKind{ReplyImage, ReplyNews, ReplyVoice, ReplyVideo} }
