// Installs the npm packages of the lock file when they are missing or out of date.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

/** The checkout that this file belongs to. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const wantedFile = join(root, 'package-lock.json');
// npm writes this when an installation is complete.
const installedFile = join(root, 'node_modules', '.package-lock.json');

export async function ensurePackages() {
  if (isCurrent() && existsSync(bundledNode())) return;
  mkdirSync(join(root, '.cache'), { recursive: true });
  await withLock(join(root, '.cache', 'install.lock'), 'the packages', async () => {
    if (!isCurrent()) await installPackages();
    await runSkippedScripts();
  });
}

export function missingPackages() {
  return !existsSync(installedFile);
}

/** The program that the npm package `node` brings. */
export function bundledNode() {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function isCurrent() {
  if (missingPackages()) return false;
  if (statSync(installedFile).mtimeMs >= statSync(wantedFile).mtimeMs) return true;
  if (!holdsWantedVersions()) return false;
  const now = new Date();
  utimesSync(installedFile, now, now);
  return true;
}

/** A checkout may touch the lock file without changing it. */
function holdsWantedVersions() {
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = read(installedFile);
  return Object.entries(read(wantedFile)).every(
    ([path, { version, optional }]) =>
      path === '' || (installed[path]?.version ?? (optional && version)) === version,
  );
}

async function installPackages() {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.error('Installing packages and Node 24 from npm (once, about a minute)');
  const progress = setInterval(() => console.error(`  still installing, ${seconds()} s`), 10_000);
  try {
    await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  } finally {
    clearInterval(progress);
  }
  console.error(`  packages are ready after ${seconds()} s`);
}

/** An npm that runs no install scripts leaves two packages unfinished; their scripts are ours to run. */
async function runSkippedScripts() {
  if (!existsSync(bundledNode()))
    await runNpm(['rebuild', 'node', '--loglevel=error']).catch(() => undefined);
  const folder = join(root, 'node_modules', 'node');
  if (!existsSync(bundledNode())) await run('node', ['installArchSpecificPackage.js'], folder);
  if (!existsSync(bundledNode())) throw new Error('npm did not install Node 24: see the messages above');
}

async function runNpm(args) {
  try {
    await run('npm', args, root);
  } catch (error) {
    throw new Error(
      `npm could not install the packages (npm ${args[0]}):\n\n${error.message}\n\n` +
        'Check that this machine reaches an npm registry (`npm ping`), then try again.',
    );
  }
}

/** Runs a program without this checkout's own Node on its PATH: npm replaces that one. */
function run(command, args, cwd) {
  const isOurs = (folder) => folder.endsWith(join('node_modules', '.bin'));
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !isOurs(folder));
  const env = { ...process.env, PATH: path.join(delimiter) };
  const child = spawn(command, args, {
    cwd,
    env,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) =>
      code === 0 ? done() : failed(new Error(output.trim() || `exit code ${code}`)),
    );
  });
}
