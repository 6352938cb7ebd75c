package people

import (
	"sync/atomic"

	"github.com/wenzheng/wenzheng/models"
)

// Matters are citizens' cases and what they were asked to rate. The zero value has none; it is safe for
// concurrent use.
type Matters struct {
	of atomic.Pointer[map[Citizen]models.Matters]
}

// Set replaces what is known of all citizens.
func (m *Matters) Set(list []models.Matters) {
	of := make(map[Citizen]models.Matters, len(list))
	for _, one := range list {
		of[Citizen{AppID: one.AppID, OpenID: one.OpenID}] = one
	}
	m.of.Store(&of)
}

// Of is what is known of a citizen.
func (m *Matters) Of(who Citizen) models.Matters {
	if of := m.of.Load(); of != nil {
		return (*of)[who]
	}
	return models.Matters{}
}
