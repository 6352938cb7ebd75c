// What the dashboard asks and who shows it: the page asks once, its blocks take the answers here.
import { computed, inject, onScopeDispose, provide, reactive, ref, watch, type InjectionKey } from 'vue';
import { read } from '@/api/client';
import { accounts, may } from '@/frame/session';
import { useFigureFilter } from '@/frame/useFigureFilter';
import { isoDay } from '@/ui/format';
import type { useAsk } from '@/ui/useAsk';
import { useLive, type Counters } from '@/ui/useLive';
import { inTurn } from './asks';
import { drill, type WaitFilters } from './drill';
import { stillRuns } from './period';

/** mostAccounts is how many the dashboard adds up. */
export const mostAccounts = 12;
/** The stream tells of conversations. What else it does not tell of them is asked for every minute, and other channels this often. */
const tick = 10_000;
const minute = 6;
/** How soon a window that still runs is read again after a message. */
const settle = 1_200;

type Refreshed = Pick<ReturnType<typeof useAsk>, 'busy' | 'refresh'>;

function useMoments(running: () => boolean, streamed: () => boolean, asks: Refreshed[], poll: () => void) {
  const paused = ref(false);
  const counters = reactive(new Map<string, Counters>());
  const held = new Map<string, Counters>();
  let timer = 0;
  const soon = () => {
    if (paused.value || timer || !running()) return;
    timer = window.setTimeout(() => {
      timer = 0;
      // An answer on its way is not thrown away for a newer one: else a busy hour shows none at all.
      if (asks.some((ask) => ask.busy.value)) soon();
      else if (!paused.value) for (const ask of asks) void ask.refresh();
    }, settle);
  };
  const live = useLive({
    counters: (event) => {
      (paused.value ? held : counters).set(event.account, event);
      soon();
    },
    poll: () => { if (!paused.value) poll(); },
  });
  watch(paused, (now) => {
    if (now) return;
    for (const [id, event] of held) counters.set(id, event);
    held.clear();
    soon();
  });
  let ticks = 0;
  const beat = window.setInterval(() => {
    if (!paused.value && !document.hidden && (++ticks % minute === 0 || !streamed())) poll();
  }, tick);
  onScopeDispose(() => { window.clearTimeout(timer); window.clearInterval(beat); });
  return { paused, counters, live };
}

function build() {
  const filter = useFigureFilter();
  /** The stream's figures are of conversations. */
  const streamed = computed(() => filter.asked.value.channel === 'chat');
  const ids = computed(() => (filter.ids.value.length > 0 ? filter.ids.value : accounts.value.map((a) => a.app_id)).slice(0, mostAccounts));
  const fixed = computed(() => filter.asked.value.as_of !== '');
  const compare = computed(() => (filter.versus.value === 'none' ? undefined : filter.versus.value));
  const against = () => (compare.value ? { compare: compare.value } : {});
  const some = { when: () => ids.value.length > 0 };

  const report = filter.ask((q, signal, _window, background) => inTurn(signal, () => read('/indices', { ...q, account: ids.value, diagnosis: 'none' }, signal, background)), some);
  const spread = filter.ask((q, signal, _window, background) => inTurn(signal, () => read('/distribution', { by: ['rt', 'response', 'heat', 'topic', 'staff'], ...q, account: ids.value, ...against() }, signal, background)), some);
  const changes = filter.ask((q, signal, _window, background) => inTurn(signal, () => read('/changes', { ...q, account: ids.value, ...against() }, signal, background)), { when: () => ids.value.length > 0 && compare.value !== undefined });
  const series = filter.ask((q, signal, _window, background) => inTurn(signal, () => read('/series', { metric: 'response.p50_s', by: 'day', ...q, account: ids.value }, signal, background)), some);

  /** The days of the window's years that are not as their weekday; without the right to it, the week alone says it. */
  const calendar = filter.ask(async (_q, signal, w, background) => {
    const [first, last] = [w.from, w.to].map((day) => Number(day.slice(0, 4))) as [number, number];
    const years = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const found = await Promise.all(years.map((year) => inTurn(signal, () => read('/calendar', { year }, signal, background))));
    return new Map(found.flatMap((one) => one.days.map((d) => [d.date, { work: d.work, name: d.name ?? '' }] as const)));
  }, { when: () => may('calendar:read') });

  /** The day of this moment, where the stream does not tell of it. */
  const today = filter.ask((q, signal, _window, background) => inTurn(signal, () => {
    const day = isoDay(q.as_of ?? new Date());
    return read('/indices', { ...q, account: ids.value, from: day, to: day, diagnosis: 'none' }, signal, background);
  }), { when: () => ids.value.length > 0 && (fixed.value || !streamed.value) });

  /** A window that still runs moves with each message; a decided one does not. */
  const running = () => !fixed.value && filter.window.value !== undefined && stillRuns(filter.window.value.to);
  const moments = useMoments(running, () => streamed.value, [report, spread], () => {
    if (fixed.value) return;
    void report.refresh();
    if (streamed.value) return;
    void today.refresh();
    if (running()) void spread.refresh();
  });

  const names = computed(() => new Map(accounts.value.map((a) => [a.app_id, a.name || a.app_id])));
  const reports = computed(() => report.data.value?.accounts ?? []);
  const asOf = computed(() => spread.data.value?.as_of ?? report.data.value?.as_of);
  /** to is where the waits behind a figure are: same accounts, window and moment. */
  const to = (more: Partial<WaitFilters> & { account?: string }) => drill({
    account: ids.value.join(','), channel: filter.asked.value.channel,
    from: filter.window.value?.from ?? '', to: filter.window.value?.to ?? '', as_of: filter.asked.value.as_of || asOf.value || '',
  }, more);
  /** moved is how a figure of the only account changed; several have no one change. */
  const moved = (key: string) => {
    if (!compare.value || changes.error.value || changes.data.value?.accounts.length !== 1) return undefined;
    return changes.data.value.accounts[0]!.figures.find((f) => f.key === key);
  };
  return { filter, ids, streamed, names, fixed, compare, report, reports, today, spread, changes, series, calendar, asOf, ...moments, to, moved };
}

export type Figures = ReturnType<typeof build>;
const key: InjectionKey<Figures> = Symbol('figures');

/** provideFigures is for the page, useFigures for its blocks. */
export function provideFigures(): Figures {
  const figures = build();
  provide(key, figures);
  return figures;
}
export const useFigures = (): Figures => inject(key)!;
