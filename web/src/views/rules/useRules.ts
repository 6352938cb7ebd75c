// The rules of an account, fifty at a time by the server's cursor, as the filter in the address says.
import { computed } from 'vue';
import * as api from '@/api/rules';
import { useScope } from '@/frame/useScope';
import { useAsk } from '@/ui/useAsk';
import { useFurther } from '@/ui/useFurther';
import { useQuery } from '@/ui/useQuery';

const atOnce = 50;
export const filterDefaults = { state: '', only: '', q: '', answer: '', author: '', sort: '' };

export function useRules() {
  const { one } = useScope();
  const account = computed(() => one.value.app_id);
  const query = useQuery({ ...filterDefaults });
  const page = (signal: AbortSignal, after?: string) => api.rules({ account: account.value, ...query.asked.value, after, limit: atOnce }, signal);
  const first = useAsk((signal) => page(signal), { of: account, watch: query.asked, empty: (p) => p.rules.length === 0, when: () => account.value !== '' });
  return { one, account, ...query, first, ...useFurther(first, (p) => p.rules, page) };
}
