// Who sits before the screen. `session` is null before anybody is, and `over` is true when a
// session ended under an open page: the page stays and the sign-in comes before it.
import { computed, ref, shallowRef } from 'vue';
import { onOver } from '@/api/client';
import * as api from '@/api/session';
import { language, setLanguage, type Language } from '@/i18n';
import { setTheme, theme, type Theme } from './theme';

export const session = shallowRef<api.Session | null>(null);
export const over = ref(false);
/** demo is known also when nobody is signed in, so that the sign-in page can offer roles. */
export const demo = ref(false);

/** pending is where a sign-in that was begun goes on after a reload. */
export const pending = ref<api.Next>();

const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('wenzheng-session');

export const may = (permission: string | undefined) => !permission || (session.value?.permissions.includes(permission) ?? false);
export const accounts = computed(() => session.value?.accounts ?? []);
export const accountName = (id: string) => accounts.value.find((a) => a.app_id === id)?.name || id;

/** prefer keeps a choice of the reader with the server, so that it is there on the next computer. */
export async function prefer(changed: Record<string, unknown>): Promise<void> {
  if (!session.value) return;
  const preferences = { ...session.value.preferences, ...changed };
  session.value = { ...session.value, preferences };
  await api.savePreferences(preferences).catch(() => undefined); // it holds on this computer all the same
}

/** chooseTheme and chooseLanguage act at once and are kept. */
export function chooseTheme(chosen: Theme) {
  setTheme(chosen);
  void prefer({ theme: chosen });
}
export async function chooseLanguage(chosen: Language) {
  await setLanguage(chosen);
  await prefer({ language: chosen });
}

async function applyPreferences(kept: Record<string, unknown>) {
  if (kept.theme === 'light' || kept.theme === 'dark' || kept.theme === 'auto') { if (kept.theme !== theme.value) setTheme(kept.theme); }
  if ((kept.language === 'zh' || kept.language === 'en') && kept.language !== language()) await setLanguage(kept.language);
}

/** restore asks who is signed in; nobody is no error. */
export async function restore(): Promise<void> {
  try {
    const found = await api.session();
    if (session.value?.name !== found.name) await applyPreferences(found.preferences);
    session.value = found;
    demo.value = found.demo;
    pending.value = undefined;
    over.value = false;
  } catch (error) {
    const refusal = error as { status?: number; body?: { demo?: boolean; next?: api.Next } };
    if (refusal.status === undefined || refusal.status === 0) throw error;
    demo.value = refusal.body?.demo === true;
    pending.value = refusal.body?.next;
    // An open page waits behind the sign-in (see onOver); without one there is nobody.
    if (refusal.status === 401 && session.value) over.value = true;
    else if (!session.value) over.value = false;
  }
}

/** entered is called after a sign-in. Another person than before gets a fresh page. */
export async function entered(home: string | undefined): Promise<string> {
  const before = session.value?.name;
  const kept = over.value;
  await restore();
  tabs?.postMessage('in');
  if (kept && before !== undefined && before !== session.value?.name) location.assign(home ?? '/');
  return home ?? session.value?.home ?? '/';
}

/** leave signs out. The tabs of the same browser follow. */
export async function leave(): Promise<void> {
  await api.signOut().catch(() => undefined);
  tabs?.postMessage('out');
  session.value = null;
  over.value = false;
}

/** expire signs out in place: what was being read stays behind the sign-in. */
export async function expire(): Promise<void> {
  over.value = true;
  await api.signOut().catch(() => undefined);
  tabs?.postMessage('out');
}

onOver(() => { if (session.value) over.value = true; });
tabs?.addEventListener('message', (event) => {
  if (event.data === 'out' && session.value) over.value = true;
  if (event.data === 'in' && (over.value || !session.value)) location.reload();
});
