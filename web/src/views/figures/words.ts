/** tiny is a time for a cell of the heat map: 9 分, 2 时, 3 天. */
export function tiny(seconds: number | 'unanswered', lang: string, unanswered: string): string {
  if (seconds === 'unanswered') return unanswered;
  const en = lang === 'en';
  if (seconds < 60) return `${seconds}${en ? 's' : '秒'}`;
  if (seconds < 3600) return `${Math.round(seconds / 60)}${en ? 'm' : '分'}`;
  return `${Math.round(seconds / 3600)}${en ? 'h' : '时'}`;
}
