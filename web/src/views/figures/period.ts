/** decidedAt is when the last day of a window is decided: 48 hours after its end. */
export const decidedAt = (to: string) => new Date(Date.parse(`${to}T00:00:00+08:00`) + 3 * 86_400_000);

/** stillRuns: the window's last day is not over. */
export const stillRuns = (to: string, now = Date.now()) => Date.parse(`${to}T23:59:59+08:00`) > now;
