import { computed, onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue';
import { ApiError } from '@/api/client';

/** quiet: nothing to show for the first 200 ms; loading: a skeleton. */
export type AskState = 'quiet' | 'loading' | 'empty' | 'error' | 'done';

interface Options<T> {
  /** Ask again when one of these changes. */
  watch?: WatchSource | WatchSource[];
  /** Is this answer an empty one? Default: an empty array. */
  empty?: (data: T) => boolean;
  /** Ask again by itself after so many milliseconds, while the tab is looked at. */
  every?: number;
  /** false: not now. */
  when?: () => boolean;
}

const patience = 200;

/**
 * useAsk asks the server and keeps what a list must show: state, data, error. `ask` gets when to stop, and
 * whether nobody waits for the answer (pass both on to the client). A question that
 * was overtaken by a newer one is dropped. When asking again fails, the former data stay and
 * stale is true; at is when they came.
 */
export function useAsk<T>(ask: (signal: AbortSignal, background: boolean) => Promise<T>, options: Options<T> = {}) {
  const data = shallowRef<T>();
  const error = shallowRef<ApiError>();
  const busy = ref(false);
  const slow = ref(false);
  const at = ref<Date>();
  let current: AbortController | undefined;

  async function put(background: boolean): Promise<void> {
    if (options.when && !options.when()) return;
    current?.abort();
    const mine = new AbortController();
    current = mine;
    busy.value = true;
    slow.value = false;
    const timer = window.setTimeout(() => { slow.value = true; }, patience);
    try {
      const answer = await ask(mine.signal, background);
      if (mine.signal.aborted) return;
      data.value = answer;
      error.value = undefined;
      at.value = new Date();
    } catch (fault) {
      if (mine.signal.aborted) return;
      error.value = fault instanceof ApiError ? fault : new ApiError(0, 'internal', String(fault));
    } finally {
      window.clearTimeout(timer);
      if (!mine.signal.aborted) busy.value = false;
    }
  }

  const again = () => put(false);
  /** refresh asks again although nobody waits: the answer does not count as use of the session. */
  const refresh = () => put(true);
  const empty = options.empty ?? ((answer: T) => Array.isArray(answer) && answer.length === 0);
  const state = computed<AskState>(() => {
    if (data.value !== undefined) return empty(data.value) ? 'empty' : 'done';
    if (error.value && !busy.value) return 'error';
    return slow.value ? 'loading' : 'quiet';
  });
  const stale = computed(() => data.value !== undefined && error.value !== undefined);

  if (options.watch) watch(options.watch, () => void again());
  void again();
  const timer = options.every ? window.setInterval(() => { if (!document.hidden) void refresh(); }, options.every) : 0;
  onScopeDispose(() => {
    current?.abort();
    window.clearInterval(timer);
  });
  return { data, error, state, stale, busy, at, again, refresh };
}

export type Ask<T> = ReturnType<typeof useAsk<T>>;
