// Package seal keeps secrets secret at rest: it seals and opens bytes under one master
// key, gives every citizen a pseudonym, and signs the chain of the audit log. It does no
// I/O, stores no keys and knows nothing of what is sealed.
//
// # Keys
//
// The 32-byte master key never encrypts anything. HKDF-SHA256 (RFC 5869) derives three
// keys from it, each for one purpose: sealing, pseudonyms, audit. After a change of the
// master key the previous ones still open what they sealed but seal nothing. Pseudonyms
// and the audit chain stay with the oldest key given, because a pseudonym that changed
// would make two citizens of one: the oldest key must be kept as long as they matter.
//
// # Sealed form
//
//	1 byte   algorithm: 1 = XAES-256-GCM
//	4 bytes  key id: the first bytes of SHA-256 over a key derived for this purpose
//	24 bytes nonce, random
//	n bytes  ciphertext
//	16 bytes tag
//
// The first five bytes are authenticated as well. Another algorithm (SM4-GCM) takes
// another number, so that both can be read side by side.
//
// # Why XAES-256-GCM
//
// A random 96-bit nonce is safe for 2^32 messages of one AES-GCM key (NIST SP 800-38D,
// 8.3), too few for years of a busy account, and a stored data key that is rotated in time
// would have to live somewhere and would make every value unreadable when lost. XAES-256-GCM
// (https://c2sp.org/XAES-256-GCM) derives a fresh AES-256-GCM key for every value from half
// of a 192-bit random nonce with two AES calls: 2^80 values with a collision risk of
// 2^-32, nothing to store, nothing to rotate. Each value so has its own data key, which is
// what wrapping one would have given. Like AES-GCM it does not commit to its key.
package seal
