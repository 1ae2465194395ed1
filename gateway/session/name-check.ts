// Asks the server whether a name still stands for what it stood for before unknown code ran.
import { nameKey } from './name-key.ts';
import type { Names } from './names.ts';
import type { Ask } from './session-context.ts';

const STATEMENT = `SELECT statement FROM pg_catalog.pg_prepared_statements
  WHERE name OPERATOR(pg_catalog.=) $1::pg_catalog.text`;
const CURSOR = `SELECT statement FROM pg_catalog.pg_cursors
  WHERE name OPERATOR(pg_catalog.=) $1::pg_catalog.text`;

/** The name is certain afterwards: what it was, or unknown. */
export async function confirmStatement(names: Names, name: string, ask: Ask): Promise<void> {
  const wanted = names.doubtfulStatement(name)?.wholeText;
  if (await isText(STATEMENT, name, wanted, ask)) names.confirmStatement(name);
  else names.deallocated(name);
}

/** As above. One text opened twice makes the same rows but for its parameters. */
export async function confirmPortal({ portals }: Names, name: string, ask: Ask): Promise<void> {
  const wanted = portals.doubtful(name)?.statement?.wholeText;
  if (await isText(CURSOR, name, wanted, ask)) portals.confirm(name);
  else portals.closed(name);
}

async function isText(
  question: string,
  name: string,
  wanted: string | undefined,
  ask: Ask,
): Promise<boolean> {
  // The views don't show the unnamed statement, and a name that the server has cut isn't the one that is asked for.
  if (wanted === undefined || name === '' || nameKey(name) !== name) return false;
  try {
    const [row] = await ask(question, [name]);
    return row?.[0] === wanted;
  } catch {
    return false;
  }
}
