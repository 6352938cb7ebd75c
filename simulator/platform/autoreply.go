package platform

// autoReplies tells the rules an account kept in the official back office before the
// service took over: a small set of a made-up city.
func autoReplies(*call) (any, error) {
	text := func(s string) obj { return obj{"type": "text", "content": s} }
	keyword := func(mode, s string) obj { return obj{"type": "text", "match_mode": mode, "content": s} }
	rule := func(name, mode string, keywords, replies []obj) obj {
		return obj{
			"rule_name": name, "create_time": 1423028166, "reply_mode": mode,
			"keyword_list_info": keywords, "reply_list_info": replies,
		}
	}
	news := obj{"type": "news", "news_info": obj{"list": []obj{{
		"title": "澜江市政务服务办事指南", "author": "澜江发布", "digest": "一图看懂常办事项", "show_cover": 1,
		"cover_url": "http://mmbiz.qpic.cn/mmbiz/cover/0", "content_url": "http://mp.weixin.qq.com/s?__biz=Mz&mid=1&idx=1&sn=a#rd", "source_url": "",
	}}}}
	return obj{
		"is_add_friend_reply_open": 1, "is_autoreply_open": 1,
		"add_friend_autoreply_info":      text("欢迎关注澜江发布！回复“社保”“公积金”“身份证”查询办事指南。"),
		"message_default_autoreply_info": text("您好，留言已收到，工作人员会尽快回复。"),
		"keyword_autoreply_info": obj{"list": []obj{
			rule("办事指南", "reply_all", []obj{keyword("contain", "办事"), keyword("contain", "指南")}, []obj{news, text("更多事项请回复“目录”。")}),
			rule("上班时间", "random_one", []obj{keyword("equal", "上班时间"), keyword("equal", "几点上班")}, []obj{
				text("政务大厅工作日 9:00-12:00、13:30-17:30。"), text("工作日九点到十二点、一点半到五点半。"),
			}),
			rule("语音导览", "random_one", []obj{keyword("equal", "语音")}, []obj{{"type": "voice", "content": "voice-guide-media-id"}}),
		}},
	}, nil
}
