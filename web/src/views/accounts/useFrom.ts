// What holds from a day on, among lines that each hold from theirs: '' is always.
import { computed, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { day } from '@/ui/format';

export function useFrom<R extends { valid_from: string }>(rows: () => R[], from: Ref<string>) {
  const { t, locale } = useI18n();
  const date = (iso: string) => day(`${iso}T12:00:00+08:00`, locale.value);
  const said = (iso: string) => (iso ? t('accounts.from_day', { day: date(iso) }) : t('accounts.always'));
  /** before is the line that holds on the day so far. */
  const before = computed(() => rows().filter((r) => r.valid_from <= from.value).at(-1));
  /** until says how long a new line would hold: the next one ends it. */
  const until = computed(() => {
    const next = rows().find((r) => r.valid_from > from.value);
    return next ? t('accounts.until_day', { day: date(next.valid_from) }) : '';
  });
  return { said, before, until };
}
