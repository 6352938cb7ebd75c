// The list of waits as a file: what is filtered, the columns of the screen, with a head that says so.
import { duration, exact } from '@/ui/format';
import { csv, save, type Cell } from '@/ui/csv';
import type { WaitFilters } from './drill';
import type { WaitPage } from './useWaits';
import { stateOf, type WaitRow } from './waitWords';

type Translate = (key: string, values?: Record<string, unknown>) => string;
interface About { page: WaitPage; accounts: string[]; asked: WaitFilters; cut: boolean }

export function waitsCsv(rows: WaitRow[], about: About, t: Translate, lang: string): string {
  const { page, asked } = about;
  const chosen = Object.entries(asked).filter(([key, value]) => value !== '' && !['as_of', 'from', 'to', 'channel'].includes(key)).map(([key, value]) => `${key}=${value}`);
  const head: [string, Cell][] = [
    [t('frame.account'), about.accounts.join(t('ui.comma')) || t('waits.all_accounts')],
    [t('filter.channel.label'), t(`filter.channel.${asked.channel}`)],
    [t('figures.days'), page.from && page.to ? `${exact(page.from)} – ${exact(page.to)}${page.provisional ? ` ${t('ui.provisional')}` : ''}` : ''],
    [t('waits.conditions'), chosen.join(' ')],
    [t('figures.as_of'), exact(page.as_of)],
    [t('figures.formula'), page.formula_version],
    [t('waits.rows'), about.cut ? `${rows.length} / ${page.n}` : rows.length],
  ];
  const columns = ['open_at', 'account', 'citizen', 'topic', 'content', 'state', 'waited', 'answered_at', 'staff', 'office'].map((c) => t(`waits.column.${c}`));
  const line = (r: WaitRow): Cell[] => [
    exact(r.open_at), r.account, r.citizen, r.topic, r.content, t(`waits.state.${stateOf(r)}`), duration(r.response_s ?? r.waited_s, lang),
    r.answered_at ? exact(r.answered_at) : '', r.staff, r.response_office_s,
  ];
  return csv(head, [...columns, `${t('waits.column.waited')} ${t('figures.seconds')}`], rows.map((r) => [...line(r), r.response_s ?? r.waited_s]));
}

export function saveWaits(rows: WaitRow[], about: About, t: Translate, lang: string) {
  save(`${t('nav.waits')}.csv`, waitsCsv(rows, about, t, lang));
}
