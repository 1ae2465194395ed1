// What a command is: its help, its options and its work, as one value a file.

import type { Readable, Writable } from 'node:stream';

/** One option of a command. */
export type OptionSpec = Readonly<{
  type: 'string' | 'boolean';
  short?: string;
  /** The placeholder of a value in the help, for example `FILE`. */
  value?: string;
  help: string;
}>;

/** Where a command reads and writes: results go to stdout, talk to stderr. Tests replace it. */
export type Terminal = Readonly<{
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
}>;

/** What was typed, after its options were checked. */
export type Invocation = Readonly<{
  terminal: Terminal;
  /** The value of an option that takes one. */
  text(name: string): string | undefined;
  /** Whether an option that takes no value was given. */
  flag(name: string): boolean;
  positionals: readonly string[];
  /** Everything after `--`, untouched. */
  rest: readonly string[];
}>;

export type Command = Readonly<{
  /** As typed, for example `keys create`. */
  name: string;
  summary: string;
  /** What follows the name in the usage line, without `[OPTIONS]`. */
  usage?: string;
  description?: string;
  options?: Readonly<Record<string, OptionSpec>>;
  /** How many positional arguments it takes; none when absent. */
  arguments?: Readonly<{ min: number; max: number }>;
  /** Whether arguments after `--` are passed on to another program. */
  takesRest?: boolean;
  examples: readonly string[];
  /** One sentence on what goes to stdout. */
  prints: string;
  /** Exit codes beside 0 and 2. */
  exits?: Readonly<Record<number, string>>;
  /** Resolves to the exit code. */
  run(invocation: Invocation): Promise<number>;
}>;

/** A failure whose message is for the person at the terminal: no stack, one line, perhaps a hint. */
export class CommandError extends Error {
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(message: string, options: { hint?: string | undefined; exitCode?: number } = {}) {
    super(message);
    this.name = 'CommandError';
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends CommandError {
  constructor(message: string, hint?: string) {
    super(message, { hint, exitCode: 2 });
    this.name = 'UsageError';
  }
}
