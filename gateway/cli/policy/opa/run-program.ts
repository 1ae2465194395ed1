// Runs another program to its end, within a time and a size.
import { execFile } from 'node:child_process';

export type ProgramRun = Readonly<{ code: number; stdout: string; stderr: string }>;

const longestSeconds = 300;
const mostOutput = 256 * 1024 * 1024;

/** Resolves for every exit code. Rejects where the program can't be run or doesn't end. */
export function runProgram(
  program: string,
  args: readonly string[],
  { folder, input }: Readonly<{ folder: string; input?: string }>,
): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      { cwd: folder, timeout: longestSeconds * 1000, maxBuffer: mostOutput },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else if (error.killed) reject(new Error(`${program} did not end within ${longestSeconds} seconds`));
        else reject(new Error(`${program} cannot be run: ${error.code ?? error.message}`));
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
