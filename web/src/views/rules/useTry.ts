// The live test: what a sentence would be answered with the rule as it stands in the editor, 250 ms
// after the last key. An answer that a newer question overtook is dropped.
import { onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import * as api from '@/api/rules';
import { asFault, type ApiError } from '@/api/client';
import { ruleOf, type Form } from './form';

const patience = 250;

export function useTry(account: () => string, form: () => Form, id: () => string, may: () => boolean) {
  const text = ref('');
  const result = shallowRef<api.Tried>();
  const fault = shallowRef<ApiError>();
  const busy = ref(false);
  let timer = 0;
  let current: AbortController | undefined;

  async function ask() {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    busy.value = true;
    try {
      const rule = { ...ruleOf(form()), id: id() || undefined };
      const answer = await api.tryRule(account(), { text: text.value.trim(), rule: rule.name ? rule : undefined }, mine.signal);
      if (mine.signal.aborted) return;
      result.value = answer;
      fault.value = undefined;
    } catch (cause) {
      if (mine.signal.aborted) return;
      fault.value = asFault(cause);
    } finally {
      if (!mine.signal.aborted) busy.value = false;
    }
  }
  const soon = () => {
    window.clearTimeout(timer);
    if (may()) timer = window.setTimeout(() => void ask(), patience);
  };
  watch([text, () => JSON.stringify(ruleOf(form())), account], soon);
  onBeforeUnmount(() => { window.clearTimeout(timer); current?.abort(); });
  return { text, result, fault, busy, soon };
}

export type LiveTry = ReturnType<typeof useTry>;
