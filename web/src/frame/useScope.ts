import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { accounts } from './session';

/**
 * useScope is the choice of accounts, kept in the address as `account`: none is all of them.
 * Links of the menu carry it on. Pages about one account take `one`: the first chosen, else the first there is.
 */
export function useScope() {
  const route = useRoute();
  const router = useRouter();
  const ids = computed(() => {
    const kept = route.query.account;
    const known = new Set(accounts.value.map((a) => a.app_id));
    return typeof kept === 'string' ? kept.split(',').filter((id) => known.has(id)) : [];
  });
  const choose = (chosen: string[]) => {
    const query = { ...route.query };
    if (chosen.length > 0) query.account = chosen.join(',');
    else delete query.account;
    return router.push({ query, hash: route.hash });
  };
  /** several: rows may be of more than one account, and say of which. */
  const several = computed(() => (ids.value.length || accounts.value.length) > 1);
  const query = computed(() => (ids.value.length > 0 ? { account: ids.value.join(',') } : {}));
  const one = computed(() => accounts.value.find((a) => a.app_id === ids.value[0]) ?? accounts.value[0] ?? { app_id: '', name: '', pinyin: [], roles: [] });
  return { ids, one, several, choose, query };
}
