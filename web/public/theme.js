// Runs before the first paint, so that a dark page never flashes white. It is a file of its
// own because the content policy forbids scripts in the page.
(() => {
  let chosen = 'auto';
  try { chosen = localStorage.getItem('theme') || 'auto'; } catch { /* storage is switched off */ }
  const dark = chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
