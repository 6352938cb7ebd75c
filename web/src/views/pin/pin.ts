// What the form of an emergency answer counts.
export const mostDays = 30;

/** untilAfter is so many hours from now, on a full ten minutes, as RFC 3339 in Beijing time. */
export function untilAfter(now: number, hours: number): string {
  const ten = 600_000;
  const at = new Date(Math.ceil((now + hours * 3_600_000) / ten) * ten + 8 * 3_600_000);
  return `${at.toISOString().slice(0, 19)}+08:00`;
}
