// One line at the top that goes by itself: what has happened. Errors go into the page instead.
const shown = 4_000;
let box: HTMLElement | undefined;

// Readers are told of what comes into a box that was there before, so it stays.
function place(): HTMLElement {
  if (box) return box;
  box = document.createElement('div');
  box.className = 'toasts';
  box.role = 'status';
  box.popover = 'manual'; // above an open dialog too
  document.body.append(box);
  return box;
}

export function toast(message: string) {
  const at = place();
  [...at.children].find((line) => line.textContent === message)?.remove();
  const line = document.createElement('p');
  line.textContent = message;
  if (at.childElementCount > 0) at.hidePopover?.(); // the last to be shown lies on top
  at.showPopover?.();
  at.append(line);
  window.setTimeout(() => {
    line.remove();
    if (at.childElementCount === 0) at.hidePopover?.();
  }, shown);
}
