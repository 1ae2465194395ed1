// Runs a TypeScript file under Node 24 or later, which reads TypeScript as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundledNode, root } from './packages.mjs';

const oldest = 24;

/** Ends with the file's own exit code. `file` is relative to the checkout. */
export async function runTypeScript(file, args) {
  const path = resolve(root, file);
  if (!existsSync(path)) {
    console.error(`${file} does not exist`);
    process.exit(2);
  }
  if (major(process.version) >= oldest) {
    process.argv.splice(1, Number.POSITIVE_INFINITY, path, ...args);
    await import(pathToFileURL(path).href);
    return;
  }
  const node = bundledNode();
  if (!existsSync(node)) {
    console.error(`Node ${oldest} is missing at ${node}. Run: npm ci --prefix ${root}`);
    process.exit(1);
  }
  exitLike(await runChild(node, [path, ...args]));
}

function major(version) {
  return Number(version.slice(1).split('.')[0]);
}

function runChild(command, args) {
  const child = spawn(command, args, { stdio: 'inherit' });
  // At a terminal, Ctrl-C reaches the child by itself: a second SIGINT would mean impatience.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code, signal) => done({ code, signal }));
  });
}

function exitLike({ code, signal }) {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
