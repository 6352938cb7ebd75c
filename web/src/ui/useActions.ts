import { useEnglish } from './useEnglish';

/** useActions says what was done, in the language of the reader; it comes in Chinese. */
export function useActions() {
  const english = useEnglish(() => import('@/api/englishAudit'));
  return (done: { action: string; title: string }): string => english.value?.actionInEnglish(done.action, done.title) ?? done.title;
}
