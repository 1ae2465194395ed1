// The program `portcullis`: hands the command line to the dispatcher and keeps its exit code.

import { runCommandLine } from './cli/index.ts';

// A reader that closes the pipe (`portcullis keys list | head -1`) is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
});
