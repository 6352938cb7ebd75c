// A made-up picture to send: a street with a lamp, the time written into it.
export function placeholder() {
  const canvas = document.createElement('canvas');
  canvas.width = 480;
  canvas.height = 320;
  const c = canvas.getContext('2d');
  const hue = Math.floor(Math.random() * 360);
  c.fillStyle = `hsl(${hue} 45% 78%)`;
  c.fillRect(0, 0, 480, 210);
  c.fillStyle = '#6b6f75';
  c.fillRect(0, 210, 480, 110);
  c.fillStyle = '#f4f4f0';
  for (let x = 10; x < 480; x += 80) c.fillRect(x, 262, 44, 8);
  for (let i = 0; i < 6; i++) {
    const height = 60 + Math.floor(Math.random() * 110);
    c.fillStyle = `hsl(${(hue + 40 * i) % 360} 22% 52%)`;
    c.fillRect(i * 82, 210 - height, 70, height);
  }
  c.fillStyle = '#222';
  c.fillRect(398, 90, 6, 130);
  c.fillRect(398, 90, 40, 5);
  c.fillStyle = '#ffe08a';
  c.beginPath();
  c.arc(438, 98, 12, 0, Math.PI * 2);
  c.fill();
  c.fillStyle = '#fff';
  c.font = '20px sans-serif';
  c.fillText(new Date().toLocaleString('zh-CN', { hour12: false }), 16, 304);
  return canvas.toDataURL('image/png');
}

// shrink reads a picture file and makes it small enough to send.
export async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, 1280 / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/jpeg', 0.85);
}
