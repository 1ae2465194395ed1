// Times as people write them: 2h, 90 minutes, 1 day 12 hours.

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };
const part = /\s*(\d{1,9}(?:\.\d{1,3})?)\s*(s|sec|second|m|min|minute|h|hr|hour|d|day|w|week)s?\b\s*,?/iy;

/** In whole seconds; undefined for what isn't a time, or none at all. */
export function parseDuration(text: string): number | undefined {
  part.lastIndex = 0;
  // 1h30m has no gap between its parts.
  const spaced = text.trim().replace(/([a-z])(?=\d)/gi, '$1 ');
  let sum = 0;
  let at = 0;
  while (at < spaced.length) {
    part.lastIndex = at;
    const found = part.exec(spaced);
    if (found === null) return undefined;
    sum += Number(found[1]) * (seconds[found[2]?.slice(0, 1).toLowerCase() ?? ''] ?? 0);
    at = part.lastIndex;
  }
  const whole = Math.round(sum);
  return whole > 0 && whole <= 2 ** 31 - 1 ? whole : undefined;
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** The two largest units of it. */
export function durationInWords(whole: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.round(whole));
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}
