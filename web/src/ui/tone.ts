// One soft tone for what should not wait to be seen, at most one in twenty seconds. Browsers play none before a click.
const apart = 20_000;
let context: AudioContext | undefined;
let played = -apart;

/** tone sounds, unless one has just sounded; by a click it asks the browser for leave. */
export function tone() {
  if (performance.now() - played < apart) return;
  played = performance.now();
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
  const [sound, volume] = [context.createOscillator(), context.createGain()];
  sound.frequency.value = 660;
  volume.gain.setValueAtTime(0, context.currentTime);
  volume.gain.linearRampToValueAtTime(0.12, context.currentTime + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.5);
  sound.connect(volume).connect(context.destination);
  sound.start();
  sound.stop(context.currentTime + 0.5);
}
