// `portcullis sql`.

import { accessOptions, resolveAccess } from './access.ts';
import type { Command, Terminal } from './command.ts';
import { loginNeeded } from './fresh-token.ts';
import { runPrompt } from './sql/prompt.ts';
import { Runner } from './sql/runner.ts';
import { SqlSession } from './sql/session.ts';
import { StatementReader } from './sql/statement-reader.ts';

export const sql: Command = {
  name: 'sql',
  summary: 'Run SQL on a resource without psql, once or at a prompt',
  usage: "RESOURCE ['SQL']",
  description:
    'Runs the SQL you give, or what comes on standard input, one statement after the other up to the first ' +
    'error. At a terminal it opens a prompt. ^C cancels the running statement.',
  options: accessOptions,
  arguments: { min: 1, max: 2 },
  examples: [
    "portcullis sql shop 'SELECT count(*) FROM orders'",
    'portcullis sql shop',
    'portcullis sql shop < report.sql',
  ],
  prints:
    'Rows as aligned tables, and the tag of each other statement. Errors and notices go to standard error.',
  exits: { 1: 'A statement or the connection failed.', [loginNeeded]: 'You need to log in (again).' },
  async run(invocation) {
    const { terminal } = invocation;
    const [resource = '', text] = invocation.positionals;
    const access = await resolveAccess(invocation);
    const session = await SqlSession.open(access, resource, {
      copyData: (chunk) => void terminal.stdout.write(chunk),
      notice: (notice) => void terminal.stderr.write(notice),
    });
    const runner = new Runner(session, terminal);
    try {
      if (text !== undefined) return await runScript(session, runner, [text], terminal);
      if (terminal.stdin.isTTY === true && terminal.stdout.isTTY === true) {
        return await runPrompt(session, runner, resource, terminal);
      }
      return await runScript(session, runner, terminal.stdin.setEncoding('utf8'), terminal);
    } finally {
      await session.close();
    }
  },
};

/** Stops at the first error: what follows was written on the assumption that it went well. */
async function runScript(
  session: SqlSession,
  runner: Runner,
  chunks: Iterable<string> | AsyncIterable<string>,
  terminal: Terminal,
): Promise<number> {
  const interrupt = () => {
    if (!runner.running) process.exit(130);
    terminal.stderr.write('Cancel request sent\n');
    session.cancel();
  };
  process.on('SIGINT', interrupt);
  try {
    const reader = new StatementReader();
    for await (const chunk of chunks) {
      for (const statement of reader.feed(chunk)) if (!(await runner.run(statement))) return 1;
    }
    const last = reader.finish();
    return last === undefined || (await runner.run(last)) ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupt);
  }
}
