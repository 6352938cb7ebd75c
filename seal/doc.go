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
//	24 bytes nonce, random; the first 12 are shared by a run of values
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
// (https://c2sp.org/XAES-256-GCM) derives an AES-256-GCM key from the first half of a
// 192-bit random nonce with two AES calls: nothing to store, nothing to rotate. Because
// that and the tables of the new key cost more than a short value itself, 4,096 values in
// a row share the first half; the second half is random for each value. Two values meet in
// both halves with a chance of less than 2^-32 for 2^53 values. Like AES-GCM it does not
// commit to its key.
package seal
