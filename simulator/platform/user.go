package platform

import (
	"slices"
)

// maxOpenIDs is the most OpenIDs one page of user/get carries.
const maxOpenIDs = 10_000

type obj = map[string]any

func userRoutes(routes map[string]endpoint) {
	routes["/cgi-bin/user/get"] = verified(true, false, userList)
	routes["/cgi-bin/user/info"] = verified(true, false, userInfo)
	routes["/cgi-bin/user/info/batchget"] = verified(false, true, userBatch)
	routes["/cgi-bin/user/info/updateremark"] = verified(false, true, userRemark)
	routes["/cgi-bin/user/tag/get"] = verified(true, true, tagMembers)
	routes["/cgi-bin/tags/create"] = verified(false, true, tagCreate)
	routes["/cgi-bin/tags/get"] = verified(true, false, tagList)
	routes["/cgi-bin/tags/update"] = verified(false, true, tagUpdate)
	routes["/cgi-bin/tags/delete"] = verified(false, true, tagDelete)
	routes["/cgi-bin/tags/members/batchtagging"] = verified(false, true, func(c *call) (any, error) { return tagUsers(c, true) })
	routes["/cgi-bin/tags/members/batchuntagging"] = verified(false, true, func(c *call) (any, error) { return tagUsers(c, false) })
	routes["/cgi-bin/tags/getidlist"] = verified(false, true, tagsOfUser)
}

type openIDPage struct {
	Total int      `json:"total"`
	Count int      `json:"count"`
	Data  *idsData `json:"data,omitempty"`
	Next  string   `json:"next_openid"`
}

type idsData struct {
	OpenIDs []string `json:"openid"`
}

func userList(c *call) (any, error) {
	all := c.realm.subscribers()
	total := len(all)
	page, err := pageAfter(all, c.r.URL.Query().Get("next_openid"))
	if err != nil {
		return nil, err
	}
	out := openIDPage{Total: total, Count: len(page)}
	if len(page) > 0 {
		out.Data, out.Next = &idsData{page}, page[len(page)-1]
	}
	return out, nil
}

func pageAfter(all []string, after string) ([]string, error) {
	if after != "" {
		at := slices.Index(all, after)
		if at < 0 {
			return nil, fault(40003, "invalid openid")
		}
		all = all[at+1:]
	}
	return all[:min(len(all), maxOpenIDs)], nil
}

// describe is what user/info says. Nicknames and portraits are empty since the platform
// withdrew them in December 2021.
func (f *follower) describe() obj {
	if !f.subscribed {
		return obj{"subscribe": 0, "openid": f.openID, "tagid_list": []int{}}
	}
	tags := f.tags
	if tags == nil {
		tags = []int{}
	}
	group := 0
	if len(tags) > 0 {
		group = tags[0]
	}
	return obj{
		"subscribe": 1, "openid": f.openID, "nickname": "", "sex": 0, "language": "zh_CN", "city": "",
		"province": "", "country": "", "headimgurl": "", "subscribe_time": f.since.Unix(),
		"unionid": "u" + f.openID[min(1, len(f.openID)):], "remark": f.remark, "groupid": group, "tagid_list": tags,
		"subscribe_scene": f.scene, "qr_scene": 0, "qr_scene_str": f.qrScene,
	}
}

func (r *realm) known(openID string) (*follower, error) {
	f, ok := r.followers[openID]
	if !ok {
		return nil, fault(40003, "invalid openid")
	}
	return f, nil
}

func userInfo(c *call) (any, error) {
	f, err := c.realm.known(c.r.URL.Query().Get("openid"))
	if err != nil {
		return nil, err
	}
	return f.describe(), nil
}

func userBatch(c *call) (any, error) {
	var in struct {
		Users []struct {
			OpenID string `json:"openid"`
		} `json:"user_list"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if len(in.Users) == 0 || len(in.Users) > 100 {
		return nil, fault(40032, "invalid openid list size")
	}
	list := make([]obj, 0, len(in.Users))
	for _, u := range in.Users {
		f, err := c.realm.known(u.OpenID)
		if err != nil {
			return nil, err
		}
		list = append(list, f.describe())
	}
	return obj{"user_info_list": list}, nil
}

func userRemark(c *call) (any, error) {
	var in struct {
		OpenID string `json:"openid"`
		Remark string `json:"remark"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f, err := c.realm.known(in.OpenID)
	if err != nil {
		return nil, err
	}
	f.remark = in.Remark
	return done()
}
