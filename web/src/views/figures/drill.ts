// From a figure to the waits behind it: the filters of /figures/waits, as they stand in its address
// and as the server is asked. The rows of a drill are as many as the figure says.
import type { LocationQueryRaw } from 'vue-router';
import type { RateName } from './pool';

/** none stands in the address for "without topic" or "nobody": an empty value is "any". */
export const none = '-';

export const waitDefaults = {
  channel: 'chat', from: '', to: '', as_of: '', state: '', part: '', human: '', breach: '', rt_from: '', rt_to: '', age_from: '', age_to: '', weekday: '', hour: '', topic: '', staff: '',
};
export type WaitFilters = typeof waitDefaults;
export type WaitFilter = keyof WaitFilters;

/** What the dashboard is asked for; every drill carries it on. */
export interface Base { account: string; channel: string; from: string; to: string; as_of: string }

/** drill is where the waits behind a figure are. */
export function drill(base: Base, more: Partial<WaitFilters> & { account?: string }): { name: 'waits'; query: LocationQueryRaw } {
  const query: LocationQueryRaw = {};
  for (const [key, value] of Object.entries({ ...base, ...more })) {
    if (value && (key === 'account' || value !== waitDefaults[key as WaitFilter])) query[key] = value;
  }
  return { name: 'waits', query };
}

/** named is a topic or a person as it stands in the address. */
export const named = (name: string) => name || none;

/** question is the query string for the server. */
export function question(accounts: string[], filters: WaitFilters, page: { after?: string; limit: number }): string {
  const search = new URLSearchParams();
  if (accounts.length > 0) search.set('account', accounts.join(','));
  for (const [key, value] of Object.entries(filters)) {
    if (value === '') continue;
    search.set(key, value === none && (key === 'topic' || key === 'staff') ? '' : value);
  }
  if (page.after) search.set('after', page.after);
  search.set('limit', String(page.limit));
  return search.toString();
}

/** age is the filter of a bucket of those who wait now: longer than the bucket before, not longer than its own end. */
export const age = (ages: readonly { up_to_s: number | null }[], i: number): Partial<WaitFilters> => ({
  state: 'waiting',
  age_from: i === 0 ? '' : String((ages[i - 1]!.up_to_s ?? 0) + 1),
  age_to: ages[i]!.up_to_s === null ? '' : String(ages[i]!.up_to_s),
});

/** behind are the filters of what a rate counts, and of what it counts among. */
export const behind: Record<RateName, { hits: Partial<WaitFilters>; of: Partial<WaitFilters> }> = {
  self_served: { hits: { state: 'bot' }, of: { part: 'ended' } },
  two_way: { hits: { part: 'two_way' }, of: { part: 'first' } },
  csat: { hits: { part: 'satisfied' }, of: { part: 'rated' } },
  repeat_asks: { hits: { part: 'repeated' }, of: { part: 'aged' } },
};

/** bin is the filter of a column of the distribution; the last answered one has no end. */
export const bin = (one: { from_s: number; to_s: number | null }): Partial<WaitFilters> => ({
  human: 'true',
  rt_from: one.from_s > 0 ? String(one.from_s) : '',
  rt_to: one.to_s === null ? 'answered' : String(one.to_s),
});
export const unanswered: Partial<WaitFilters> = { human: 'true', rt_from: 'unanswered' };
