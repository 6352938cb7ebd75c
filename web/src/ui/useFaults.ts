import { computed } from 'vue';
import type { FieldError } from '@/api/client';
import { useEnglish } from './useEnglish';

/** useFaults says what is wrong with fields where that is no refusal, as of a draft, in the language of the reader. */
export function useFaults<F extends FieldError>(faults: () => F[]) {
  const english = useEnglish(() => import('@/api/englishFaults'), () => faults().length > 0);
  return computed<F[]>(() => faults().map((fault) => (english.value ? { ...fault, message: english.value.faultInEnglish(fault) } : fault)));
}
