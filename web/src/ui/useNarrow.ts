import { onScopeDispose, ref } from 'vue';

/** useNarrow is true on a phone's width. */
export function useNarrow() {
  const media = matchMedia('(max-width: 639px)');
  const narrow = ref(media.matches);
  const follow = () => { narrow.value = media.matches; };
  media.addEventListener('change', follow);
  onScopeDispose(() => media.removeEventListener('change', follow));
  return narrow;
}
