/** sendKey is one that no other message has; a message sent twice under the same key goes out once. */
export function sendKey(): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (b) => b.toString(16).padStart(2, '0')).join('');
}
