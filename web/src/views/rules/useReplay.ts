// A replay: the questions of the last days asked again, with the drafts and without. It runs on the
// server; the page follows how far it is and may end it.
import { computed, onBeforeUnmount, ref, shallowRef } from 'vue';
import * as api from '@/api/rules';
import { asFault, type ApiError } from '@/api/client';

const every = 300;
export const replayDays = 30;

export function useReplay(account: () => string) {
  const replay = shallowRef<api.Replay>();
  const fault = shallowRef<ApiError>();
  /** The versions it was about, as one word. */
  const about = ref('');
  const beginning = ref(false);
  const running = computed(() => beginning.value || replay.value?.state === 'running');
  const done = computed(() => (replay.value?.state === 'done' && replay.value.groups ? replay.value as api.DoneReplay : undefined));
  let timer = 0;
  let turn = 0;

  const failed = (cause: unknown) => { fault.value = asFault(cause); };
  async function follow(id: string, mine: number) {
    try {
      const now = await api.replay(account(), id);
      if (mine !== turn) return;
      replay.value = now;
      if (now.state === 'running') timer = window.setTimeout(() => void follow(id, mine), every);
    } catch (cause) {
      if (mine === turn) { replay.value = undefined; failed(cause); }
    }
  }
  async function begin(rules: api.Picked[]) {
    const mine = ++turn;
    window.clearTimeout(timer);
    fault.value = undefined;
    replay.value = undefined;
    about.value = rules.map((r) => `${r.id}@${r.version}`).join();
    beginning.value = true;
    try {
      const { id } = await api.beginReplay(account(), replayDays, rules.map((r) => r.id));
      if (mine === turn) await follow(id, mine);
    } catch (cause) {
      if (mine === turn) failed(cause);
    } finally {
      if (mine === turn) beginning.value = false;
    }
  }
  async function cancel() {
    const id = replay.value?.id;
    turn++;
    window.clearTimeout(timer);
    if (replay.value) replay.value = { ...replay.value, state: 'cancelled' };
    if (id) await api.cancelReplay(account(), id).catch(() => undefined); // it ends by itself
  }
  function forget() {
    turn++;
    window.clearTimeout(timer);
    replay.value = undefined;
    fault.value = undefined;
    about.value = '';
  }
  onBeforeUnmount(() => { if (running.value) void cancel(); window.clearTimeout(timer); });
  return { replay, done, fault, about, running, begin, cancel, forget };
}

export type Replaying = ReturnType<typeof useReplay>;
