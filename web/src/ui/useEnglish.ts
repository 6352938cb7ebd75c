import { computed, shallowRef, watchEffect } from 'vue';
import { useI18n } from 'vue-i18n';

/**
 * useEnglish is a table of English words for what the server says in Chinese, while somebody reads English; undefined until it has
 * come. It is loaded when there is something to say.
 */
export function useEnglish<T extends object>(load: () => Promise<T>, needed: () => boolean = () => true) {
  const { locale } = useI18n();
  const table = shallowRef<T>();
  watchEffect(() => {
    if (locale.value === 'en' && !table.value && needed()) void load().then((loaded) => { table.value = loaded; }, () => undefined);
  });
  return computed(() => (locale.value === 'en' ? table.value : undefined));
}
