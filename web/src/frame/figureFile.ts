// Files of a page of figures: their head says what was asked, as of when and by which formulas; a picture
// is the part as it stands on the page.
import { useI18n } from 'vue-i18n';
import { csv, save, type Cell } from '@/ui/csv';
import { exact } from '@/ui/format';
import { painted } from '@/ui/painted';
import { accountName, accounts } from './session';
import type { FigureFilter } from './useFigureFilter';

interface Of { as_of: string; formula_version: string; channel: string }

export function useFigureFile(filter: FigureFilter) {
  const { t } = useI18n();
  function head(of: Of): [string, Cell][] {
    const w = filter.window.value;
    const ids = filter.ids.value.length > 0 ? filter.ids.value : accounts.value.map((a) => a.app_id);
    return [
      [t('frame.account'), ids.map(accountName).join(t('ui.comma'))],
      [t('filter.channel.label'), t(`filter.channel.${of.channel}`)],
      [t('filter.days'), w ? `${w.from} – ${w.to}${w.provisional ? ` ${t('ui.provisional')}` : ''}` : ''],
      [t('filter.as_of'), exact(of.as_of)],
      [t('definition.formula'), of.formula_version],
    ];
  }
  const named = (title: string) => `${title}-${filter.window.value?.from ?? ''}-${filter.window.value?.to ?? ''}`;
  const table = (title: string, of: Of, columns: string[], rows: Cell[][], more: [string, Cell][] = []) => save(`${named(title)}.csv`, csv([...head(of), ...more], columns, rows));
  function picture(title: string, part: HTMLElement | null | undefined) {
    if (!part) return;
    const link = document.createElement('a');
    link.href = painted(part, getComputedStyle(document.body).backgroundColor);
    link.download = `${named(title)}.png`;
    link.click();
  }
  return { table, picture };
}
