package models

// LiveMenu is the menu that citizens see now, as WeChat tells it.
type LiveMenu struct {
	Menu   *AccountMenu  `json:"menu"` // null: there is none
	Source MenuSource    `json:"source"`
	Shown  bool          `json:"shown"` // false: switched off in WeChat's back office
	Notes  []string      `json:"notes"` // what Menu can not hold, for people
	Tags   []FollowerTag `json:"tags"`  // that conditional menus may name; empty where the account has no right to tags
}

// MenuSource says where a live menu was made.
type MenuSource string

// A menu made in WeChat's back office is replaced by the first one that is published through the API.
const (
	MenuOfAPI        MenuSource = "api"
	MenuOfBackOffice MenuSource = "back_office"
	MenuOfNobody     MenuSource = "none"
)

// FollowerTag is a tag that an account gives to citizens.
type FollowerTag struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"` // citizens who carry it
}
