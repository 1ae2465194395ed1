// Opens an address in the person's browser, where there is one.

import { spawn } from 'node:child_process';
import type { Terminal } from './command.ts';

/** Says whether a program was asked to open it; the address is printed anyway. */
export function openBrowser(url: string, env: Terminal['env'], platform = process.platform): boolean {
  // The address comes from the issuer: whatever else a desktop would open, this isn't for that.
  if (!/^https?:\/\//.test(url)) return false;
  const program = opener(env, platform);
  if (program === undefined) return false;
  const [file, ...args] = program;
  const child = spawn(file, [...args, url], { stdio: 'ignore', detached: true, env });
  child.on('error', () => undefined);
  child.unref();
  return true;
}

function opener(env: Terminal['env'], platform: NodeJS.Platform): [string, ...string[]] | undefined {
  if (env.BROWSER) return [env.BROWSER];
  if (platform === 'darwin') return ['open'];
  // Not `start`: it needs a shell, and a shell reads the & of the address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  if (env.DISPLAY || env.WAYLAND_DISPLAY) return ['xdg-open'];
  return undefined;
}
