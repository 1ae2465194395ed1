// `portcullis explain`.

import {
  loadGrammar,
  parseStatements,
  type Statement,
  type StatementFacts,
  SyntaxRefusal,
  statementInput,
} from '../sql/index.ts';
import { printFindings } from './catalog/print-findings.ts';
import { catalogDataOption, readCatalogDataOption } from './catalog-data.ts';
import { type Command, CommandError, type Invocation, type Terminal } from './command.ts';
import { createFactsReader, type FactsReader } from './explain/facts-reader.ts';
import { readSql } from './explain/read-sql.ts';
import { renderFacts } from './explain/render-facts.ts';
import { paintFor, widthFor } from './page/paint.ts';
import { resolverOptions, withResolver } from './resolver-access.ts';
import { displayWidth, printable } from './sql/display-text.ts';
import { formatServerMessage } from './sql/error-text.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'Show what a statement touches, as policies see it',
  usage: "['SQL']",
  description:
    'Nothing is executed: PostgreSQL says what the names mean, and views, rules, row security and functions ' +
    'are followed. Without an argument the SQL comes from --file or standard input. Each of several ' +
    'statements is read as the first of a new session.',
  options: {
    ...resolverOptions,
    ...catalogDataOption,
    file: { type: 'string', short: 'f', value: 'FILE', help: 'A file with the SQL.' },
    'parameter-types': {
      type: 'string',
      value: 'A,B',
      help: 'The types of $1, $2…, where the database should not infer them.',
    },
    'search-path': {
      type: 'string',
      value: 'A,B',
      help: "The session's schemas. Default: those that a new session has.",
    },
    verbose: {
      type: 'boolean',
      short: 'v',
      help: 'Also list what only computes or is used inside views, and the labels of tables.',
    },
    json: { type: 'boolean', help: 'Print what policies get as input.statement, one document a statement.' },
  },
  arguments: { min: 0, max: 1 },
  examples: [
    "portcullis explain --config portcullis.yaml 'SELECT name, email FROM customers WHERE id = $1'",
    'portcullis explain --config portcullis.yaml --resource orders --file report.sql',
    "portcullis explain --config portcullis.yaml --json 'DELETE FROM orders' | jq .writes",
  ],
  prints: "The facts of each statement. The database's errors go to standard error.",
  exits: { 1: 'A statement is wrong, or the database cannot be asked.' },
  async run(invocation) {
    const text = await readSql(invocation);
    const data = await readCatalogDataOption(invocation);
    const statements = await parse(text, invocation.terminal);
    if (statements === undefined) return 1;
    if (statements.length === 0) throw new CommandError('there is no statement in the SQL');
    return withResolver(invocation, 'portcullis explain', async (access) => {
      const searchPath = listOf(invocation.text('search-path'));
      const reader = await createFactsReader(access, { data, searchPath, statementBytes });
      try {
        return await explainAll(reader, statements, invocation);
      } finally {
        reader.close();
      }
    });
  },
};

const statementBytes = 16 * 1_048_576;

async function parse(text: string, { stderr }: Terminal): Promise<readonly Statement[] | undefined> {
  await loadGrammar();
  try {
    return parseStatements(text, { maxBytes: statementBytes });
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    stderr.write(formatServerMessage(serverMessage(error), text));
    return undefined;
  }
}

/** An error of one statement says nothing of the others: all are explained. */
async function explainAll(
  reader: FactsReader,
  statements: readonly Statement[],
  invocation: Invocation,
): Promise<number> {
  const { terminal, text, flag } = invocation;
  if (text('data') !== undefined) printFindings(reader.findings, terminal);
  const parameterTypes = await reader.typeOids(listOf(text('parameter-types')) ?? []);
  let code = 0;
  for (const [at, { source }] of statements.entries()) {
    if (statements.length > 1 && !flag('json')) {
      terminal.stdout.write(`${statementTitle(source, `${at + 1} of ${statements.length}`, terminal)}\n`);
    }
    const answer = await reader.read(source, parameterTypes);
    if (answer.kind === 'error') {
      terminal.stderr.write(formatServerMessage(serverMessage(answer), source));
      code = 1;
    } else if (answer.kind === 'facts') for (const facts of answer.statements) print(facts, invocation);
    else throw new CommandError('nothing can be said of the statement');
  }
  return code;
}

function print(facts: StatementFacts, { terminal, flag }: Invocation): void {
  const page = { width: widthFor(terminal), paint: paintFor(terminal), verbose: flag('verbose') };
  const text = flag('json') ? JSON.stringify(statementInput(facts), undefined, 2) : renderFacts(facts, page);
  terminal.stdout.write(`${text}\n`);
}

/** The number of a statement and its first line, as far as it fits. */
function statementTitle(source: string, number: string, terminal: Terminal): string {
  const room = widthFor(terminal) - number.length - 4;
  const [line = '', ...more] = source.split('\n');
  let shown = printable(line);
  if (displayWidth(shown) > room) {
    while (displayWidth(shown) > room - 1) shown = shown.slice(0, -1);
    shown += '…';
  } else if (more.length > 0) shown += ' …';
  return paintFor(terminal)('dim', `${number}  ${shown}`);
}

type StatementProblem = Readonly<{
  sqlstate: string;
  message: string;
  position: number | undefined;
  detail?: string | undefined;
  hint?: string | undefined;
}>;

const serverMessage = ({ sqlstate, message, position, detail, hint }: StatementProblem) => ({
  severity: 'ERROR',
  code: sqlstate,
  message,
  detail,
  hint,
  position: position === undefined ? undefined : String(position),
});

/** Commas inside parentheses belong to a type: numeric(10,2). */
function listOf(text: string | undefined): string[] | undefined {
  return text?.split(/,(?![^(]*\))/).map((part) => part.trim());
}
