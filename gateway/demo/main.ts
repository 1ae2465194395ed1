// `npm run demo`: everything on one machine, to look at; `-- --check` plays the tour itself.

import { spawnSync } from 'node:child_process';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoPublicClientId } from './accounts.ts';
import { printInvitation } from './invitation.ts';
import { Screen } from './screen.ts';
import { DemoParts, startDemo } from './start.ts';
import { playTour } from './tour.ts';

/** One Ctrl-C can arrive twice: from the terminal, and passed on by npm. */
const sameKeyPressMs = 500;

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, '.portcullis', 'demo');
const screen = new Screen(process.stdout);
const parts = new DemoParts();

const help = `Usage: npm run demo [-- --check]

Starts an embedded PostgreSQL with a sample shop, an identity provider and the gateway, and prints how to connect.

  --check  play the tour instead: connect as everybody, be refused, cancel; exits 0 or 1`;

let stopping = false;
stopOnSignals();
process.exit(await run(process.argv.slice(2)));

async function run(words: readonly string[]): Promise<number> {
  const unknown = words.find((word) => word !== '--check');
  if (unknown !== undefined) {
    screen.line(unknown === '--help' ? help : `The demo has no option "${unknown}".\n${help}`);
    return unknown === '--help' ? 0 : 2;
  }
  screen.line(screen.style('bold', 'Portcullis demo'));
  screen.line();
  try {
    const demo = await startDemo(folder, parts, screen);
    if (words.includes('--check')) return (await playTour(demo, screen)) ? 0 : 1;
    printInvitation(screen, demo.ports, demo.issuer.issuer, {
      folder: asTyped(folder),
      command: `node ${asTyped(join(root, 'gateway/bin/portcullis.mjs'))}`,
      hasPsql: spawnSync('psql', ['--version']).error === undefined,
      clientId: demoPublicClientId,
    });
    await demo.database.ended;
    throw new Error(`PostgreSQL has ended; its log is ${join(folder, 'postgres.log')}`);
  } catch (error) {
    // While stopping, the parts fail because they are being stopped.
    if (stopping) return await new Promise<never>(() => {});
    screen.line(
      `${screen.style('red', 'The demo failed:')} ${error instanceof Error ? error.message : String(error)}`,
    );
    return 1;
  } finally {
    await parts.stop();
  }
}

/** A path as somebody would type it who stands where npm was called. */
function asTyped(path: string): string {
  const here = resolve(process.env.INIT_CWD ?? process.cwd());
  const short = relative(here, path);
  return short.startsWith('..') ? path : short;
}

/** The first signal stops every part in order; a second one doesn't wait for that. */
function stopOnSignals(): void {
  let first = 0;
  const stop = () => {
    if (stopping && performance.now() - first > sameKeyPressMs) {
      parts.kill();
      process.exit(1);
    }
    if (stopping) return;
    stopping = true;
    first = performance.now();
    screen.line('\nStopping…');
    parts.stop().then(() => {
      screen.line('Stopped.');
      process.exit(0);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('exit', () => parts.kill());
}
