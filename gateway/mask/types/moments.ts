// Dates, times of day and timestamps: one codec each, over days and microseconds of a day.
import { civilOf, daysOf } from './calendar.ts';
import type { Codec } from './codec.ts';
import type { BaseName } from './column-type.ts';

/** `days` since 2000-01-01, which a time of day has none of, and microseconds, which a date has none of. */
export type Moment = Readonly<{ days: number; micros: number }> | 'infinity' | '-infinity';

export const microsADay = 86_400_000_000;

export function momentCodec(name: BaseName): Codec<Moment> | undefined {
  switch (name) {
    case 'date':
      return dateCodec;
    case 'time':
      return timeCodec;
    case 'timestamp':
      return timestampCodec('');
    case 'timestamptz':
      // Always in UTC: an offset that comes with summer would tell what was cut off.
      return timestampCodec('+00');
    default:
      return undefined;
  }
}

const time = '(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?';
const zone = '([+-]\\d\\d)(?::?(\\d\\d))?(?::?(\\d\\d))?';
/** As DateStyle ISO prints them; other styles are ambiguous, and their values become NULL. */
const isoDate = '(\\d{4,7})-(\\d\\d)-(\\d\\d)';
const era = '( BC)?';
const dateForm = new RegExp(`^${isoDate}${era}$`);
const timeForm = new RegExp(`^${time}$`);
const timestampForm = new RegExp(`^${isoDate}[ T]${time}${era}$`);
const timestamptzForm = new RegExp(`^${isoDate}[ T]${time}${zone}${era}$`);

type Parts = readonly (string | undefined)[];

function readDate([year, month, day]: Parts, before: string | undefined): number | undefined {
  const number = Number(year);
  const date = { year: before === undefined ? number : 1 - number, month: Number(month), day: Number(day) };
  const days = daysOf(date);
  const { month: same, day: alike } = civilOf(days);
  return number > 0 && same === date.month && alike === date.day ? days : undefined;
}

function readTime([hour, minute, second, fraction = '']: Parts): number {
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return seconds * 1_000_000 + Number(fraction.padEnd(6, '0'));
}

function printDate(days: number): readonly [date: string, era: string] {
  const { year, month, day } = civilOf(days);
  const two = (number: number) => String(number).padStart(2, '0');
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0');
  return [`${shown}-${two(month)}-${two(day)}`, year > 0 ? '' : ' BC'];
}

function printTime(micros: number): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = micros % 1_000_000;
  const shown = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}${shown}`;
}

const isEndless = (text: string): text is 'infinity' | '-infinity' =>
  text === 'infinity' || text === '-infinity';

/** 4714-11-24 BC, where PostgreSQL's calendar begins. */
const firstDay = -2_451_545;

const dateCodec: Codec<Moment> = {
  parse(text) {
    if (isEndless(text)) return text;
    const match = dateForm.exec(text);
    const days = match === null ? undefined : readDate(match.slice(1, 4), match[4]);
    return days === undefined ? undefined : { days, micros: 0 };
  },
  print: (value) => (typeof value === 'string' ? value : printDate(Math.max(value.days, firstDay)).join('')),
  read(from) {
    if (from.length !== 4) return undefined;
    const days = from.readInt32BE();
    if (days === 0x7fffffff) return 'infinity';
    return days === -0x80000000 ? '-infinity' : { days, micros: 0 };
  },
  write(value) {
    const to = Buffer.allocUnsafe(4);
    if (value === 'infinity') to.writeInt32BE(0x7fffffff);
    else to.writeInt32BE(value === '-infinity' ? -0x80000000 : Math.max(value.days, firstDay));
    return to;
  },
};

const timeCodec: Codec<Moment> = {
  parse(text) {
    const match = timeForm.exec(text);
    return match === null ? undefined : { days: 0, micros: readTime(match.slice(1)) };
  },
  print: (value) => printTime(typeof value === 'string' ? 0 : value.micros),
  read: (from) => (from.length === 8 ? { days: 0, micros: Number(from.readBigInt64BE()) } : undefined),
  write(value) {
    const to = Buffer.allocUnsafe(8);
    to.writeBigInt64BE(typeof value === 'string' ? 0n : BigInt(value.micros));
    return to;
  },
};

const latest = 2n ** 63n - 1n;
const dayLength = BigInt(microsADay);

function timestampCodec(zoneShown: '' | '+00'): Codec<Moment> {
  const form = zoneShown === '' ? timestampForm : timestamptzForm;
  return {
    parse(text) {
      if (isEndless(text)) return text;
      const match = form.exec(text);
      if (match === null) return undefined;
      const days = readDate(match.slice(1, 4), match.at(-1));
      if (days === undefined) return undefined;
      const micros = readTime(match.slice(4, 8)) - (zoneShown === '' ? 0 : readZone(match.slice(8, 11)));
      const over = Math.floor(micros / microsADay);
      return { days: days + over, micros: micros - over * microsADay };
    },
    print(value) {
      if (typeof value === 'string') return value;
      const [date, eraShown] = printDate(Math.max(value.days, firstDay));
      return `${date} ${printTime(value.micros)}${zoneShown}${eraShown}`;
    },
    read(from) {
      if (from.length !== 8) return undefined;
      const since = from.readBigInt64BE();
      if (since === latest) return 'infinity';
      if (since === -latest - 1n) return '-infinity';
      const micros = ((since % dayLength) + dayLength) % dayLength;
      return { days: Number((since - micros) / dayLength), micros: Number(micros) };
    },
    write(value) {
      const to = Buffer.allocUnsafe(8);
      if (value === 'infinity') to.writeBigInt64BE(latest);
      else if (value === '-infinity') to.writeBigInt64BE(-latest - 1n);
      else to.writeBigInt64BE(BigInt(Math.max(value.days, firstDay)) * dayLength + BigInt(value.micros));
      return to;
    },
  };
}

/** Microseconds east of Greenwich. */
function readZone([hour = '', minute = '0', second = '0']: Parts): number {
  const seconds = (Math.abs(Number(hour)) * 60 + Number(minute)) * 60 + Number(second);
  return (hour.startsWith('-') ? -seconds : seconds) * 1_000_000;
}
