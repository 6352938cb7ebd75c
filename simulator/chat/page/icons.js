// Line icons, drawn here so that no font has to have them.
const shapes = {
  back: ['M15 5l-7 7 7 7'],
  close: ['M6 6l12 12', 'M18 6L6 18'],
  inspect: ['M9 7l-5 5 5 5', 'M15 7l5 5-5 5'],
  voice: ['M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3', 'M6 11a6 6 0 0 0 12 0', 'M12 17v4'],
  emoji: ['M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18', 'M8 14c2 3 6 3 8 0', 'M9 9v1', 'M15 9v1'],
  more: ['M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18', 'M12 8v8', 'M8 12h8'],
  image: ['M4 5h16v14H4z', 'M4 16l5-5 4 4 3-2 4 4', 'M15 9h.5'],
  file: ['M4 7h6l2 2h8v10H4z'],
  location: ['M12 21c5-5 7-8 7-11a7 7 0 0 0-14 0c0 3 2 6 7 11', 'M12 8a2 2 0 1 1 0 4a2 2 0 0 1 0-4'],
  link: ['M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1', 'M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1'],
  video: ['M3 6h12v12H3z', 'M15 10l6-3v10l-6-3'],
  scan: ['M4 8V4h4', 'M16 4h4v4', 'M20 16v4h-4', 'M8 20H4v-4', 'M4 12h16'],
  follow: ['M9 5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7', 'M3 20c1-5 11-5 12 0', 'M18 8v6', 'M15 11h6'],
  unfollow: ['M9 5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7', 'M3 20c1-5 11-5 12 0', 'M15 11h6'],
  notice: ['M6 17V11a6 6 0 0 1 12 0v6l2 2H4z', 'M10 21h4'],
  sound: ['M4 10v4h4l5 4V6L8 10z', 'M16 9c2 2 2 4 0 6', 'M19 7c3 3 3 7 0 10'],
  music: ['M9 18V6l10-2v11', 'M9 18a2.500 2.500 0 1 1-5 0a2.500 2.500 0 0 1 5 0', 'M19 15a2.500 2.500 0 1 1-5 0a2.500 2.500 0 0 1 5 0'],
  mini: ['M12 4l8 8-8 8-8-8z', 'M12 9l3 3-3 3-3-3z'],
  menu: ['M4 8h16', 'M4 12h16', 'M4 16h16'],
};

const space = 'http://www.w3.org/2000/svg';

// icon draws a shape; it is decoration, the name stands beside it or in the label.
export function icon(name, size = 24) {
  const svg = document.createElementNS(space, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', width: size, height: size, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true' })) svg.setAttribute(key, value);
  for (const d of shapes[name] ?? []) {
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

// paint puts icons into everything that carries data-icon.
export function paint(root = document) {
  for (const el of root.querySelectorAll('[data-icon]')) el.replaceChildren(icon(el.dataset.icon));
}
