import { onScopeDispose, ref, shallowRef } from 'vue';

/** shownFor is how many seconds an unmasked text stays. */
const shownFor = 60;

/** useOriginal shows what is masked for a minute; then it goes by itself, and before when mask is called. */
export function useOriginal<T>() {
  const original = shallowRef<T>();
  const left = ref(0);
  let timer = 0;
  function mask() {
    window.clearInterval(timer);
    original.value = undefined;
  }
  function show(whole: T) {
    mask();
    original.value = whole;
    left.value = shownFor;
    timer = window.setInterval(() => { if (--left.value <= 0) mask(); }, 1_000);
  }
  onScopeDispose(mask);
  return { original, left, show, mask };
}
