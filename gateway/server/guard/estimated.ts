// Finds out the facts that cost a question to the server, for a policy that asks for them.
import { estimateRows } from '../../catalog/index.ts';
import type { Decision } from '../../policy/index.ts';
import type { Statement } from '../../session/index.ts';
import { type StatementFacts, SyntaxRefusal } from '../../sql/index.ts';

const ESTIMATE_MS = 2_000;

/** Computing them while planning shows and changes nothing. */
const harmless: ReadonlySet<string> = new Set(['pure', 'whole_value', 'clock', 'random', 'session']);

/** The same facts and how many rows each of its own writes will change; undefined where that can't be found out. */
export async function estimated(
  facts: StatementFacts,
  needs: NonNullable<Decision['needs']>,
  statement: Statement,
): Promise<StatementFacts | undefined> {
  if (!needs.includes('estimated_rows') || facts.writes.length === 0 || facts.opaque.length > 0)
    return undefined;
  if (!facts.functions.every(({ class: its }) => harmless.has(its))) return undefined;
  const [parsed, another] = readable(statement);
  if (parsed === undefined || another !== undefined) return undefined;
  const rows = await statement.session.lend((questions) => estimateRows(parsed, questions, ESTIMATE_MS));
  if (rows === undefined) return undefined;
  const writes = facts.writes.map((write) =>
    write.through.length === 0 ? { ...write, estimatedRows: rows } : write,
  );
  return { ...facts, writes };
}

function readable(statement: Statement) {
  const parsed = statement.parsed();
  return parsed === undefined || parsed instanceof SyntaxRefusal ? [] : parsed;
}
