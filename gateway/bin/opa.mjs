// Finds OPA, the policy compiler, or fetches it: on PATH, then the official release, then built with Go.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.mjs';
import { root } from './packages.mjs';

const run = promisify(execFile);

const version = '1.19.0';
/** The published SHA-256 of that release's files. */
const releases = {
  'linux-x64': ['opa_linux_amd64_static', '1dd5c5591ff856f5e20a1d66bafae9511ddf3c5552ed3b5070c70b2b6580ee3f'],
  'linux-arm64': [
    'opa_linux_arm64_static',
    '06680087ed236c8c6aaa021660d83178db829a2ad30bdb3482481fada6791b2a',
  ],
  'darwin-x64': ['opa_darwin_amd64', 'a6bb096502d176a23b721e023f3ca615a0e4773fec69511143093a2281118f5c'],
  'darwin-arm64': [
    'opa_darwin_arm64_static',
    '6de003137cc54b65cb4a6a9c7cf6b29a248f10c1c16fc34f793a8a83b5f9d004',
  ],
};

const cache = join(root, '.cache', 'bin');
const cached = join(cache, 'opa');

/** The path of a fitting OPA. Throws when there is none and none can be had. */
export async function ensureOpa() {
  const found = await findOpa();
  if (found) return found;
  await mkdir(cache, { recursive: true });
  await withLock(join(root, '.cache', 'opa.lock'), 'OPA', async () => {
    if (await fits(cached)) return;
    await download().catch(async (refused) => {
      await build().catch((failed) => {
        throw new Error(`${refused.message}; ${failed.message}. Put an opa of version 1.4 to 1.x on PATH.`);
      });
    });
  });
  return cached;
}

export async function findOpa() {
  for (const candidate of ['opa', cached]) if (await fits(candidate)) return candidate;
  return undefined;
}

async function fits(opa) {
  try {
    const { stdout } = await run(opa, ['version'], { timeout: 10_000 });
    const [, major, minor] = /^Version: (\d+)\.(\d+)/m.exec(stdout) ?? [];
    return major === '1' && Number(minor) >= 4;
  } catch {
    return false;
  }
}

async function download() {
  const [file, sha256] = releases[`${process.platform}-${process.arch}`] ?? [];
  if (!file) throw new Error(`there is no OPA release for ${process.platform}-${process.arch}`);
  const url = `https://github.com/open-policy-agent/opa/releases/download/v${version}/${file}`;
  const bytes = await fetch(url, { signal: AbortSignal.timeout(180_000) })
    .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(`HTTP ${answer.status}`))))
    .catch((error) =>
      Promise.reject(
        new Error(`the OPA release could not be fetched (${error.cause?.code ?? error.message})`),
      ),
    );
  const content = Buffer.from(bytes);
  if (createHash('sha256').update(content).digest('hex') !== sha256) {
    throw new Error(`the OPA release ${file} does not have the SHA-256 that is expected`);
  }
  await writeFile(`${cached}.part`, content);
  await chmod(`${cached}.part`, 0o755);
  await rename(`${cached}.part`, cached);
}

/** Go checks the module against its public checksum database. */
async function build() {
  const job = run('go', ['install', `github.com/open-policy-agent/opa@v${version}`], {
    env: { ...process.env, GOBIN: cache },
    timeout: 600_000,
  });
  if (job.child.pid) setPriority(job.child.pid, constants.priority.PRIORITY_LOW);
  await job.catch((error) => {
    throw new Error(
      error.code === 'ENOENT' ? 'Go is not installed either' : `go install failed: ${error.stderr}`,
    );
  });
}
