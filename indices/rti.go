package indices

// RTI is the response-time index 响应时效指数, 0 to 100: the mean of u over the waits that
// needed a human and are due at the last limit; the unanswered earn 0. Office is its twin on
// office seconds with the same bounds. Full marks at 3 min follow GB/T 33358-2016, zero at
// 48 h follows 国办发〔2016〕61号 and WeChat's customer-service window.
type RTI struct {
	Value        *float64 `json:"value"`
	Office       *float64 `json:"office"`
	N            int64    `json:"n"`
	UMicro       int64    `json:"u_micro"` // Value = 100 * UMicro / 1e6 / N
	UOfficeMicro int64    `json:"u_office_micro"`
}

func responseIndex(t *tally) RTI {
	r := RTI{N: t.need(lastLimit), UMicro: t.UMicro, UOfficeMicro: t.UOfficeMicro}
	if r.N > 0 {
		r.Value, r.Office = new(pointsOf(r.UMicro, r.N)), new(pointsOf(r.UOfficeMicro, r.N))
	}
	return r
}

func pointsOf(u, n int64) float64 { return 100 * float64(u) / (micro * float64(n)) }
