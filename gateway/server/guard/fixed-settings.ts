// Settings that a session was given stay as they are: row security in the database tells by them whose rows these are.
import { isSetByStatement, type StatementFacts } from '../../sql/index.ts';

/** The name of one that the statements change, or may change. `fixed`: in lower case. */
export function fixedSettingChanged(
  statements: readonly StatementFacts[],
  fixed: readonly string[],
): string | undefined {
  if (fixed.length === 0) return undefined;
  for (const { session, functions, opaque } of statements) {
    // RESET and DISCARD bring back what the session began with.
    const set = session.filter((each) => each.effect === 'set');
    const named = set.find(({ name }) => name !== undefined && fixed.includes(name.toLowerCase()));
    if (named !== undefined) return named.name;
    // set_config may work out the name, here or in a definition, and code that nobody can read may do anything.
    const hidden = functions.some((called) => called.class === 'set_session' && !isSetByStatement(called));
    if (opaque.length > 0 || hidden || set.some(({ name }) => name === undefined)) return fixed.join(', ');
  }
  return undefined;
}
