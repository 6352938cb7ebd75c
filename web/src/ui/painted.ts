// A part of the page as a picture: charts drawn by hand (SVG, tables of colours) have no canvas to ask, and
// the content policy lets no image be made of their source. What is painted is what is seen: boxes,
// hatches, shapes and words.
const scale = 2;

/** painted is the part as a PNG of twice its size; what is marked `no-picture` is left out. */
export function painted(root: HTMLElement, background: string): string {
  const box = root.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  const [width, height] = [Math.ceil(box.width + 2 * margin), Math.ceil(box.height + 2 * margin)];
  canvas.width = width * scale;
  canvas.height = height * scale;
  const paint = canvas.getContext('2d')!;
  paint.fillStyle = background;
  paint.fillRect(0, 0, canvas.width, canvas.height);
  const base = new DOMMatrix([scale, 0, 0, scale, (margin - box.left) * scale, (margin - box.top) * scale]);
  walk(root, paint, base, background);
  return canvas.toDataURL('image/png');
}

const margin = 12;

function walk(element: Element, paint: CanvasRenderingContext2D, base: DOMMatrix, background: string) {
  const style = getComputedStyle(element);
  if (style.display === 'none' || style.visibility === 'hidden' || element.matches('.no-picture, .hidden-text')) return;
  paint.setTransform(base);
  if (element instanceof SVGGraphicsElement) shape(element, style, paint, base);
  else filled(element, style, paint, background);
  for (const child of element.childNodes) {
    if (child instanceof Text) words(child, style, paint, base);
    else if (child instanceof Element) walk(child, paint, base, background);
  }
}

function filled(element: Element, style: CSSStyleDeclaration, paint: CanvasRenderingContext2D, background: string) {
  const box = element.getBoundingClientRect();
  if (style.backgroundColor !== 'rgba(0, 0, 0, 0)') {
    paint.fillStyle = style.backgroundColor;
    paint.fillRect(box.left, box.top, box.width, box.height);
  }
  if (style.backgroundImage.startsWith('repeating-linear-gradient')) hatched(box, style.backgroundImage, paint, background);
  if (parseFloat(style.borderBottomWidth) > 0 && style.borderBottomStyle !== 'none') {
    paint.fillStyle = style.borderBottomColor;
    paint.fillRect(box.left, box.bottom - 1, box.width, 1);
  }
}

/** The last colour of the gradient is that of the lines. */
function hatched(box: DOMRect, image: string, paint: CanvasRenderingContext2D, background: string) {
  paint.save();
  paint.beginPath();
  paint.rect(box.left, box.top, box.width, box.height);
  paint.fillStyle = background;
  paint.fill();
  paint.clip();
  paint.beginPath();
  for (let x = box.left - box.height; x < box.right; x += 6) { paint.moveTo(x, box.top); paint.lineTo(x + box.height, box.bottom); }
  paint.strokeStyle = image.match(/rgba?\([^)]*\)/g)?.at(-1) ?? background;
  paint.lineWidth = 1;
  paint.stroke();
  paint.restore();
}

function shape(element: SVGGraphicsElement, style: CSSStyleDeclaration, paint: CanvasRenderingContext2D, base: DOMMatrix) {
  const path = outline(element);
  const at = element.getScreenCTM();
  if (!path || !at) return;
  const placed = new Path2D();
  placed.addPath(path, new DOMMatrix([at.a, at.b, at.c, at.d, at.e, at.f]));
  paint.setTransform(base);
  paint.globalAlpha = Number(style.opacity);
  if (style.fill !== 'none' && !(element instanceof SVGLineElement)) { paint.fillStyle = style.fill; paint.fill(placed); }
  if (style.stroke !== 'none') {
    paint.strokeStyle = style.stroke;
    paint.lineWidth = parseFloat(style.strokeWidth) || 1;
    paint.lineCap = style.strokeLinecap as CanvasLineCap;
    paint.stroke(placed);
  }
  paint.globalAlpha = 1;
}

function outline(element: SVGGraphicsElement): Path2D | undefined {
  const of = (name: string) => Number(element.getAttribute(name) ?? 0);
  const path = new Path2D();
  if (element instanceof SVGLineElement) { path.moveTo(of('x1'), of('y1')); path.lineTo(of('x2'), of('y2')); return path; }
  if (element instanceof SVGRectElement) { path.rect(of('x'), of('y'), of('width'), of('height')); return path; }
  if (element instanceof SVGCircleElement) { path.arc(of('cx'), of('cy'), of('r'), 0, 2 * Math.PI); return path; }
  if (element instanceof SVGPathElement) return new Path2D(element.getAttribute('d') ?? '');
  if (element instanceof SVGPolylineElement || element instanceof SVGPolygonElement) {
    [...element.points].forEach((p, i) => { if (i === 0) path.moveTo(p.x, p.y); else path.lineTo(p.x, p.y); });
    if (element instanceof SVGPolygonElement) path.closePath();
    return path;
  }
  return undefined;
}

/** words are painted line by line, as the page breaks them. */
function words(text: Text, style: CSSStyleDeclaration, paint: CanvasRenderingContext2D, base: DOMMatrix) {
  const range = document.createRange();
  const lines = new Map<number, { left: number; middle: number; text: string }>();
  for (let i = 0; i < text.data.length; i++) {
    range.setStart(text, i);
    range.setEnd(text, i + 1);
    const box = range.getClientRects()[0];
    if (!box || box.width === 0) continue;
    const line = lines.get(Math.round(box.top)) ?? { left: box.left, middle: box.top + box.height / 2, text: '' };
    lines.set(Math.round(box.top), { ...line, text: line.text + text.data[i] });
  }
  paint.setTransform(base);
  paint.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  paint.fillStyle = text.parentElement instanceof SVGElement ? style.fill : style.color;
  paint.textBaseline = 'middle';
  for (const line of lines.values()) paint.fillText(line.text, line.left, line.middle);
}
