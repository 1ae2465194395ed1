// The program `portcullis`: hands the command line to the dispatcher and keeps its exit code.

import { runCommandLine } from './cli/index.ts';

process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // A reader that closes the pipe (`portcullis keys list | head -1`) is not a failure.
  if (code === 'EPIPE') process.exit(0);
  process.stderr.write(`portcullis: standard output cannot be written: ${code ?? message}\n`);
  process.exit(1);
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
});
