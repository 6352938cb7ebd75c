import { computed, onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue';
import { asFault, type ApiError } from '@/api/client';

/** quiet: nothing to show for the first 200 ms; loading: a skeleton. */
export type AskState = 'quiet' | 'loading' | 'empty' | 'error' | 'done';

interface Options<T> {
  /** Whose answer it is: when this changes, the former one is another's and goes at once. */
  of?: WatchSource;
  /** Ask again when one of these changes; the former answer stays until the new one is here. */
  watch?: WatchSource | WatchSource[];
  /** Is this answer an empty one? Default: an empty array. */
  empty?: (data: T) => boolean;
  /** Ask again by itself after so many milliseconds, while the tab is looked at. */
  every?: number;
  /** false: not now. */
  when?: () => boolean;
}

const patience = 200;
/** A question without an answer for so long is given up when somebody asks again. */
const hopeless = 15_000;

/**
 * useAsk asks the server and keeps what a list must show: state, data, error. `ask` gets when to stop, and
 * whether nobody waits for the answer (pass both on to the client). A question that
 * was overtaken by a newer one is dropped; a refresh waits for it instead. When asking again fails, the former data stay and
 * stale is true; at is when they came.
 */
export function useAsk<T>(ask: (signal: AbortSignal, background: boolean) => Promise<T>, options: Options<T> = {}) {
  const data = shallowRef<T>();
  const error = shallowRef<ApiError>();
  const busy = ref(false);
  const slow = ref(false);
  const at = ref<Date>();
  let current: AbortController | undefined;
  let wanted = false;
  let begun = 0;
  let running = Promise.resolve();

  async function put(background: boolean): Promise<void> {
    current?.abort();
    current = undefined;
    wanted = false;
    if (options.when && !options.when()) { busy.value = false; return; }
    const mine = new AbortController();
    current = mine;
    begun = Date.now();
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
      error.value = asFault(fault);
    } finally {
      window.clearTimeout(timer);
      if (!mine.signal.aborted) {
        busy.value = false;
        current = undefined;
      }
    }
    if (wanted && !mine.signal.aborted) await put(true);
  }

  function start(background: boolean): Promise<void> {
    running = put(background);
    return running;
  }
  const again = () => start(false);
  /** refresh asks again although nobody waits: the answer does not count as use of the session. */
  async function refresh(): Promise<void> {
    // Whoever asks while an answer is on its way asks once more after it: were it dropped for the next one,
    // nothing would ever come while there is always something new.
    if (current && Date.now() - begun < hopeless) {
      wanted = true;
      await running;
    } else await start(true);
  }
  const empty = options.empty ?? ((answer: T) => Array.isArray(answer) && answer.length === 0);
  const state = computed<AskState>(() => {
    if (data.value !== undefined) return empty(data.value) ? 'empty' : 'done';
    if (error.value && !busy.value) return 'error';
    return slow.value ? 'loading' : 'quiet';
  });
  const stale = computed(() => data.value !== undefined && error.value !== undefined);

  if (options.of) {
    watch(options.of, () => {
      data.value = undefined;
      error.value = undefined;
      at.value = undefined;
      void again();
    });
  }
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
