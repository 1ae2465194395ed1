// The facts of each statement of one session, asked for in that session, with what its names stand for.
import {
  type FactsAnswer,
  type Resolution,
  readFacts,
  type SessionQuestions,
} from '../../../gateway/catalog/index.ts';
import { innerStatements, parseStatements, SyntaxRefusal } from '../../../gateway/sql/index.ts';
import type { FactsReader } from '../reader.ts';
import { type Resolvers, searchPathOf } from '../tap/resolvers.ts';
import type { Listener, Sighting } from '../tap/tapped-session.ts';

export type StatementSeen = {
  readonly text: string;
  readonly answer: FactsAnswer;
  sqlstate: string | undefined;
};

const STATEMENT_BYTES = 1 << 24;
type Named = Readonly<{ text: string; parameterTypes: readonly number[] }>;

export function followSession(
  reader: FactsReader,
  resolvers: Resolvers,
  database: string,
  take: (seen: StatementSeen) => void,
): Listener {
  const named = new Map<string, Named>();
  const waiting = new Map<Sighting, StatementSeen>();
  let changed = false;
  return {
    before: async (sighting) => {
      if (changed) await reader.refresh();
      const answer = await factsOf(sighting, reader.catalog, named, (session, text, types) =>
        resolvers.resolve(database, session, text, types),
      );
      const seen: StatementSeen = { text: sighting.text, answer, sqlstate: undefined };
      waiting.set(sighting, seen);
      take(seen);
      changed = answer.kind !== 'facts' || answer.statements.some(({ kind }) => kind !== 'select');
      remember(sighting, named);
    },
    after: (sighting) => {
      const seen = waiting.get(sighting);
      if (seen !== undefined) seen.sqlstate = sighting.sqlstate;
      waiting.delete(sighting);
    },
  };
}

async function factsOf(
  { text, parameterTypes, session }: Sighting,
  catalog: FactsReader['catalog'],
  named: ReadonlyMap<string, Named>,
  resolve: (session: SessionQuestions, text: string, types: readonly number[]) => Promise<Resolution>,
): Promise<FactsAnswer> {
  if (session === undefined || session.transaction === 'failed')
    return { kind: 'unknown', reason: { reason: 'unresolved', because: 'the session can not be asked' } };
  return readFacts({
    text,
    parameterTypes,
    catalog,
    searchPath: await searchPathOf(session),
    resolve: (part, types) => resolve(session, part, types),
    named: (of, name) => named.get(`${of} ${name}`),
    statementBytes: STATEMENT_BYTES,
  });
}

/** What PREPARE and DECLARE name; the server's refusal makes the name meaningless, and harms nothing here. */
function remember({ text }: Sighting, named: Map<string, Named>): void {
  try {
    for (const statement of parseStatements(text, { maxBytes: STATEMENT_BYTES })) {
      const [inner] = innerStatements(statement, statement.source);
      if (inner?.source === undefined) continue;
      const { type, node } = statement;
      if (type === 'PrepareStmt')
        named.set(`prepared ${node.name}`, { text: inner.source, parameterTypes: [] });
      if (type === 'DeclareCursorStmt')
        named.set(`cursor ${node.portalname}`, { text: inner.source, parameterTypes: [] });
    }
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
  }
}
