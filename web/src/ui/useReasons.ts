import type { Schemas } from '@/api/client';
import { useEnglish } from './useEnglish';

/** useReasons says why the program or an account is not at its best, in the language of the reader; it comes in Chinese. */
export function useReasons() {
  const english = useEnglish(() => import('@/api/englishReasons'));
  return (reason: Schemas['Reason']): string => english.value?.reasonInEnglish(reason) ?? reason.text;
}
