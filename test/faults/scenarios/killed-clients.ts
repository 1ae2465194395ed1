// Clients that die without a word, in every state: their backend, locks and rows are gone within seconds.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { within } from '../../support/wait.ts';
import { check, range, type Scenario } from '../scenario.ts';
import { noBackends } from '../stage.ts';
import type { Target } from '../subject.ts';
import type { VictimState } from '../victim.ts';

const READY_MILLISECONDS = 20_000;

// A server notices a dead client of a sleeping statement only with client_connection_check_interval: a relay can't help.
const states: readonly { state: VictimState; gatewayOnly?: boolean }[] = [
  { state: 'sleeping', gatewayOnly: true },
  { state: 'in a transaction' },
  { state: 'in a copy' },
  { state: 'not reading' },
];

export const killedClients: readonly Scenario[] = states.map(({ state, gatewayOnly = false }) => ({
  name: `killed clients, ${state}`,
  gatewayOnly,
  milliseconds: 90_000,
  async run(stage, scale) {
    const count = scale.of(4, 20);
    const victims = await Promise.all(
      range(count).map((id) => startVictim(state, stage.subject.target(), id + 1)),
    );
    const killed = performance.now();
    for (const victim of victims) victim.kill('SIGKILL');
    await noBackends(stage.sql);
    const seconds = ((performance.now() - killed) / 1000).toFixed(1);
    const [[untouched] = []] = await stage.sql('SELECT count(*) FROM account WHERE balance <> 100');
    check(untouched === '0', `${untouched} accounts of killed transactions changed`);
    const [[copied] = []] = await stage.sql("SELECT count(*) FROM work WHERE session = 'victim'");
    check(copied === '0', `${copied} rows of a killed COPY stayed`);
    return `${count} killed, all backends gone after ${seconds} s`;
  },
}));

async function startVictim(state: VictimState, target: Target, id: number): Promise<ChildProcess> {
  const script = join(import.meta.dirname, '../victim.ts');
  const victim = spawn(process.execPath, [script, state, JSON.stringify(target), String(id)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = once(createInterface({ input: victim.stdout }), 'line');
  await within(READY_MILLISECONDS, `a client ${state}`, ready).catch((thrown) => {
    victim.kill('SIGKILL');
    throw thrown;
  });
  return victim;
}
