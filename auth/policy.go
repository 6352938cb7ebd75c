package auth

// Policy is how strict signing in is, for the administrator who answers for it. What the file of
// settings can change is Idle, Lifetime, PasswordDays and PasswordHistory; the rest is the same everywhere.
type Policy struct {
	IdleS           int          `json:"idle_s"`     // session.idle
	LifetimeS       int          `json:"lifetime_s"` // session.lifetime
	NameFailures    int          `json:"name_failures"`
	AddressFailures int          `json:"address_failures"`
	LockS           int          `json:"lock_s"` // failures count as long, and a lock lasts as long
	PasswordLength  int          `json:"password_length"`
	PasswordClasses int          `json:"password_classes"` // of capital and small letters, digits, others
	PasswordDays    int          `json:"password_days"`    // 0 = it does not grow old
	PasswordHistory int          `json:"password_history"` // as many of one's own are not taken again
	LinkS           int          `json:"link_s"`
	SecondFactor    bool         `json:"second_factor"` // false in the demo only
	Scopes          []Permission `json:"scopes"`        // what a program may be given
}

// Policy tells what holds now.
func (a *Auth) Policy() Policy {
	return Policy{
		IdleS: int(a.options.Idle.Seconds()), LifetimeS: int(a.options.Lifetime.Seconds()), NameFailures: nameFailures, AddressFailures: addressFailures,
		LockS: int(failWindow.Seconds()), PasswordLength: shortestPassword, PasswordClasses: passwordClasses,
		PasswordDays: a.options.PasswordDays, PasswordHistory: max(a.options.PasswordHistory, 1), LinkS: int(linkLasts.Seconds()),
		SecondFactor: !a.options.Demo, Scopes: Scopes(),
	}
}
