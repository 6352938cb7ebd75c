// Leaving a page with changes that are not on the server: one question, and the browser's own when the
// tab closes. Shown by LeaveDialog. A panel that is closed asks `leaving()`, which tells whether it may go.
import { onBeforeUnmount, onMounted, ref } from 'vue';
import { onBeforeRouteLeave, onBeforeRouteUpdate, type RouteLocationNormalized } from 'vue-router';

export type Leaving = 'save' | 'leave' | 'stay';

interface Options {
  /** Is there something that would be lost? */
  dirty: () => boolean;
  /** Tries to keep it and tells whether that worked. Without it there is nowhere to keep it. */
  save?: () => Promise<boolean>;
  /** Save without asking; the question comes when it does not work. */
  quietly?: boolean;
  /** Addresses of the same page that are about the same thing; default: those with the same path and account. */
  same?: (to: RouteLocationNormalized, from: RouteLocationNormalized) => boolean;
}

const alike: NonNullable<Options['same']> = (to, from) => to.path === from.path && to.query.account === from.query.account;

export function useLeave({ dirty, save, quietly, same = alike }: Options) {
  const asked = ref(false);
  let answer: (what: Leaving) => void = () => {};
  const decide = (what: Leaving) => { asked.value = false; answer(what); };

  async function leaving(): Promise<boolean> {
    if (!dirty()) return true;
    if (quietly && save && await save()) return true;
    asked.value = true;
    const what = await new Promise<Leaving>((done) => { answer = done; });
    return what === 'leave' || (what === 'save' && (await save?.() ?? false));
  }
  onBeforeRouteLeave(leaving);
  onBeforeRouteUpdate((to, from) => same(to, from) || leaving());
  const closing = (event: BeforeUnloadEvent) => { if (dirty()) event.preventDefault(); };
  onMounted(() => window.addEventListener('beforeunload', closing));
  onBeforeUnmount(() => window.removeEventListener('beforeunload', closing));
  return { asked, decide, leaving };
}

export type Leave = ReturnType<typeof useLeave>;
