import { shallowRef, watchEffect } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Schemas } from '@/api/client';
import type { LineSaid } from '@/api/englishLines';

/** useLines says what the server found, line by line, in the language of the reader; it comes in Chinese. */
export function useLines() {
  const { locale } = useI18n();
  const english = shallowRef<typeof import('@/api/englishLines')>();
  watchEffect(() => {
    if (locale.value === 'en') void import('@/api/englishLines').then((table) => { english.value = table; }, () => undefined);
  });
  return (line: Schemas['CheckResult'] | Schemas['ProgressLine']): LineSaid => (locale.value === 'en' && english.value ? english.value.lineInEnglish(line) : line);
}
