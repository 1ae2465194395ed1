// Finds a program of the policy tools, or fetches it: on PATH, then the official release, then built with Go.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.mjs';
import { root } from './packages.mjs';

const run = promisify(execFile);
const cache = join(root, '.cache', 'bin');

/** The path of a fitting program. Throws when there is none and none can be had. */
export async function ensureProgram(program) {
  const found = await findProgram(program);
  if (found) return found;
  await mkdir(cache, { recursive: true });
  const cached = join(cache, program.name);
  await withLock(join(root, '.cache', `${program.name}.lock`), program.title, async () => {
    if (await fits(program, cached)) return;
    await download(program, cached).catch(async (refused) => {
      await build(program, cached).catch((failed) => {
        throw new Error(`${refused.message}; ${failed.message}. ${program.advice}`);
      });
    });
  });
  return cached;
}

export async function findProgram(program) {
  for (const candidate of [program.name, join(cache, program.name)]) {
    if (await fits(program, candidate)) return candidate;
  }
  return undefined;
}

async function fits({ isFitting }, path) {
  try {
    const { stdout } = await run(path, ['version'], { timeout: 10_000 });
    return isFitting(stdout);
  } catch {
    return false;
  }
}

async function download({ title, releases }, cached) {
  const [url, sha256] = releases[`${process.platform}-${process.arch}`] ?? [];
  if (!url) throw new Error(`there is no ${title} release for ${process.platform}-${process.arch}`);
  const bytes = await fetch(url, { signal: AbortSignal.timeout(180_000) })
    .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(`HTTP ${answer.status}`))))
    .catch((error) =>
      Promise.reject(
        new Error(`the ${title} release could not be fetched (${error.cause?.code ?? error.message})`),
      ),
    );
  const content = Buffer.from(bytes);
  if (createHash('sha256').update(content).digest('hex') !== sha256) {
    throw new Error(`the ${title} release ${url} does not have the SHA-256 that is expected`);
  }
  await writeFile(`${cached}.part`, content);
  await chmod(`${cached}.part`, 0o755);
  await rename(`${cached}.part`, cached);
}

/**
 * Go checks the modules against its public checksum database. A module of our own requires the program's: where
 * that one replaces modules of its own, `go install` refuses it.
 */
async function build({ module, version, linkerFlags = '' }, cached) {
  const folder = await mkdtemp(`${cached}.build-`);
  try {
    await writeFile(join(folder, 'go.mod'), `module build\n\ngo 1.21\n\nrequire ${module} v${version}\n`);
    const built = join(folder, 'program');
    const args = ['build', '-mod=mod', '-trimpath', `-ldflags=-s -w ${linkerFlags}`, '-o', built, module];
    const job = run('go', args, { cwd: folder, timeout: 600_000 });
    if (job.child.pid) setPriority(job.child.pid, constants.priority.PRIORITY_LOW);
    await job.catch((error) => {
      throw new Error(
        error.code === 'ENOENT' ? 'Go is not installed either' : `go build failed: ${error.stderr}`,
      );
    });
    await rename(built, cached);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
