import type { Schemas } from '@/api/client';
import type { LineSaid } from '@/api/englishLines';
import { useEnglish } from './useEnglish';

/** useLines says what the server found, line by line, in the language of the reader; it comes in Chinese. */
export function useLines() {
  const english = useEnglish(() => import('@/api/englishLines'));
  return (line: Schemas['CheckResult'] | Schemas['ProgressLine']): LineSaid => english.value?.lineInEnglish(line) ?? line;
}
