// Light, dark, or as the system has it. public/theme.js does the same before the first paint.
import { ref } from 'vue';

export type Theme = 'auto' | 'light' | 'dark';

const system = matchMedia('(prefers-color-scheme: dark)');

function kept(): Theme {
  try {
    const value = localStorage.getItem('theme');
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch { return 'auto'; }
}

export const theme = ref<Theme>(kept());

function apply() {
  const dark = theme.value === 'dark' || (theme.value === 'auto' && system.matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

export function setTheme(chosen: Theme) {
  theme.value = chosen;
  try { localStorage.setItem('theme', chosen); } catch { /* storage is switched off */ }
  apply();
}

system.addEventListener('change', apply);
