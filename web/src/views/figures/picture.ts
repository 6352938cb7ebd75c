/** savePicture offers a chart as a file; nothing happens when there is none. */
export function savePicture(address: string | undefined, name: string) {
  if (!address) return;
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name}.png`;
  link.click();
}
