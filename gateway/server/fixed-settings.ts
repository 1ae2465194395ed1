// Settings that the policy gave a session stay as they are: row security in the database tells by them whose rows these are.
import type { StatementFacts } from '../sql/index.ts';

/** The name of one that the statements change, or may change. */
export function fixedSettingChanged(
  statements: readonly StatementFacts[],
  settings: Readonly<Record<string, string>>,
): string | undefined {
  const fixed = Object.keys(settings).map((name) => name.toLowerCase());
  if (fixed.length === 0) return undefined;
  for (const { session, functions } of statements) {
    // RESET and DISCARD bring back what the session began with.
    for (const each of session)
      if (each.effect === 'set' && fixed.includes(each.name.toLowerCase())) return each.name;
    // set_config takes the name from an argument.
    if (functions.some((called) => called.class === 'set_session')) return fixed.join(', ');
  }
  return undefined;
}
