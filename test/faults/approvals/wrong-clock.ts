// A clock that is wrong for one process and all that it starts, by libfaketime: what timers measure goes on as it is.
import { existsSync } from 'node:fs';

const places = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`,
);

/** The environment of such a process; undefined where libfaketime isn't installed. */
export function wrongClock(hours: number): Readonly<Record<string, string>> | undefined {
  const library = places.find((place) => existsSync(place));
  if (library === undefined) return undefined;
  return {
    LD_PRELOAD: library,
    FAKETIME: `${hours < 0 ? '-' : '+'}${Math.abs(hours)}h`,
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}
