import { afterEach, beforeEach, vi } from 'vitest';

/** inWindow gives every test of a file a window with a document, and takes them away after it. */
export function inWindow(page: () => object = () => ({ hidden: false })) {
  beforeEach(() => {
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('document', page());
  });
  afterEach(() => { vi.unstubAllGlobals(); });
}
