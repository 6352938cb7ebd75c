import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue';

/**
 * useModal shows a <dialog> above the page while `open` is true. It gives the focus back to where it was, also when
 * the component goes with it; where that is gone as well, to the page. `firm`: Esc does not close it.
 */
export function useModal(dialog: Ref<HTMLDialogElement | undefined>, open: Ref<boolean>, firm = () => false) {
  function follow() {
    if (open.value && !dialog.value?.open) dialog.value?.showModal();
    if (!open.value && dialog.value?.open) shut();
  }
  function shut() {
    dialog.value?.close();
    const at = document.activeElement;
    if (!at || at === document.body) document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
  }
  function cancelled(event: Event) {
    event.preventDefault();
    if (!firm()) open.value = false;
  }
  // A browser lets a page refuse Esc once; the second closes the dialog whatever the page says. It is there again
  // until the page agrees, which may ask first.
  function closed() {
    if (!open.value || dialog.value?.open) return;
    follow();
    if (!firm()) open.value = false;
  }
  onMounted(follow);
  onBeforeUnmount(() => { if (dialog.value?.open) shut(); });
  watch(open, follow, { flush: 'post' });
  return { cancelled, closed };
}
