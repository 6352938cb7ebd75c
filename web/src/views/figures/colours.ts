// The colours of the theme for the canvas, which knows no CSS: read again when the theme changes.
import { onScopeDispose, shallowRef } from 'vue';

const names = ['bg', 'sunken', 'raised', 'line', 'line-2', 'text', 'text-2', 'human', 'breach', 'hover'] as const;
export type Colours = Record<(typeof names)[number], string> & { font: string };

export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return { ...Object.fromEntries(names.map((name) => [name, value(name)])), font: value('font') } as Colours;
}

export function useColours() {
  const current = shallowRef(colours());
  const again = () => { current.value = colours(); };
  const observer = new MutationObserver(again);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const paper = matchMedia('print');
  paper.addEventListener('change', again);
  onScopeDispose(() => { observer.disconnect(); paper.removeEventListener('change', again); });
  return current;
}

/** hatch is a pattern of oblique lines for the canvas: what is provisional. */
export function hatch(colour: string): { image: HTMLCanvasElement; repeat: 'repeat' } {
  const tile = document.createElement('canvas');
  tile.width = 6;
  tile.height = 6;
  const pen = tile.getContext('2d')!;
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift, 6);
    pen.lineTo(shift + 6, 0);
  }
  pen.stroke();
  return { image: tile, repeat: 'repeat' };
}
