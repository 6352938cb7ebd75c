// Leaving a page with changes that are not on the server: one question, and the browser's own when the
// tab closes.
import { onBeforeUnmount, onMounted, ref } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';

export type Leaving = 'save' | 'leave' | 'stay';

export function useLeave(dirty: () => boolean, save: () => Promise<boolean>) {
  const asked = ref(false);
  let answer: (what: Leaving) => void = () => {};
  const decide = (what: Leaving) => { asked.value = false; answer(what); };

  onBeforeRouteLeave(async () => {
    if (!dirty()) return true;
    asked.value = true;
    const what = await new Promise<Leaving>((done) => { answer = done; });
    return what === 'leave' || (what === 'save' && await save());
  });
  const closing = (event: BeforeUnloadEvent) => { if (dirty()) event.preventDefault(); };
  onMounted(() => window.addEventListener('beforeunload', closing));
  onBeforeUnmount(() => window.removeEventListener('beforeunload', closing));
  return { asked, decide };
}
