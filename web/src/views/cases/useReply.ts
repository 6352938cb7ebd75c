// The reply that is being written to a case. Colleagues may save a draft of theirs meanwhile: it comes in where nothing
// is being written, else it is asked which of the two goes on.
import { computed, ref, watch } from 'vue';
import type { CaseDetail } from '@/api/cases';

export function useReply(of: () => Pick<CaseDetail, 'draft'>) {
  const text = ref(of().draft);
  /** The draft that the text began with, and what was submitted last: it is in the case, not in its draft. */
  const begun = ref(of().draft);
  const submitted = ref('');
  const unsaved = computed(() => ![begun.value, submitted.value].includes(text.value.trim()));
  const overtaken = computed(() => unsaved.value && of().draft !== begun.value && of().draft !== text.value.trim());

  /** take goes on with a draft, keep with the text although there is a newer draft. */
  function take(draft: string) {
    text.value = draft;
    begun.value = draft;
  }
  const keep = () => { begun.value = of().draft; };
  /** saved: the text as it was sent is with the server, which has this draft now. */
  function saved(step: 'draft' | 'submit', sent: string, draft: string) {
    begun.value = draft;
    submitted.value = step === 'submit' ? sent.trim() : '';
  }
  watch(() => of().draft, (now) => { if (now !== begun.value && !overtaken.value) take(now); });
  return { text, unsaved, overtaken, take, keep, saved };
}
