import { expect, it } from 'vitest';
import { inWindow } from './inWindow';
import { isPageKey } from './keys';

let asks = false;
inWindow(() => ({ querySelector: () => (asks ? {} : null) }));

/** press is a key pressed within the elements that the selectors of `within` find. */
function press(within: string[] = [], more: Partial<KeyboardEvent> = {}) {
  const closest = (selectors: string) => selectors.split(', ').find((s) => within.includes(s)) ?? null;
  return { key: 'j', keyCode: 74, target: { closest }, ...more } as unknown as KeyboardEvent;
}

it('takes a key that is pressed alone, also on a tick', () => {
  expect(isPageKey(press())).toBe(true);
  expect(isPageKey(press(['input']))).toBe(true);
});

it('leaves alone what is typed, and what a shortcut, an input method or somebody else has', () => {
  for (const field of ['input:not([type="checkbox"])', 'textarea', 'select', '[contenteditable="true"]']) expect(isPageKey(press([field])), field).toBe(false);
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { isComposing: true }, { keyCode: 229 }, { defaultPrevented: true }]) expect(isPageKey(press([], more)), JSON.stringify(more)).toBe(false);
});

it('does nothing behind a dialog, wherever in it the focus is', () => {
  asks = true;
  expect(isPageKey(press())).toBe(false);
  asks = false;
});
