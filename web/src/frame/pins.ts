// What is pinned now in the reader's accounts: the red bar on every page and the page of pins share it.
import { computed, ref, shallowRef } from 'vue';
import { serverTime } from '@/api/client';
import * as api from '@/api/pins';

const told = shallowRef<api.Pin[]>([]);
/** clock is moved on by the bar as long as something is pinned. */
export const clock = ref(serverTime().getTime());
export const tick = () => { clock.value = serverTime().getTime(); };

/** pinned are those that have not ended, the first to end first. */
export const pinned = computed(() => told.value.filter((p) => Date.parse(p.until) > clock.value).sort((a, b) => a.until.localeCompare(b.until)));

export async function readPins(signal?: AbortSignal, background?: boolean): Promise<void> {
  const { pins } = await api.pins([], signal, background);
  tick();
  told.value = pins;
}
