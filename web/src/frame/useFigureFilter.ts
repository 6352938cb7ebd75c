import { computed, shallowRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { read } from '@/api/client';
import { useAsk } from '@/ui/useAsk';
import { useQuery } from '@/ui/useQuery';
import { defaults, figureQuery, fixed, windowQuery, type FigureQuery, type SpanWindow, type Versus } from './figureFilter';
import { accounts } from './session';
import { useScope } from './useScope';

/** How long a span's days are taken for granted: those of 近30天 move at midnight. */
const fresh = 60_000;

/**
 * useFigureFilter is the filter of a page of figures, kept in the address: account (of useScope),
 * channel, span or from and to, as_of, versus. The server says which days a span is; `ask` waits for
 * them, so that a page asks with days only, and asks again when the filter changes. `one`: the page
 * is about one account, the first where several are chosen.
 */
export function useFigureFilter(options: { one?: boolean } = {}) {
  const route = useRoute();
  const router = useRouter();
  const scope = useScope();
  const { fields, asked, changed, reset } = useQuery({ ...defaults });
  const window = shallowRef<SpanWindow>();

  const ids = computed(() => {
    if (!options.one) return scope.ids.value;
    const first = scope.ids.value[0] ?? accounts.value[0]?.app_id;
    return first === undefined ? [] : [first];
  });
  const key = computed(() => JSON.stringify([asked.value, ids.value]));
  const versus = computed<Versus>(() => (asked.value.versus === 'year' || asked.value.versus === 'none' ? asked.value.versus : 'previous'));
  /** What the figures are held against; undefined: nothing. */
  const before = computed(() => (versus.value === 'none' ? undefined : window.value?.[versus.value]));

  let last: { key: string; at: number; answer: Promise<SpanWindow> } | undefined;
  function settled(): Promise<SpanWindow> {
    if (last?.key === key.value && (asked.value.as_of || Date.now() - last.at < fresh)) return last.answer;
    const mine = { key: key.value, at: Date.now(), answer: read('/window', windowQuery(asked.value, ids.value)) };
    last = mine;
    mine.answer.then(
      (answer) => { if (last === mine) window.value = answer; },
      () => { if (last === mine) last = undefined; },
    );
    return mine.answer;
  }

  /** ask is useAsk with the window in days; it asks again when the filter changes. */
  function ask<T>(question: (query: FigureQuery, signal: AbortSignal, window: SpanWindow, background: boolean) => Promise<T>, more: Parameters<typeof useAsk<T>>[1] = {}) {
    return useAsk(async (signal, background) => {
      const [f, account] = [asked.value, ids.value];
      const w = await settled();
      return question(figureQuery(f, account, w), signal, w, background);
    }, { ...more, of: more.of ?? (() => ids.value.join()), watch: more.watch ? [key, ...[more.watch].flat()] : key });
  }

  /** The address that shows the same to a colleague, and tomorrow; undefined before the window is known. */
  const fixedQuery = computed(() => {
    if (!window.value) return undefined;
    const shown = ids.value.length > 0 ? ids.value : accounts.value.map((a) => a.app_id);
    return { ...route.query, span: undefined, ...fixed(asked.value, shown, window.value) };
  });
  /** fix makes it this page's address, and returns it whole. */
  async function fix(): Promise<string | undefined> {
    if (!fixedQuery.value) return undefined;
    const to = { path: route.path, query: fixedQuery.value, hash: route.hash };
    await router.push(to);
    return location.origin + router.resolve(to).href;
  }

  return { fields, asked, changed, reset, ids, choose: scope.choose, window, versus, before, ask, fixedQuery, fix, one: options.one ?? false };
}

export type FigureFilter = ReturnType<typeof useFigureFilter>;
