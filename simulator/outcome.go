package simulator

// DeliveryOutcome is how one delivery ended, seen from the platform.
type DeliveryOutcome string

// The outcomes. Only the first three are acknowledgements; after BadReply the citizen is
// shown 该公众号提供的服务出现故障 and nothing is delivered again.
const (
	Replied  DeliveryOutcome = "replied"   // a passive reply the citizen sees
	Silent   DeliveryOutcome = "silent"    // "success" or nothing
	BadReply DeliveryOutcome = "bad_reply" // status 200 with a body the platform refuses
	Status   DeliveryOutcome = "status"    // another status than 200
	Timeout  DeliveryOutcome = "timeout"   // nothing heard in time
	Refused  DeliveryOutcome = "refused"   // nobody listened
	Reset    DeliveryOutcome = "reset"     // the connection broke
	Canceled DeliveryOutcome = "canceled"  // the simulator itself was stopped
)

// Acknowledged reports whether the platform counts the event as delivered.
func (o DeliveryOutcome) Acknowledged() bool { return o == Replied || o == Silent || o == BadReply }

// Explain says in a person's words how the delivery ended.
func (o DeliveryOutcome) Explain() string {
	switch o {
	case Timeout:
		return "五秒内没有应答"
	case Status:
		return "服务拒绝了这条消息，常见原因是 Token、AES key 或加密方式与账号设置不符"
	case Refused:
		return "连不上服务，请先启动 wenzheng serve 或 wenzheng demo"
	case Reset:
		return "连接断了或没有建立，请核对服务地址，并看它写的是 http 还是 https"
	case Canceled:
		return "已停下"
	case BadReply:
		return "服务的回复不合微信的要求，市民会看到“该公众号提供的服务出现故障”"
	case Replied:
		return "已答复"
	case Silent:
		return "不回复"
	}
	return string(o)
}
