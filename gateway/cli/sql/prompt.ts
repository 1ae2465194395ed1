// The interactive prompt of `portcullis sql`.

import { createInterface, type Interface } from 'node:readline';
import type { Terminal } from '../command.ts';
import { runBackslash } from './backslash.ts';
import type { Runner } from './runner.ts';
import type { SqlSession } from './session.ts';
import { StatementReader } from './statement-reader.ts';

/** Reads and runs statements until \q, ^D or the end of the session; resolves to the exit code. */
export async function runPrompt(
  session: SqlSession,
  runner: Runner,
  resource: string,
  terminal: Terminal,
): Promise<number> {
  const reader = new StatementReader();
  const lines = createInterface({
    input: terminal.stdin,
    output: terminal.stdout,
    terminal: true,
    historySize: 500,
  });
  const showPrompt = () => {
    const waiting = reader.waiting;
    lines.setPrompt(`${resource}${waiting ?? '='}${session.transactionMark}> `);
    lines.prompt();
  };
  lines.on('SIGINT', () => {
    if (runner.running) {
      terminal.stderr.write('Cancel request sent\n');
      session.cancel();
      return;
    }
    reader.clear();
    terminal.stdout.write('^C\n');
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    showPrompt();
  });
  session.untilEnded().then(() => lines.close());
  terminal.stdout.write('Type SQL and end it with ";", \\? for help, \\q to quit.\n');
  showPrompt();
  let saidWhy = false;
  let quit = false;
  for await (const line of eachLine(lines)) {
    const isCommand = reader.waiting === undefined && line.trimStart().startsWith('\\');
    if (isCommand) {
      quit = runBackslash(line.trim(), runner, terminal) === 'quit';
      if (quit) break;
    } else {
      for (const statement of reader.feed(`${line}\n`)) saidWhy = !(await runner.run(statement));
    }
    if (session.ended !== undefined) break;
    saidWhy = false;
    showPrompt();
  }
  lines.close();
  if (session.ended === undefined) {
    // After ^D the shell's prompt belongs on a line of its own.
    if (!quit) terminal.stdout.write('\n');
    return 0;
  }
  terminal.stderr.write(`${saidWhy ? '' : `\n${session.ended}`}The session has ended.\n`);
  return 1;
}

/** readline's own iterator loses lines that arrive together before it is awaited; this one keeps them. */
async function* eachLine(lines: Interface): AsyncGenerator<string> {
  const waiting: string[] = [];
  let closed = false;
  let wake = () => {};
  lines.on('line', (line) => {
    waiting.push(line);
    wake();
  });
  lines.on('close', () => {
    closed = true;
    wake();
  });
  for (;;) {
    const line = waiting.shift();
    if (line !== undefined) yield line;
    else if (closed) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
