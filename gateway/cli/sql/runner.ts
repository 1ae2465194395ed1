// Runs statements and shows what comes back.

import type { Terminal } from '../command.ts';
import { formatServerMessage } from './error-text.ts';
import { type SqlSession, StatementError } from './session.ts';
import type { StatementResult } from './statement-query.ts';
import { formatExpanded, formatTable, tableWidth } from './table.ts';

/** How rows are shown; `auto` expands a table that is wider than the terminal. */
export type Expanded = 'on' | 'off' | 'auto';

export class Runner {
  expanded: Expanded;
  running = false;
  readonly #session: SqlSession;
  readonly #terminal: Terminal;

  constructor(session: SqlSession, terminal: Terminal) {
    this.#session = session;
    this.#terminal = terminal;
    this.expanded = terminal.stdout.isTTY === true ? 'auto' : 'off';
  }

  /** Says whether the statement went well; its error was printed already. */
  async run(statement: string): Promise<boolean> {
    this.running = true;
    try {
      for (const result of await this.#session.run(statement)) this.#show(result);
      return true;
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      this.#terminal.stderr.write(formatServerMessage(error.fields, statement));
      return false;
    } finally {
      this.running = false;
    }
  }

  #show({ columns, rows, tag }: StatementResult): void {
    const { stdout } = this.#terminal;
    if (columns.length === 0) {
      if (tag !== undefined) stdout.write(`${tag}\n`);
      return;
    }
    const table = this.expanded === 'on' ? undefined : formatTable(columns, rows);
    const tooWide = table !== undefined && tableWidth(table) > (stdout.columns ?? 80);
    if (table === undefined || (this.expanded === 'auto' && tooWide))
      stdout.write(formatExpanded(columns, rows));
    else stdout.write(table);
  }
}
