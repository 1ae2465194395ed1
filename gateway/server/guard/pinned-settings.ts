// Settings that statements are read under stay as they are: a SET to another value is refused, before it ends the session.
import { Fault } from '../../lib/index.ts';
import type { StatementFacts } from '../../sql/index.ts';

type Pinned = Readonly<{ want: string; keeps: (value: string) => boolean }>;

/** As the server spells values: an encoding's name without what is no letter or digit, a boolean in any of its words. */
const pinned: ReadonlyMap<string, Pinned> = new Map([
  [
    'client_encoding',
    { want: 'UTF8', keeps: (value) => /^(utf8|unicode)$/i.test(value.replace(/[^a-z\d]/gi, '')) },
  ],
  [
    'standard_conforming_strings',
    { want: 'on', keeps: (value) => /^(on|true|t|yes|y|1)$/i.test(value.trim()) },
  ],
]);

/** Where the value is a constant; whatever else changes one is noticed once it has. */
export function pinnedSettingChanged({ session }: StatementFacts): Fault | undefined {
  for (const each of session) {
    if (each.effect !== 'set' || each.name === undefined || each.values === undefined) continue;
    const setting = pinned.get(each.name);
    if (setting === undefined || each.values.every((value) => setting.keeps(String(value)))) continue;
    return new Fault('pinned_setting_refused', { name: each.name, want: setting.want });
  }
  return undefined;
}
