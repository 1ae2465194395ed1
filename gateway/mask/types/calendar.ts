// Days and the Gregorian calendar that PostgreSQL reckons with, also before it existed; year 0 is 1 BC.

export type CivilDate = Readonly<{ year: number; month: number; day: number }>;

const daysIn400Years = 146_097;
/** From 1 March of year 0 to 1 January 2000, where PostgreSQL's days begin. */
const epoch = 730_425;

/** Days since 2000-01-01. Years begin in March here, so that a leap day is a year's last. */
export function daysOf({ year, month, day }: CivilDate): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * daysIn400Years + yearOfEra * 365 + leapDays + dayOfYear - epoch;
}

export function civilOf(days: number): CivilDate {
  const since = days + epoch;
  const era = Math.floor(since / daysIn400Years);
  const dayOfEra = since - era * daysIn400Years;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}
