// Dates, times and intervals out of their binary form, as DateStyle ISO writes them; with a time zone, in UTC.

const DAY = 86_400_000_000n;
const LAST = 2n ** 63n - 1n;
/** Days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts. */
const EPOCH_DAYS = 10_957;

export const moments: readonly (readonly [number, (bytes: Buffer) => string])[] = [
  [1082, (bytes) => dateOrEnd(bytes.readInt32BE())],
  [1083, (bytes) => timeText(bytes.readBigInt64BE())],
  [1266, (bytes) => timeText(bytes.readBigInt64BE()) + zoneText(bytes.readInt32BE(8))],
  [1114, (bytes) => timestampText(bytes.readBigInt64BE(), '')],
  [1184, (bytes) => timestampText(bytes.readBigInt64BE(), '+00')],
  [1186, intervalText],
];

function dateOrEnd(days: number): string {
  if (days === 0x7fffffff) return 'infinity';
  if (days === -0x80000000) return '-infinity';
  const { date, era } = dateText(days);
  return date + era;
}

/** The proleptic Gregorian calendar, in which no year is 0. */
function dateText(days: number): Readonly<{ date: string; era: string }> {
  // Counted in eras of 400 years that begin in March, so that the leap day is the last of its year.
  const since = days + EPOCH_DAYS + 719_468;
  const era = Math.floor(since / 146_097);
  const ofEra = since - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0');
  return { date: `${shown}-${two(month)}-${two(day)}`, era: year > 0 ? '' : ' BC' };
}

const two = (number: number | bigint): string => String(number).padStart(2, '0');

function timeText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction(micros)}`;
}

function fraction(micros: bigint): string {
  const rest = micros % 1_000_000n;
  return rest === 0n ? '' : `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
}

/** Seconds west of Greenwich, of which the text says how far east. */
function zoneText(west: number): string {
  const seconds = Math.abs(west);
  const [hour, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const rest = second > 0 ? `:${two(minute)}:${two(second)}` : minute > 0 ? `:${two(minute)}` : '';
  return `${west > 0 ? '-' : '+'}${two(hour)}${rest}`;
}

function timestampText(since: bigint, zone: string): string {
  if (since === LAST) return 'infinity';
  if (since === -LAST - 1n) return '-infinity';
  const micros = ((since % DAY) + DAY) % DAY;
  const { date, era } = dateText(Number((since - micros) / DAY));
  return `${date} ${timeText(micros)}${zone}${era}`;
}

/** IntervalStyle postgres. */
function intervalText(bytes: Buffer): string {
  const micros = bytes.readBigInt64BE();
  const days = bytes.readInt32BE(8);
  const months = bytes.readInt32BE(12);
  if (micros === LAST && days === 0x7fffffff && months === 0x7fffffff) return 'infinity';
  if (micros === -LAST - 1n && days === -0x80000000 && months === -0x80000000) return '-infinity';
  const parts: string[] = [];
  let isBefore = false;
  const named = [
    [Math.trunc(months / 12), 'year'],
    [months % 12, 'mon'],
    [days, 'day'],
  ] as const;
  for (const [value, name] of named) {
    if (value === 0) continue;
    parts.push(`${isBefore && value > 0 ? '+' : ''}${value} ${name}${value === 1 ? '' : 's'}`);
    isBefore = value < 0;
  }
  if (micros !== 0n || parts.length === 0)
    parts.push(`${micros < 0n ? '-' : isBefore ? '+' : ''}${timeText(micros < 0n ? -micros : micros)}`);
  return parts.join(' ');
}
