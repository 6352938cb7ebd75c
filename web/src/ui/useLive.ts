import { computed, onScopeDispose, ref } from 'vue';
import { address, type Schemas } from '@/api/client';
import { Live, type LiveStatus } from './live';

export type Counters = Schemas['LiveCounters'];
export type Indices = Schemas['LiveIndices'];

interface Hear {
  counters?: (event: Counters) => void;
  indices?: (event: Indices) => void;
  /** Something changed at the desk of an account. */
  desk?: () => void;
  /** Without Web Locks (plain http) there is no stream: every 10 s it is time to ask again. */
  poll?: () => void;
}

let live: Live | undefined;
let users = 0;

/**
 * useLive hears the events of the server for as long as the component lives. status tells how
 * they come; stale is true while the stream is broken (show StaleBar, grey the figures); at is
 * when the last one came.
 */
export function useLive(hear: Hear) {
  live ??= new Live(address('/live'));
  users++;
  const status = ref<LiveStatus>(live.status);
  const at = ref<Date>();
  const stop = [
    live.watch((now) => { status.value = now; }),
    live.listen((event) => {
      at.value = new Date();
      if (event.name === 'counters') hear.counters?.(event.data as Counters);
      if (event.name === 'indices') hear.indices?.(event.data as Indices);
      if (event.name === 'desk') hear.desk?.();
      if (event.name === 'poll') hear.poll?.();
    }),
  ];
  onScopeDispose(() => {
    for (const end of stop) end();
    users--;
    // The next page of the same tab usually listens too: wait for it.
    window.setTimeout(() => {
      if (users > 0) return;
      live?.close();
      live = undefined;
    }, 2_000);
  });
  return { status, stale: computed(() => status.value === 'broken'), at };
}
