package wechat

import "github.com/wenzheng/wenzheng/models"

// refusal returns a fresh error of this code. Its text is for the operator's health page:
// the caller of the URL sees a status only.
func refusal(code string) *models.Error {
	return models.NewError(code, refusalText(code))
}

func refusalText(code string) string {
	switch code {
	case models.CodeBadMethod:
		return "回调地址只接受 GET 和 POST 请求"
	case models.CodeBadQuery:
		return "回调参数缺失、重复或格式不对，请核对反向代理是否改写了网址"
	case models.CodeBadSignature:
		return "签名不符，请核对 Token 与公众平台的设置是否一致"
	case models.CodeStale:
		return "请求时间与服务器时间相差太大，请校准服务器时钟"
	case models.CodeBodyTooLarge:
		return "回调内容超过长度上限"
	case models.CodeBodyTimeout:
		return "回调内容未能及时收完"
	case models.CodeEmptyBody:
		return "回调内容为空"
	case models.CodeBadEnvelope:
		return "回调内容不是微信的消息格式"
	case models.CodeUnsupportedType:
		return "回调内容的类型不受支持，请在公众平台选择 XML 格式"
	case models.CodeBadMode:
		return "消息加解密方式与账号设置不符，请核对公众平台的设置"
	case models.CodePlaintextRefused:
		return "账号已设密钥，不接受明文消息，请在公众平台选择安全模式"
	case models.CodeBadMsgSignature:
		return "消息签名不符，请核对 Token 与公众平台的设置是否一致"
	case models.CodeBadBase64, models.CodeBadPadding, models.CodeBadLength:
		return "消息不能解密，请核对 EncodingAESKey 与公众平台的设置是否一致"
	case models.CodeBadAppID:
		return "消息属于别的账号，请核对 AppID 和回调地址"
	case models.CodeReplay:
		return "同一签名带来了不同的内容，疑似伪造，请尽快改用安全模式"
	case models.CodeBadMessage:
		return "消息读不懂或不属于本账号，且不在安全模式，无法确认来自微信，请尽快改用安全模式"
	}
	return "回调被拒绝"
}
