import { onScopeDispose, ref } from 'vue';

/** useNarrow is true up to a width, by itself that of a phone. */
export function useNarrow(width = 639) {
  const media = matchMedia(`(max-width: ${width}px)`);
  const narrow = ref(media.matches);
  const follow = () => { narrow.value = media.matches; };
  media.addEventListener('change', follow);
  onScopeDispose(() => media.removeEventListener('change', follow));
  return narrow;
}
