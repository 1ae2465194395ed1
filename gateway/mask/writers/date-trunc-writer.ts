// Kind date_trunc on dates and timestamps as nearly all are: of years with four digits, in UTC, and in no far time.
import type { DateUnit } from '../rule.ts';
import { becomesNull, type Format, notThisWay, type ValueWriter } from '../value-mask.ts';
import { isDigit } from './ascii.ts';

export type DatedName = 'date' | 'timestamp' | 'timestamptz';

const microsADay = 86_400_000_000;
const microsAnHour = 3_600_000_000;
const dash = 0x2d;
const colon = 0x3a;
const space = 0x20;
const point = 0x2e;
const nought = 0x30;
const dateLength = 10;
const secondsLength = 19;
const zone = [0x2b, nought, nought] as const;

/** `first`: the first day of the unit that a day is in, both since 2000-01-01. */
export function dateTruncWriter(
  name: DatedName,
  unit: DateUnit,
  format: Format,
  first: (days: number) => number,
): ValueWriter | undefined {
  if (format === 'binary') return name === 'date' ? binaryDate(first) : binaryTimestamp(unit, first);
  if (unit === 'century' || unit === 'decade' || unit === 'week') return undefined;
  return name === 'date' ? textDate(unit) : textTimestamp(unit, name === 'timestamptz');
}

type WrittenUnit = Exclude<DateUnit, 'century' | 'decade' | 'week'>;

function textDate(unit: WrittenUnit): ValueWriter {
  return {
    longer: 0,
    write(from, start, end, to, at) {
      if (end - start !== dateLength || !isDate(from, start)) return notThisWay;
      return writeDate(unit, from, start, to, at);
    },
  };
}

function textTimestamp(unit: WrittenUnit, hasZone: boolean): ValueWriter {
  const zoneLength = hasZone ? zone.length : 0;
  return {
    longer: 0,
    write(from, start, end, to, at) {
      const zoneAt = end - zoneLength;
      if (zoneAt < start + secondsLength || !isDate(from, start) || !isTime(from, start + dateLength, zoneAt))
        return notThisWay;
      for (let index = 0; index < zoneLength; index++)
        if (from[zoneAt + index] !== zone[index]) return notThisWay;
      let next = writeDate(unit, from, start, to, at);
      if (next === notThisWay) return notThisWay;
      to[next++] = space;
      to[next++] = unit === 'hour' ? (from[start + 11] as number) : nought;
      to[next++] = unit === 'hour' ? (from[start + 12] as number) : nought;
      for (let part = 0; part < 2; part++) {
        to[next++] = colon;
        to[next++] = nought;
        to[next++] = nought;
      }
      for (let index = 0; index < zoneLength; index++) to[next++] = zone[index] as number;
      return next;
    },
  };
}

/** YYYY-MM-DD */
function isDate(from: Buffer, start: number): boolean {
  for (let index = 0; index < dateLength; index++) {
    const byte = from[start + index] as number;
    if (index === 4 || index === 7 ? byte !== dash : !isDigit(byte)) return false;
  }
  return true;
}

/** A space, HH:MM:SS, and maybe a fraction. */
function isTime(from: Buffer, start: number, end: number): boolean {
  if (from[start] !== space) return false;
  for (let index = 1; index < 9; index++) {
    const byte = from[start + index] as number;
    if (index === 3 || index === 6 ? byte !== colon : !isDigit(byte)) return false;
  }
  if (start + 9 === end) return true;
  if (from[start + 9] !== point) return false;
  for (let index = start + 10; index < end; index++) if (!isDigit(from[index] as number)) return false;
  return true;
}

function writeDate(unit: WrittenUnit, from: Buffer, start: number, to: Buffer, at: number): number {
  const month = ((from[start + 5] as number) - nought) * 10 + (from[start + 6] as number) - nought;
  if (month < 1 || month > 12) return notThisWay;
  for (let index = 0; index < dateLength; index++) to[at + index] = from[start + index] as number;
  if (unit === 'day' || unit === 'hour') return at + dateLength;
  to[at + 8] = nought;
  to[at + 9] = nought + 1;
  if (unit === 'month') return at + dateLength;
  const shown = unit === 'year' ? 1 : month - ((month - 1) % 3);
  to[at + 5] = nought + (shown > 9 ? 1 : 0);
  to[at + 6] = nought + (shown % 10);
  return at + dateLength;
}

/** About 5,500 years. Beyond are the ends of PostgreSQL's calendar, and infinity. */
const farthestDays = 2_000_000;

function binaryDate(first: (days: number) => number): ValueWriter {
  return {
    longer: 0,
    write(from, start, end, to, at) {
      if (end - start !== 4) return becomesNull;
      const days = from.readInt32BE(start);
      if (days > farthestDays || days < -farthestDays) return notThisWay;
      return to.writeInt32BE(first(days), at);
    },
  };
}

/** Of the upper half: 142 years to either side, whose microseconds are exact in a double. */
const farthestHigh = 2 ** 20;

function binaryTimestamp(unit: DateUnit, first: (days: number) => number): ValueWriter {
  return {
    longer: 0,
    write(from, start, end, to, at) {
      if (end - start !== 8) return becomesNull;
      const high = from.readInt32BE(start);
      if (high > farthestHigh || high < -farthestHigh) return notThisWay;
      const since = high * 2 ** 32 + from.readUInt32BE(start + 4);
      const days = Math.floor(since / microsADay);
      const micros = since - days * microsADay;
      const shown = unit === 'hour' ? since - (micros % microsAnHour) : first(days) * microsADay;
      const shownHigh = Math.floor(shown / 2 ** 32);
      to.writeInt32BE(shownHigh, at);
      return to.writeUInt32BE(shown - shownHigh * 2 ** 32, at + 4);
    },
  };
}
