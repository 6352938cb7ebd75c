import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiError } from '@/api/client';
import * as api from '@/api/menus';
import { may } from '@/frame/session';
import { useAsk } from '@/ui/useAsk';
import { useLeave } from '@/ui/useLeave';

const wait = 2_000; // after the last change, until it is saved

/**
 * useDraft is the menu one works at: the draft, or what was published last, or an empty one. It is saved by
 * itself. When somebody else has changed it meanwhile, `theirs` holds that version until one of the two is kept.
 */
export function useDraft(account: Ref<string>) {
  const { t } = useI18n();
  const menu = ref<api.AccountMenu>({ buttons: [] });
  const revision = ref('');
  const savedAt = ref<Date>();
  const saving = ref(false);
  const error = ref('');
  const theirs = shallowRef<api.MenuVersion>();
  let dirty = false;
  let timer = 0;
  let putting = false; // the server's menu is being shown: that is no change
  let theirRevision = '';
  let running = Promise.resolve(true);

  const book = useAsk((signal, background) => api.menu(account.value, signal, background), { of: account, every: 30_000 });
  const draft = computed(() => book.data.value?.draft ?? null);
  const writable = computed(() => may('rules:write') && (draft.value === null || draft.value.state === 'draft'));

  function show(shown: api.AccountMenu, at: string) {
    putting = true;
    menu.value = JSON.parse(JSON.stringify(shown)) as api.AccountMenu;
    revision.value = at;
    dirty = false;
    queueMicrotask(() => { putting = false; });
  }
  watch(book.data, (data) => {
    if (!data || dirty || saving.value || theirs.value) return;
    if (data.draft && data.draft.revision === revision.value) return;
    show(data.draft?.menu ?? data.live?.menu ?? { buttons: [] }, data.draft?.revision ?? '');
  });
  watch(account, () => { window.clearTimeout(timer); savedAt.value = undefined; theirs.value = undefined; show({ buttons: [] }, ''); });
  watch(menu, () => {
    if (putting) return;
    dirty = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void save(), wait);
  }, { deep: true, flush: 'sync' });

  /** save keeps what was changed, now; false: it could not be kept. One is written after the other, each upon the last. */
  function save(force = false): Promise<boolean> {
    window.clearTimeout(timer);
    running = running.catch(() => false).then(() => put(force));
    return running;
  }
  async function put(force: boolean): Promise<boolean> {
    if ((!dirty && !force) || !may('rules:write')) return true;
    const of = account.value;
    saving.value = true;
    dirty = false;
    try {
      const kept = await api.saveMenu(of, { base_revision: revision.value, force, menu: menu.value });
      revision.value = kept.revision;
      savedAt.value = new Date();
      error.value = '';
    } catch (fault) {
      dirty = true;
      if (!(fault instanceof ApiError)) throw fault;
      error.value = fault.code === 'offline' ? t('ui.offline') : fault.message;
      if (fault.status === 409) await compare(of);
      return false;
    } finally { saving.value = false; }
    await book.refresh();
    return dirty ? put(false) : true;
  }
  /** compare shows what is there instead: the other's draft, or what was published from it. */
  async function compare(of: string) {
    const now = await api.menu(of).catch(() => undefined);
    theirRevision = now?.draft?.revision ?? '';
    theirs.value = now?.draft ?? now?.live ?? undefined;
  }
  /** settle ends a conflict: what the other wrote is shown, or the own menu is written over it. */
  async function settle(mine: boolean) {
    const other = theirs.value;
    theirs.value = undefined;
    error.value = '';
    if (mine) { await save(true); return; }
    if (other) show(other.menu, theirRevision);
    await book.again();
  }
  /** start puts another menu in place of the draft, as if it had been written. */
  function start(other: api.AccountMenu) { menu.value = JSON.parse(JSON.stringify(other)) as api.AccountMenu; }
  async function again() {
    dirty = false;
    revision.value = ' '; // whatever comes is shown
    await book.again();
  }
  // Another page and another account get their turn when this menu is kept.
  const leave = useLeave({ dirty: () => dirty || saving.value, save, quietly: true });
  onScopeDispose(() => window.clearTimeout(timer));
  return { leave, menu, book, draft, revision, writable, savedAt, saving, error, theirs, save, settle, start, again };
}
