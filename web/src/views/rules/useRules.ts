// The rules of an account, fifty at a time by the server's cursor, as the filter in the address says.
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import * as api from '@/api/rules';
import { asFault, type ApiError } from '@/api/client';
import { useScope } from '@/frame/useScope';
import { useAsk } from '@/ui/useAsk';
import { useQuery } from '@/ui/useQuery';

const atOnce = 50;
export const filterDefaults = { state: '', only: '', q: '', answer: '', author: '', sort: '' };

export function useRules() {
  const { one } = useScope();
  const account = computed(() => one.value.app_id);
  const query = useQuery({ ...filterDefaults });
  const more = shallowRef<api.RuleRow[]>([]);
  const next = ref('');
  const loading = ref(false);
  const fault = shallowRef<ApiError>();
  let reading: AbortController | undefined;

  const page = (signal: AbortSignal, after?: string) => api.rules({ account: account.value, ...query.asked.value, after, limit: atOnce }, signal);
  const first = useAsk((signal) => page(signal), { of: account, watch: query.asked, empty: (p) => p.rules.length === 0, when: () => account.value !== '' });
  watch(first.data, (now) => {
    reading?.abort();
    loading.value = false;
    more.value = [];
    next.value = now?.next ?? '';
    fault.value = undefined;
  });
  const rows = computed(() => (more.value.length === 0 ? first.data.value?.rules ?? [] : [...first.data.value?.rules ?? [], ...more.value]));

  async function goOn() {
    if (!next.value || loading.value) return;
    const mine = new AbortController();
    reading = mine;
    loading.value = true;
    fault.value = undefined;
    try {
      const answer = await page(mine.signal, next.value);
      if (mine.signal.aborted) return;
      more.value = [...more.value, ...answer.rules];
      next.value = answer.next;
    } catch (cause) {
      if (!mine.signal.aborted) fault.value = asFault(cause);
    } finally {
      if (!mine.signal.aborted) loading.value = false;
    }
  }
  onScopeDispose(() => reading?.abort());
  return { one, account, ...query, first, rows, next, loading, fault, goOn };
}
