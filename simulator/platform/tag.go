package platform

import (
	"slices"
	"strings"
)

// tag is a group of followers. The platform numbers its own from 100.
type tag struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

type tagCount struct {
	tag
	Count int `json:"count"`
}

type tagInput struct {
	Tag     tag      `json:"tag"`
	TagID   int      `json:"tagid"`
	OpenID  string   `json:"openid"`
	OpenIDs []string `json:"openid_list"`
	Next    string   `json:"next_openid"`
}

func (c *call) tagInput() (tagInput, error) {
	var in tagInput
	err := c.decode(&in)
	return in, err
}

func (r *realm) checkTag(name string, id int) error {
	name = strings.TrimSpace(name)
	switch {
	case name == "" || len([]rune(name)) > 30:
		return fault(45158, "tag name too long or empty")
	case slices.ContainsFunc(r.tags, func(t tag) bool { return t.Name == name && t.ID != id }):
		return fault(45157, "invalid tag name")
	}
	return nil
}

func tagCreate(c *call) (any, error) {
	in, err := c.tagInput()
	if err != nil {
		return nil, err
	}
	if err := c.realm.checkTag(in.Tag.Name, 0); err != nil {
		return nil, err
	}
	if len(c.realm.tags) >= 100 {
		return nil, fault(45056, "too many tags now")
	}
	c.realm.tagID++
	t := tag{ID: 99 + c.realm.tagID, Name: strings.TrimSpace(in.Tag.Name)}
	c.realm.tags = append(c.realm.tags, t)
	return obj{"tag": t}, nil
}

func tagList(c *call) (any, error) {
	list := make([]tagCount, 0, len(c.realm.tags))
	for _, t := range c.realm.tags {
		list = append(list, tagCount{t, len(c.realm.members(t.ID))})
	}
	return obj{"tags": list}, nil
}

func (r *realm) members(id int) []string {
	return slices.DeleteFunc(r.subscribers(), func(openID string) bool { return !slices.Contains(r.followers[openID].tags, id) })
}

func (r *realm) tagIndex(id int) (int, error) {
	at := slices.IndexFunc(r.tags, func(t tag) bool { return t.ID == id })
	if at < 0 {
		return 0, fault(45159, "invalid tag id")
	}
	return at, nil
}

func tagUpdate(c *call) (any, error) {
	in, err := c.tagInput()
	if err != nil {
		return nil, err
	}
	at, err := c.realm.tagIndex(in.Tag.ID)
	if err != nil {
		return nil, err
	}
	if err := c.realm.checkTag(in.Tag.Name, in.Tag.ID); err != nil {
		return nil, err
	}
	c.realm.tags[at].Name = strings.TrimSpace(in.Tag.Name)
	return done()
}

func tagDelete(c *call) (any, error) {
	in, err := c.tagInput()
	if err != nil {
		return nil, err
	}
	at, err := c.realm.tagIndex(in.Tag.ID)
	if err != nil {
		return nil, err
	}
	c.realm.tags = slices.Delete(c.realm.tags, at, at+1)
	for _, f := range c.realm.followers {
		f.tags = slices.DeleteFunc(f.tags, func(id int) bool { return id == in.Tag.ID })
	}
	return done()
}

func tagUsers(c *call, add bool) (any, error) {
	in, err := c.tagInput()
	if err != nil {
		return nil, err
	}
	if _, err := c.realm.tagIndex(in.TagID); err != nil {
		return nil, err
	}
	if len(in.OpenIDs) == 0 || len(in.OpenIDs) > 50 {
		return nil, fault(40032, "invalid openid list size")
	}
	for _, id := range in.OpenIDs {
		f, err := c.realm.known(id)
		if err != nil {
			return nil, err
		}
		f.tags = slices.DeleteFunc(f.tags, func(id int) bool { return id == in.TagID })
		if add && len(f.tags) >= 20 {
			return nil, fault(45059, "has too many tags on this user")
		}
		if add {
			f.tags = append(f.tags, in.TagID)
		}
	}
	return done()
}

func tagsOfUser(c *call) (any, error) {
	in, err := c.tagInput()
	if err != nil {
		return nil, err
	}
	f, err := c.realm.known(in.OpenID)
	if err != nil {
		return nil, err
	}
	return obj{"tagid_list": append([]int{}, f.tags...)}, nil
}

func tagMembers(c *call) (any, error) {
	in, err := c.tagInput()
	if err != nil {
		return nil, err
	}
	if _, err := c.realm.tagIndex(in.TagID); err != nil {
		return nil, err
	}
	page, err := pageAfter(c.realm.members(in.TagID), in.Next)
	if err != nil {
		return nil, err
	}
	out := obj{"count": len(page), "data": idsData{page}, "next_openid": ""}
	if len(page) > 0 {
		out["next_openid"] = page[len(page)-1]
	}
	return out, nil
}
