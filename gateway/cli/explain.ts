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
import { type Command, CommandError, type Invocation, type Terminal, UsageError } from './command.ts';
import { readConfigOption } from './config-file.ts';
import { type Asking, askingOptions, readAsking } from './explain/asking-as.ts';
import { type DecidingPolicy, openDecidingPolicy, policyOption } from './explain/deciding-policy.ts';
import { createFactsReader, type FactsReader } from './explain/facts-reader.ts';
import { readSql } from './explain/read-sql.ts';
import { renderDecision } from './explain/render-decision.ts';
import { renderFacts } from './explain/render-facts.ts';
import { paintFor, widthFor } from './page/paint.ts';
import { chooseResource, resolverOptions, withResolver } from './resolver-access.ts';
import { displayWidth, printable } from './sql/display-text.ts';
import { formatServerMessage } from './sql/error-text.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'Show what a statement touches, and what the policy decides of it',
  usage: "['SQL']",
  description:
    'Nothing is executed: PostgreSQL says what the names mean, and views, rules, row security and functions ' +
    'are followed. With --as, the policy is asked too. Without an argument the SQL comes from --file or ' +
    'standard input. Each of several statements is read as the first of a new session.',
  options: {
    ...resolverOptions,
    ...askingOptions,
    ...policyOption,
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
    json: {
      type: 'boolean',
      help: 'Print what policies get as input.statement, one document a statement; with --as the whole input and the decision.',
    },
  },
  arguments: { min: 0, max: 1 },
  examples: [
    "portcullis explain --config portcullis.yaml 'SELECT name, email FROM customers WHERE id = $1'",
    'portcullis explain --config portcullis.yaml --as agent.json "DROP TABLE customers"',
    'portcullis explain --config portcullis.yaml --resource orders --file report.sql',
    "portcullis explain --config portcullis.yaml --json 'DELETE FROM orders' | jq .writes",
  ],
  prints: "The facts of each statement, and the decision. The database's errors go to standard error.",
  exits: { 1: 'A statement is wrong, or the database cannot be asked.' },
  async run(invocation) {
    const as = invocation.text('as');
    for (const name of ['at', 'policy']) {
      if (as === undefined && invocation.text(name) !== undefined)
        throw new UsageError(`option --${name} needs --as`);
    }
    const text = await readSql(invocation);
    const statements = await parse(text, invocation.terminal);
    if (statements === undefined) return 1;
    if (statements.length === 0) throw new CommandError('there is no statement in the SQL');
    const config = await readConfigOption(invocation);
    const { name } = chooseResource(config, invocation.text('resource'));
    const deciding = as === undefined ? undefined : await openDecidingPolicy(invocation, config, name);
    const data =
      deciding === undefined || invocation.text('data') !== undefined
        ? await readCatalogDataOption(invocation)
        : deciding.data;
    return withResolver(invocation, 'portcullis explain', async (access) => {
      const searchPath = listOf(invocation.text('search-path'));
      const reader = await createFactsReader(access, { data, searchPath, statementBytes });
      try {
        const { resource } = access;
        const { serverVersion } = reader;
        const asking =
          as === undefined ? undefined : await readAsking(as, invocation, { resource, serverVersion });
        const asked = asking && deciding && { asking, deciding };
        return await explainAll(reader, statements, invocation, asked);
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
  asked: Asked | undefined,
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
    } else if (answer.kind === 'facts')
      for (const facts of answer.statements) print(facts, invocation, asked);
    else throw new CommandError('nothing can be said of the statement');
  }
  return code;
}

/** Who asks, and what decides. */
type Asked = Readonly<{ asking: Asking; deciding: DecidingPolicy }>;

function print(facts: StatementFacts, { terminal, flag }: Invocation, asked: Asked | undefined): void {
  const decided = asked?.deciding.policy.statementAnew({ ...asked.asking, facts });
  if (flag('json')) {
    const document =
      decided === undefined
        ? statementInput(facts)
        : { input: decided.input(), decision: decided.decision, revision: decided.revision };
    terminal.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const page = { width: widthFor(terminal), paint: paintFor(terminal), verbose: flag('verbose') };
  terminal.stdout.write(`${renderFacts(facts, page)}\n`);
  if (decided !== undefined) terminal.stdout.write(`${renderDecision(decided, { ...page, indent: 2 })}\n`);
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
