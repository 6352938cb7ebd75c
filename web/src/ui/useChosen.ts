import { computed, ref, type Ref } from 'vue';

type Key = string | number;

/** useChosen ticks rows of a list: one by one, all between two, or all there are. */
export function useChosen<R>(rows: () => R[], keyOf: (row: R) => Key, chosen: Ref<ReadonlySet<Key> | undefined>) {
  const last = ref(0);
  const all = computed(() => rows().length > 0 && rows().every((row) => chosen.value?.has(keyOf(row))));
  const some = computed(() => !all.value && (chosen.value?.size ?? 0) > 0);

  /** toggle ticks or unticks a row; `through` does to all between the last one and this what it does to this. */
  function toggle(index: number, through = false) {
    const list = rows();
    const here = list[index];
    if (!here || !chosen.value) return;
    const next = new Set(chosen.value);
    const tick = !next.has(keyOf(here));
    const [from, to] = through ? [Math.min(last.value, index), Math.max(last.value, index)] : [index, index];
    for (const row of list.slice(from, to + 1)) {
      if (tick) next.add(keyOf(row));
      else next.delete(keyOf(row));
    }
    last.value = index;
    chosen.value = next;
  }
  const toggleAll = () => { chosen.value = new Set(all.value ? [] : rows().map(keyOf)); };
  return { all, some, toggle, toggleAll };
}
