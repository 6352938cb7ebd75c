import { shallowRef, watch } from 'vue';
import { staffOf } from '@/api/outbox';

/** useStaff tells the names of those who answer for accounts; until they are known the sign-in name stands. */
export function useStaff(accounts: () => Iterable<string>) {
  const names = shallowRef(new Map<string, string>());
  const asked = new Set<string>();
  watch(() => [...new Set(accounts())].sort().join(), (ids) => {
    for (const id of ids.split(',').filter(Boolean)) {
      if (asked.has(id)) continue;
      asked.add(id);
      staffOf(id).then((found) => { names.value = new Map([...names.value, ...found]); }, () => asked.delete(id));
    }
  }, { immediate: true });
  return (signIn: string) => names.value.get(signIn) ?? signIn;
}
