// Which citizen this tab is: from the address, else from the tab's storage, else a new one.
import * as api from './api.js';

const key = 'wenzheng.simulator.citizen';
const stems = '甲乙丙丁戊己庚辛壬癸';

export function nameOf(citizen) {
  const n = Number(citizen);
  return n >= 1 && n <= stems.length ? `市民${stems[n - 1]}` : `市民${citizen}`;
}

export async function current() {
  const asked = new URLSearchParams(location.search).get('citizen') || sessionStorage.getItem(key);
  if (asked) {
    remember(asked);
    return asked;
  }
  const { citizen } = await api.newCitizen();
  remember(citizen);
  return citizen;
}

export function remember(citizen) {
  sessionStorage.setItem(key, citizen);
  const url = new URL(location.href);
  url.searchParams.set('citizen', citizen);
  history.replaceState(null, '', url);
}
