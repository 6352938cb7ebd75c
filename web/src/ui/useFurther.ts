import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { asFault, type ApiError } from '@/api/client';
import type { Ask } from './useAsk';

/**
 * useFurther goes on from the first page of a long list by the server's cursor, page after page as it is scrolled: `rows`
 * are those of all pages, `last` is the one that came last. A new first page begins anew; what does not come is `fault`,
 * and `goOn` tries again.
 */
export function useFurther<P extends { next: string | number | null }, R>(first: Ask<P>, rowsOf: (page: P) => R[], ask: (signal: AbortSignal, after: NonNullable<P['next']>) => Promise<P>) {
  const more = shallowRef<P[]>([]);
  const loading = ref(false);
  const fault = shallowRef<ApiError>();
  let reading: AbortController | undefined;

  watch(first.data, () => {
    reading?.abort();
    loading.value = false;
    more.value = [];
    fault.value = undefined;
  });
  const last = computed(() => more.value.at(-1) ?? first.data.value);
  const next = computed(() => last.value?.next);
  const rows = computed(() => [...(first.data.value ? rowsOf(first.data.value) : []), ...more.value.flatMap(rowsOf)]);
  onScopeDispose(() => reading?.abort());

  async function goOn() {
    if (!next.value || loading.value) return;
    const mine = new AbortController();
    reading = mine;
    loading.value = true;
    fault.value = undefined;
    try {
      const page = await ask(mine.signal, next.value);
      if (!mine.signal.aborted) more.value = [...more.value, page];
    } catch (cause) {
      if (!mine.signal.aborted) fault.value = asFault(cause);
    } finally {
      if (!mine.signal.aborted) loading.value = false;
    }
  }
  return { rows, last, next, loading, fault, goOn };
}
