// The draft of a rule: kept on the server two seconds after the last change. When somebody else saved
// meanwhile, both versions are there to choose from.
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import * as api from '@/api/rules';
import { ApiError } from '@/api/client';
import { blank, formOf, ruleOf, type Form } from './form';

const patience = 2_000;

export type Saving = 'nothing' | 'waiting' | 'saving' | 'saved' | 'failed' | 'conflict';

export function useDraft(account: () => string, created: (id: string) => void) {
  const form = ref<Form>(blank());
  const id = ref('');
  const live = shallowRef<api.Rule | null>(null);
  /** The newest version on the server: what the next one is based on. */
  const base = shallowRef<api.Rule>();
  const saving = ref<Saving>('nothing');
  const savedAt = ref<Date>();
  const fault = ref('');
  const fields = ref<Record<string, string>>({});
  const theirs = shallowRef<api.Rule>();
  const said = computed(() => JSON.stringify(ruleOf(form.value)));
  let known = said.value;
  let timer = 0;
  let running: Promise<boolean> | undefined;

  /** show puts a version of the server into the form, or what a new rule begins with; nothing is changed then. */
  function show(newest: api.Rule | undefined, answering: api.Rule | null, begun = blank()) {
    window.clearTimeout(timer);
    base.value = newest;
    live.value = answering;
    id.value = newest?.id ?? '';
    form.value = newest ? formOf(newest) : begun;
    known = said.value;
    saving.value = 'nothing';
    theirs.value = undefined;
    fault.value = '';
    fields.value = {};
  }

  async function put(): Promise<boolean> {
    const text = said.value;
    const rule = JSON.parse(text) as api.Rule;
    saving.value = 'saving';
    fault.value = '';
    fields.value = {};
    try {
      const answer = id.value ? await api.saveRule(account(), id.value, base.value?.edition ?? '', rule) : await api.addRule(account(), rule);
      base.value = answer.rule;
      known = text;
      savedAt.value = new Date();
      saving.value = said.value === known ? 'saved' : 'waiting';
      if (!id.value && answer.rule.id) {
        id.value = answer.rule.id;
        created(answer.rule.id);
      }
      return true;
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      if (cause.code === 'conflict' && cause.body.theirs) {
        theirs.value = cause.body.theirs as api.Rule;
        saving.value = 'conflict';
        return false;
      }
      fields.value = Object.fromEntries(cause.fields.map((f) => [f.field, f.message]));
      fault.value = cause.code === 'offline' ? 'offline' : cause.message;
      saving.value = 'failed';
      return false;
    }
  }

  /** save writes what is not yet on the server, and tells whether all is there then. */
  async function save(): Promise<boolean> {
    window.clearTimeout(timer);
    if (running) await running;
    if (said.value === known) return true;
    if (saving.value === 'conflict') return false;
    running = put();
    const worked = await running;
    running = undefined;
    if (worked && said.value !== known) return save();
    return worked;
  }

  /** settle ends a conflict: mine goes over theirs, or theirs takes the place of mine. */
  function settle(mine: boolean) {
    const other = theirs.value;
    if (!other) return undefined;
    if (!mine) return show(other, live.value);
    base.value = other;
    theirs.value = undefined;
    saving.value = 'waiting';
    return void save();
  }

  const dirty = computed(() => saving.value === 'waiting' || saving.value === 'saving' || saving.value === 'failed' || saving.value === 'conflict');
  watch(said, (now) => {
    window.clearTimeout(timer);
    if (saving.value === 'conflict') return;
    if (now === known) { if (saving.value !== 'saving') saving.value = savedAt.value ? 'saved' : 'nothing'; return; }
    if (saving.value !== 'saving') saving.value = 'waiting';
    // Without a name there is nothing the server could keep it under.
    if (form.value.name.trim()) timer = window.setTimeout(() => void save(), patience);
  });
  onBeforeUnmount(() => window.clearTimeout(timer));
  return { form, id, live, base, saving, savedAt, fault, fields, theirs, dirty, show, save, settle };
}

export type Draft = ReturnType<typeof useDraft>;
