// Kind date_trunc: dates and times, cut off after a unit as PostgreSQL's date_trunc does, in UTC.
import type { DateTruncMask, DateUnit } from '../rule.ts';
import { civilOf, daysOf } from '../types/calendar.ts';
import { codecMask } from '../types/codec.ts';
import type { BaseType } from '../types/column-type.ts';
import { momentCodec } from '../types/moments.ts';
import { nullMask, type ValueMask } from '../value-mask.ts';
import { dateTruncWriter } from '../writers/date-trunc-writer.ts';

const microsAnHour = 3_600_000_000;

export function dateTruncMask({ unit }: DateTruncMask, { name }: BaseType): ValueMask {
  const codec = momentCodec(name);
  if (codec === undefined) return nullMask;
  const mask = codecMask(codec, (value) => {
    if (typeof value === 'string') return value;
    const { days, micros } = value;
    if (unit === 'hour') return { days, micros: micros - (micros % microsAnHour) };
    return { days: name === 'time' ? 0 : firstDay(days, unit), micros: 0 };
  });
  if (name !== 'date' && name !== 'timestamp' && name !== 'timestamptz') return mask;
  const first = (days: number) => (unit === 'hour' ? days : firstDay(days, unit));
  const text = dateTruncWriter(name, unit, 'text', first);
  const binary = dateTruncWriter(name, unit, 'binary', first);
  return { ...mask, writer: (format) => (format === 'text' ? text : binary) };
}

function firstDay(days: number, unit: Exclude<DateUnit, 'hour'>): number {
  if (unit === 'day') return days;
  // 2000-01-01 was a Saturday, and weeks begin on Monday.
  if (unit === 'week') return days - ((((days + 5) % 7) + 7) % 7);
  const { year, month } = civilOf(days);
  switch (unit) {
    case 'month':
      return daysOf({ year, month, day: 1 });
    case 'quarter':
      return daysOf({ year, month: month - ((month - 1) % 3), day: 1 });
    case 'year':
      return daysOf({ year, month: 1, day: 1 });
    case 'decade':
      return daysOf({ year: Math.floor(year / 10) * 10, month: 1, day: 1 });
    case 'century':
      // The 21st begins with 2001, and the first one BC with 100 BC, which is year -99.
      return daysOf({ year: Math.floor((year - 1) / 100) * 100 + 1, month: 1, day: 1 });
  }
}
