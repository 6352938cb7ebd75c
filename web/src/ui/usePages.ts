import { ref, watch } from 'vue';
import { useAsk } from './useAsk';

const atOnce = 50;
const most = 200; // in one answer of the server

/** Part is the piece of a list that is asked for. */
export interface Part { after?: string; limit: number }
type AskPart<P> = (part: Part, signal: AbortSignal, background: boolean) => Promise<P>;

interface Options<P, R> {
  /** The rows of an answer. */
  rows: (page: P) => R[];
  /** Whose list it is: when this changes, the former one is another's and goes at once. */
  of: () => string;
  /** What it is narrowed to. */
  filter: () => unknown;
}

/**
 * usePages is a list that grows by fifty with `more`, and brings itself up to date. All that is listed is asked for anew,
 * so that none of it is older than the rest. `whole` reads all of it, as for a file.
 */
export function usePages<P extends { next: string }, R>(ask: AskPart<P>, { rows, of, filter }: Options<P, R>) {
  const narrowed = () => JSON.stringify(filter());
  const wanted = ref(atOnce);
  watch([of, narrowed], () => { wanted.value = atOnce; });

  async function read(limit: number, signal: AbortSignal, background: boolean): Promise<P> {
    const all = await ask({ limit: Math.min(most, limit) }, signal, background);
    const list = rows(all);
    while (all.next && list.length < limit) {
      const page = await ask({ after: all.next, limit: Math.min(most, limit - list.length) }, signal, background);
      list.push(...rows(page));
      all.next = page.next;
    }
    return all;
  }
  const list = useAsk((signal, background) => read(wanted.value, signal, background), { of, watch: narrowed, every: 60_000, empty: (page) => rows(page).length === 0 });
  const more = () => { wanted.value += atOnce; return list.again(); };
  const whole = () => read(Number.POSITIVE_INFINITY, new AbortController().signal, false);
  return { list, more, whole };
}
