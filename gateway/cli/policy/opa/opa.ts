// Runs OPA, which does the work beneath the policy commands, and shows how it was called to whoever asks.
import { ensureOpa } from '../../../bin/opa.mjs';
import { CommandError, type Invocation, type OptionSpec } from '../../command.ts';
import { problemsOf } from './problems.ts';
import { type ProgramRun, runProgram } from './run-program.ts';

export type Opa = Readonly<{
  /** `folder`: where it runs, so that paths in its output are relative. */
  run(args: readonly string[], folder: string): Promise<ProgramRun>;
}>;

export const verboseOption: Readonly<Record<'verbose', OptionSpec>> = {
  verbose: { type: 'boolean', help: 'Show how opa is called, to do the same without portcullis.' },
};

export async function prepareOpa({ flag, terminal }: Invocation): Promise<Opa> {
  const program = await ensureOpa().catch((error: Error) => {
    throw new CommandError(`OPA is missing: ${error.message}`);
  });
  return {
    run(args, folder) {
      if (flag('verbose')) terminal.stderr.write(`$ opa ${args.map(quoted).join(' ')}\n`);
      return runProgram(program, args, { folder });
    },
  };
}

/** What OPA printed when a call failed that should not have: its own words say what is wrong. */
export async function runOrFail(opa: Opa, args: readonly string[], folder: string): Promise<string> {
  const run = await opa.run(args, folder);
  if (run.code === 0) return run.stdout;
  throw new CommandError([`opa ${args[0]} failed`, ...problemsOf(run).map((line) => `  ${line}`)].join('\n'));
}

const quoted = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
