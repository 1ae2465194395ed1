// What a benchmark suite is: a file in suites/ that measures something and hands back tables and targets.
import type { Row } from '../support/report.ts';
import type { BenchOptions } from './options.ts';

export type Bench = Readonly<{
  options: BenchOptions;
  /** Progress, on stderr: stdout is for the report. */
  say(text: string): void;
  /** Milliseconds until the run has to be over: a suite stops taking rounds when they are used up. */
  timeLeft(): number;
}>;

export type TargetResult = Readonly<{
  what: string;
  limit: string;
  measured: string;
  passed: boolean;
}>;

export type Section = Readonly<{
  title: string;
  rows: readonly Row[];
  targets: readonly TargetResult[];
  /** Everything behind the table, for --json. */
  data: unknown;
}>;

export type SuiteResult = Readonly<{
  notes: readonly string[];
  sections: readonly Section[];
  /** What failed to run at all: the only thing that makes the bench exit with 1. */
  broken: readonly string[];
}>;

export type Suite = Readonly<{
  /** One line for --help. */
  summary: string;
  /** It takes many minutes and gigabytes: only when it is named. */
  onlyNamed?: boolean;
  run(bench: Bench): Promise<SuiteResult>;
}>;
