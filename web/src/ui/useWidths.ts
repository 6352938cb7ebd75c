import { computed, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue';
import type { Column } from './table';
import { moved, movedOf, tableLeast, type Widths } from './widths';

/** useWidths moves the edges of a table's columns. While one moves the table alone knows; at its end `kept` does. */
export function useWidths(box: Ref<HTMLElement | undefined>, columns: () => Column[], kept: Ref<Widths | undefined>) {
  const moving = ref<Widths>(); // beside what is kept
  const seen = ref<Widths>({});
  let start: Widths = {};
  const now = computed<Widths>(() => ({ ...kept.value, ...moving.value }));

  function measure() {
    const list = [...(box.value?.querySelectorAll<HTMLElement>('th[data-column]') ?? [])];
    seen.value = Object.fromEntries(list.map((th) => [th.dataset.column!, th.getBoundingClientRect().width]));
  }
  const observer = typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver(measure);
  onMounted(() => { if (box.value && kept.value) observer?.observe(box.value); });
  watch([columns, now], () => { if (kept.value) measure(); }, { flush: 'post' }); // the table is as wide as before, not its columns
  onBeforeUnmount(() => observer?.disconnect());

  function begin() {
    measure();
    start = seen.value;
  }
  const move = (index: number, by: number) => { moving.value = { ...moving.value, ...moved(columns(), start, index, by) }; };
  function end() {
    if (moving.value) kept.value = now.value;
    moving.value = undefined;
  }
  function reset(index: number) {
    const edge = new Set([columns()[index]?.key, columns()[index + 1]?.key]);
    moving.value = undefined;
    kept.value = Object.fromEntries(Object.entries(kept.value ?? {}).filter(([key]) => !edge.has(key)));
  }
  const own = (c: Column) => now.value[c.key];
  return {
    begin, move, end, reset,
    /** of is the column that the edge behind a column tells; none behind the last. */
    of: (index: number) => (index < columns().length - 1 ? movedOf(columns(), index) : undefined),
    widthOf: (c: Column) => (own(c) === undefined ? c.width : `${own(c)}px`),
    pixels: (c: Column) => Math.round(own(c) ?? seen.value[c.key] ?? 0),
    least: computed(() => (Object.keys(now.value).length > 0 ? `${tableLeast(columns(), now.value)}px` : undefined)),
  };
}
