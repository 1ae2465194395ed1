// Settings that the policy gave a session stay as they are: row security in the database tells by them whose rows these are.
import type { StatementFacts } from '../sql/index.ts';

/** The name of one that the statements change, or may change. `fixed`: in lower case. */
export function fixedSettingChanged(
  statements: readonly StatementFacts[],
  fixed: readonly string[],
): string | undefined {
  if (fixed.length === 0) return undefined;
  for (const { session, functions, opaque } of statements) {
    // RESET and DISCARD bring back what the session began with.
    for (const each of session)
      if (each.effect === 'set' && fixed.includes(each.name.toLowerCase())) return each.name;
    // set_config takes the name from an argument, and code that nobody can read may do anything.
    if (opaque.length > 0 || functions.some((called) => called.class === 'set_session'))
      return fixed.join(', ');
  }
  return undefined;
}
