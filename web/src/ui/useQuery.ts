import { computed, onScopeDispose, reactive, toRaw, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/**
 * useQuery keeps filters in the address, so that reload, back and a copied address show the same.
 * `fields` is what the inputs hold (for v-model); 300 ms after the last change it becomes the
 * address, and `asked` follows: ask the server with `asked`. A value equal to its default is not
 * written. Keys of the address that are not in `defaults` are left alone.
 */
export function useQuery<T extends Record<string, string>>(defaults: T) {
  const route = useRoute();
  const router = useRouter();
  const here = route.path;
  const keys = Object.keys(defaults) as (keyof T & string)[];

  const asked = computed<T>(() => Object.fromEntries(keys.map((key) => {
    const value = route.query[key];
    return [key, typeof value === 'string' ? value : defaults[key]];
  })) as T);
  const fields = reactive({ ...asked.value }) as T;

  const write = () => {
    if (route.path !== here) return; // the reader has gone on
    const query = { ...route.query };
    for (const key of keys) {
      if (fields[key] === defaults[key]) delete query[key];
      else query[key] = fields[key] as string;
    }
    void router.replace({ query, hash: route.hash });
  };
  let timer = 0;
  watch(fields, () => {
    window.clearTimeout(timer);
    if (keys.every((key) => fields[key] === asked.value[key])) return;
    timer = window.setTimeout(write, 300);
  });
  watch(asked, (now) => { if (route.path === here) Object.assign(fields, toRaw(now)); });
  onScopeDispose(() => window.clearTimeout(timer));

  const changed = computed(() => keys.some((key) => fields[key] !== defaults[key]));
  const reset = () => {
    Object.assign(fields, defaults);
    window.clearTimeout(timer);
    write();
  };
  return { fields, asked, changed, reset };
}
