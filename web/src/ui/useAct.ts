import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiError } from '@/api/client';
import { toast } from './toast';

/**
 * useAct does something on the server once at a time. busy is the key of what is being done; errors
 * become `error`, in the server's words, and field errors `fields`. act returns whether it worked;
 * with `done` it says so in a toast.
 */
export function useAct() {
  const { t } = useI18n();
  const busy = ref('');
  const error = ref('');
  const fields = ref<Record<string, string>>({});

  async function act(what: () => Promise<unknown>, done?: string, key = 'all'): Promise<boolean> {
    if (busy.value) return false;
    busy.value = key;
    error.value = '';
    fields.value = {};
    try {
      await what();
      if (done) toast(done);
      return true;
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      fields.value = Object.fromEntries(fault.fields.map((f) => [f.field, f.message]));
      error.value = fault.code === 'offline' ? t('ui.offline') : fault.message || t('ui.failed');
      return false;
    } finally { busy.value = ''; }
  }
  return { busy, error, fields, act };
}
