// A screenshot with 256 colours, of shades that are nearly the same the most used: a third of the size,
// and no eye tells.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

// smaller takes a PNG of 8-bit RGB or RGBA without interlacing, as Chromium writes them.
export function smaller(png) {
  const parts = [];
  let head;
  for (let at = 8; at < png.length;) {
    const size = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    if (kind === 'IHDR') head = png.subarray(at + 8, at + 8 + size);
    if (kind === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  const [width, height, bytes] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] === 6 ? 4 : 3];
  const pixels = unfiltered(inflateSync(Buffer.concat(parts)), width, height, bytes);
  const counts = new Map();
  const colour = (i) => (pixels[i * bytes] << 16) | (pixels[i * bytes + 1] << 8) | pixels[i * bytes + 2];
  for (let i = 0; i < width * height; i++) counts.set(colour(i), (counts.get(colour(i)) ?? 0) + 1);
  const shades = new Map();
  for (const [c, n] of [...counts].sort((a, b) => b[1] - a[1])) {
    const shade = c & 0xf8f8f8;
    const known = shades.get(shade);
    if (known) known.n += n;
    else shades.set(shade, { c, n });
  }
  const palette = [...shades.values()].sort((a, b) => b.n - a.n).slice(0, 256).map((s) => s.c);
  const nearest = new Map(palette.map((c, i) => [c, i]));
  for (const c of counts.keys()) if (!nearest.has(c)) nearest.set(c, closest(palette, c));
  const lines = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = nearest.get(colour(y * width + x));
  const shape = Buffer.from(head);
  shape[8] = 8;
  shape[9] = 3;
  return Buffer.concat([signature, chunk('IHDR', shape), chunk('PLTE', Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]))), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function closest(palette, c) {
  const far = (p) => ((p >> 16) - (c >> 16)) ** 2 + (((p >> 8) & 255) - ((c >> 8) & 255)) ** 2 + ((p & 255) - (c & 255)) ** 2;
  let best = 0;
  for (let i = 1; i < palette.length; i++) if (far(palette[i]) < far(palette[best])) best = i;
  return best;
}

function unfiltered(data, width, height, bytes) {
  const row = width * bytes;
  const out = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (row + 1)];
    for (let x = 0; x < row; x++) {
      const left = x >= bytes ? out[y * row + x - bytes] : 0;
      const up = y > 0 ? out[(y - 1) * row + x] : 0;
      const corner = x >= bytes && y > 0 ? out[(y - 1) * row + x - bytes] : 0;
      out[y * row + x] = data[y * (row + 1) + 1 + x] + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), data.length + 8);
  return out;
}
