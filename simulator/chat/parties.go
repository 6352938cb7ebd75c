package chat

import (
	"sync"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// parties are the accounts that citizens can write to, in the order in which they became known. It is
// safe for concurrent use.
type parties struct {
	mu   sync.RWMutex
	list []*party
}

type party struct {
	account models.Account // as it was made known
	client  *simulator.Client
}

// Know adds accounts, and takes over what has changed of those that are known. The error names one
// that can not be delivered to; the others are known all the same.
func (s *Server) Know(list []models.Account) error {
	var fault error
	for _, a := range list {
		if err := s.know(a); err != nil {
			fault = err
		}
	}
	return fault
}

func (s *Server) know(a models.Account) error {
	if known := s.parties.account(a.AppID); known != nil && sameWire(known, &a) {
		return nil
	}
	s.platform.Know(a)
	c, err := simulator.NewClient(simulator.ClientOptions{
		URLs: s.options.Targets, Account: a, Policy: s.options.Policy, Now: s.options.Now, Watch: s.platform,
	})
	if err != nil {
		return err
	}
	s.parties.put(a, c)
	return nil
}

// sameWire reports whether nothing has changed of an account that messages or API calls depend on.
func sameWire(a, b *models.Account) bool {
	return a.Name == b.Name && a.Kind == b.Kind && a.Verified == b.Verified && a.OriginalID == b.OriginalID && a.Mode == b.Mode &&
		a.Token == b.Token && a.AESKey == b.AESKey && a.Secret == b.Secret
}

// account is an account as it was made known, nil for one that was not.
func (p *parties) account(appID string) *models.Account {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, one := range p.list {
		if one.account.AppID == appID {
			return &one.account
		}
	}
	return nil
}

// put has messages of an account delivered by c from now on.
func (p *parties) put(a models.Account, c *simulator.Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, one := range p.list {
		if one.account.AppID == a.AppID {
			one.client.Close()
			p.list[i] = &party{a, c}
			return
		}
	}
	p.list = append(p.list, &party{a, c})
}

// client delivers to an account; nil for one that is not known.
func (p *parties) client(appID string) *simulator.Client {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, one := range p.list {
		if one.account.AppID == appID {
			return one.client
		}
	}
	return nil
}

func (p *parties) clients() []*simulator.Client {
	p.mu.RLock()
	defer p.mu.RUnlock()
	out := make([]*simulator.Client, len(p.list))
	for i, one := range p.list {
		out[i] = one.client
	}
	return out
}
