// The messages the address asks for, the newest first, and brought up to date as the desk's events say.
import { computed, ref, shallowRef, watch } from 'vue';
import { messages, staffOf, type Item, type OutboxPage } from '@/api/outbox';
import { useScope } from '@/frame/useScope';
import { useAsk } from '@/ui/useAsk';
import { useLive } from '@/ui/useLive';
import { useQuery } from '@/ui/useQuery';
import { boxes, type Box } from './outbox';

const atOnce = 50;
const most = 200; // in one answer of the server

export function useMessages() {
  const { ids } = useScope();
  const query = useQuery({ box: 'all', purpose: 'all', staff: '', conversation: '', open: '' });
  const filter = computed(() => {
    const { box, purpose, staff, conversation } = query.asked.value;
    return {
      account: ids.value.length ? ids.value : undefined, state: boxes[box as Box] || undefined, staff: staff.trim() || undefined,
      purpose: (['answer', 'notice', 'rating'] as const).find((p) => p === purpose), conversation: Number(conversation) || undefined,
    };
  });
  const wanted = ref(atOnce);
  // All that is listed is asked for anew, so that none of it is older than the rest.
  const list = useAsk(async (signal, background) => {
    const page = await messages({ ...filter.value, limit: Math.min(most, wanted.value) }, signal, background);
    const whole: OutboxPage = { ...page, items: [...page.items] };
    while (whole.next && whole.items.length < wanted.value) {
      const more = await messages({ ...filter.value, after: whole.next, limit: Math.min(most, wanted.value - whole.items.length) }, signal, background);
      whole.items.push(...more.items);
      whole.next = more.next;
    }
    return whole;
  }, { of: () => ids.value.join(), every: 60_000, empty: (p) => p.items.length === 0 });
  watch(() => JSON.stringify(filter.value), () => { wanted.value = atOnce; void list.again(); });
  const more = () => { wanted.value += atOnce; return list.again(); };
  const live = useLive({ desk: () => void list.refresh(), poll: () => void list.refresh() });

  // The one that is open stays, also when it has left what the list is narrowed to.
  const kept = shallowRef<Item>();
  const opened = computed(() => (query.asked.value.open ? list.data.value?.items.find((i) => i.id === query.asked.value.open) ?? (kept.value?.id === query.asked.value.open ? kept.value : undefined) : undefined));
  watch(opened, (now) => { if (now) kept.value = now; });
  const keep = (item: Item) => { kept.value = item; return list.refresh(); };

  // Names of the staff, told by their accounts; until then the sign-in name stands.
  const staff = shallowRef(new Map<string, string>());
  const asked = new Set<string>();
  watch(list.data, (page) => {
    for (const account of new Set(page?.items.map((i) => i.app_id))) {
      if (asked.has(account)) continue;
      asked.add(account);
      staffOf(account).then((found) => { staff.value = new Map([...staff.value, ...found]); }, () => asked.delete(account));
    }
  });
  const nameOf = (signIn: string) => staff.value.get(signIn) ?? signIn;
  return { ...query, list, more, live, opened, keep, nameOf };
}
