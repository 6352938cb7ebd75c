// The messages the address asks for, the newest first, and brought up to date as the desk's events say.
import { computed, shallowRef, watch } from 'vue';
import { messages, type Item } from '@/api/outbox';
import { useScope } from '@/frame/useScope';
import { useLive } from '@/ui/useLive';
import { usePages } from '@/ui/usePages';
import { useQuery } from '@/ui/useQuery';
import { useStaff } from '@/ui/useStaff';
import { boxes, type Box } from './outbox';

export function useMessages() {
  const { ids, several } = useScope();
  const query = useQuery({ box: 'all', purpose: 'all', staff: '', conversation: '', open: '' });
  const filter = computed(() => {
    const { box, purpose, staff, conversation } = query.asked.value;
    return {
      account: ids.value.length ? ids.value : undefined, state: boxes[box as Box] || undefined, staff: staff.trim() || undefined,
      purpose: (['answer', 'notice', 'rating'] as const).find((p) => p === purpose), conversation: Number(conversation) || undefined,
    };
  });
  const { list, more } = usePages((part, signal, background) => messages({ ...filter.value, ...part }, signal, background), { rows: (p) => p.items, of: () => ids.value.join(), filter: () => filter.value });
  const live = useLive({ desk: () => void list.refresh(), poll: () => void list.refresh() });

  // The one that is open stays, also when it has left what the list is narrowed to.
  const kept = shallowRef<Item>();
  const opened = computed(() => (query.asked.value.open ? list.data.value?.items.find((i) => i.id === query.asked.value.open) ?? (kept.value?.id === query.asked.value.open ? kept.value : undefined) : undefined));
  watch(opened, (now) => { if (now) kept.value = now; });
  const keep = (item: Item) => { kept.value = item; return list.refresh(); };

  const nameOf = useStaff(() => list.data.value?.items.map((i) => i.app_id) ?? []);
  return { ...query, list, more, several, live, opened, keep, nameOf };
}
