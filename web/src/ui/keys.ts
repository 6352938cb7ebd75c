// For whom a key is that was pressed.

/** composes: the key is the input method's own. */
export const composes = (e: Pick<KeyboardEvent, 'keyCode' | 'isComposing'>) => e.isComposing || e.keyCode === 229;

/** isPageKey: a key of the page itself, which nobody has taken, pressed alone, neither in a field nor while a dialog asks. */
export function isPageKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || composes(event)) return false;
  const at = event.target as Element;
  return !at.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]') && !document.querySelector('dialog[open]');
}
