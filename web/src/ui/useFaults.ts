import type { FieldError } from '@/api/client';
import { useEnglish } from './useEnglish';

/** useFaults says what is wrong with a field where that is no refusal, as of a draft, in the language of the reader. */
export function useFaults() {
  const english = useEnglish(() => import('@/api/englishFaults'));
  return <F extends FieldError>(fault: F): F => (english.value ? { ...fault, message: english.value.faultInEnglish(fault) } : fault);
}
