// A moment as policies see it: UTC, and never finer than a second.
import type { Input } from '../../../sql/index.ts';

type TimeInput = Input['request']['time'];

const weekdays: readonly TimeInput['weekday'][] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];

/** 1970 began on a Thursday. */
const firstWeekday = 4;
const modulo = (value: number, by: number) => ((value % by) + by) % by;

export const secondOf = (milliseconds: number): number => Math.floor(milliseconds / 1000);
export const hourOf = (milliseconds: number): number => modulo(Math.floor(milliseconds / 3_600_000), 24);
export const weekdayOf = (milliseconds: number): TimeInput['weekday'] =>
  weekdays[modulo(Math.floor(milliseconds / 86_400_000) + firstWeekday, 7)] as TimeInput['weekday'];

export function timeInput(milliseconds: number): TimeInput {
  const unix = secondOf(milliseconds);
  return {
    unix,
    iso: new Date(unix * 1000).toISOString().replace('.000Z', 'Z'),
    weekday: weekdayOf(milliseconds),
    hour: hourOf(milliseconds),
  };
}
