// Ends a server and removes its folder when the test process dies, however it dies.
import { type ChildProcess, spawn } from 'node:child_process';

export type Watchdog = Readonly<{
  /** The server ended in the ordinary way: there is nothing left to guard. */
  release(): void;
}>;

// The pipe's other end closes with our process, even when that is killed: then `read` finds no line.
const script =
  'read released || { kill -QUIT "$1" 2>/dev/null; sleep 1; kill -KILL "$1" 2>/dev/null; rm -rf "$2"; }';

/** Guards the process `pid` and what it keeps in `folder`. */
export function watch(pid: number, folder: string): Watchdog {
  const dog: ChildProcess = spawn('/bin/sh', ['-c', script, 'watchdog', String(pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  dog.unref();
  dog.stdin?.on('error', () => undefined);
  (dog.stdin as unknown as { unref(): void }).unref();
  return { release: () => dog.stdin?.end('released\n') };
}
