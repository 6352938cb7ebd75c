package platform

// maxUploadBytes bounds an uploaded media file: the platform's largest is a video of 10 MB.
const maxUploadBytes = 11 << 20

// apiRoutes are the paths of api.weixin.qq.com that the platform serves.
func apiRoutes() map[string]endpoint {
	routes := map[string]endpoint{}
	for _, add := range []func(map[string]endpoint){
		tokenRoutes, userRoutes, menuRoutes, customerRoutes, kfRoutes, noticeRoutes, mediaRoutes,
		publishRoutes, massRoutes, datacubeRoutes,
	} {
		add(routes)
	}
	return routes
}
