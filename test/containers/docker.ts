// Whether this machine has what the lane needs.
import { execFile } from 'node:child_process';
import { platform } from 'node:os';
import { promisify } from 'node:util';

/** Why the lane can't run here, if it can't. */
export async function findDocker(): Promise<string | undefined> {
  if (platform() !== 'linux')
    return 'the lane reaches servers on loopback through the host network, which is Linux only';
  try {
    await promisify(execFile)('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 20_000 });
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? 'docker is not installed'
      : 'no Docker Engine answers';
  }
}
