// Reading counts as use, a stream of events does not. The server ends a session that asked for
// nothing for a while; a hand on the keyboard is told to it once a minute.
import { onBeforeUnmount, ref } from 'vue';
import { lastAsked } from '@/api/client';
import { expire, over, restore, session } from './session';

/** How long before the end the dialog comes, seconds. */
const warning = 120;
const signs = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** useIdle watches for a hand. left is the seconds until the end while the dialog is open, else 0. */
export function useIdle() {
  const left = ref(0);
  let used = Date.now();
  const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('wenzheng-use');

  const touch = () => {
    if (left.value > 0) return; // the dialog asks for its button
    if (Date.now() - used > 5_000) tabs?.postMessage('used');
    used = Date.now();
    if (session.value && !over.value && used - lastAsked() > 60_000) restore().catch(() => undefined);
  };
  const stay = async () => {
    used = Date.now();
    left.value = 0;
    tabs?.postMessage('used');
    await restore().catch(() => undefined);
  };
  tabs?.addEventListener('message', () => { used = Date.now(); left.value = 0; });

  const beat = window.setInterval(() => {
    const idle = session.value?.idle_s ?? 0;
    if (!session.value || over.value || idle <= 0) { left.value = 0; return; }
    const rest = Math.ceil(idle - (Date.now() - used) / 1000);
    if (rest <= 0) { left.value = 0; void expire(); return; }
    left.value = rest <= Math.min(warning, idle / 2) ? rest : 0;
  }, 1000);
  for (const sign of signs) window.addEventListener(sign, touch, { passive: true });
  onBeforeUnmount(() => {
    window.clearInterval(beat);
    tabs?.close();
    for (const sign of signs) window.removeEventListener(sign, touch);
  });
  return { left, stay };
}
