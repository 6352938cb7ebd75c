// The head of every file: what was asked, as of when, by which formulas.
import { useI18n } from 'vue-i18n';
import { exact } from '@/ui/format';
import type { Cell } from '@/ui/csv';
import { useFigures } from './useFigures';

export function useHead() {
  const { t } = useI18n();
  const { filter, ids, names, spread, report } = useFigures();
  return (asOf?: string): [string, Cell][] => {
    const w = filter.window.value;
    return [
      [t('frame.account'), ids.value.map((id) => names.value.get(id) ?? id).join(t('ui.comma'))],
      [t('filter.channel.label'), t(`filter.channel.${filter.asked.value.channel}`)],
      [t('figures.days'), w ? `${w.from} – ${w.to}${w.provisional ? ` ${t('ui.provisional')}` : ''}` : ''],
      [t('figures.as_of'), asOf ? exact(asOf) : ''],
      [t('figures.formula'), spread.data.value?.formula_version ?? report.data.value?.formula_version ?? ''],
    ];
  };
}
