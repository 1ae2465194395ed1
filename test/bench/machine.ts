// The note on top of every report: a figure means nothing without the machine it was taken on.
import { execFileSync } from 'node:child_process';
import os from 'node:os';

export type MachineNote = Readonly<{
  cores: number;
  model: string;
  memoryGiB: number;
  load: readonly number[];
  kernel: string;
  versions: Readonly<Record<string, string>>;
  takenAt: string;
}>;

export function describeMachine(): MachineNote {
  const cpus = os.cpus();
  return {
    cores: cpus.length,
    model: cpus[0]?.model.trim() ?? 'unknown processor',
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    load: os.loadavg().map((value) => Math.round(value * 100) / 100),
    kernel: `${os.type()} ${os.release().split('-')[0]}`,
    versions: {
      node: process.versions.node,
      pgbench: versionOf('pgbench') ?? 'not installed',
      pgbouncer: versionOf('pgbouncer') ?? 'not installed',
    },
    takenAt: new Date().toISOString(),
  };
}

export function printableMachine(note: MachineNote): string {
  const versions = Object.entries(note.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${note.cores} cores of ${note.model}, ${note.memoryGiB} GiB, ${note.kernel}, load ${note.load.join(' ')}`,
    `${versions.join(', ')}; ${note.takenAt}`,
  ].join('\n');
}

function versionOf(program: string): string | undefined {
  try {
    const text = execFileSync(program, ['--version'], { encoding: 'utf8', timeout: 5_000 });
    return /\d+(\.\d+)+/.exec(text)?.[0];
  } catch {
    return undefined;
  }
}
