// Runs a command line in this process and keeps what it wrote.
import { PassThrough, Readable, Writable } from 'node:stream';
import { runCommandLine } from '../../gateway/cli/index.ts';

export type CliRun = Readonly<{
  done: Promise<number>;
  stdout(): string;
  stderr(): string;
}>;

export type CliOptions = Readonly<{ env?: Readonly<Record<string, string>>; stdin?: string }>;

/** Starts `portcullis WORDS…`; `done` resolves to its exit code. */
export function startCli(words: readonly string[], { env = {}, stdin }: CliOptions = {}): CliRun {
  const out = collect();
  const err = collect();
  const done = runCommandLine(words, {
    stdin: stdin === undefined ? new PassThrough() : Readable.from([Buffer.from(stdin)]),
    stdout: out.stream,
    stderr: err.stream,
    env,
  });
  return { done, stdout: out.text, stderr: err.text };
}

/** Runs it to its end. */
export async function runCli(words: readonly string[], options: CliOptions = {}) {
  const run = startCli(words, options);
  const code = await run.done;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

function collect(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
