// A client in a process of its own, brought into a state and then killed: `victim.ts STATE TARGET_AS_JSON`.
import { frontend, RawClient } from '../support/raw-client.ts';
import { sleep } from '../support/wait.ts';
import type { Target } from './subject.ts';

export type VictimState = 'sleeping' | 'in a transaction' | 'in a copy' | 'not reading';

const [state = '', target = '', id = ''] = process.argv.slice(2);
const client = await RawClient.open({ ...(JSON.parse(target) as Target), keep: false, milliseconds: 60_000 });

switch (state as VictimState) {
  case 'sleeping':
    client.send(frontend.query('SELECT pg_sleep(300)'));
    await sleep(200);
    break;
  case 'in a transaction':
    await client.rows('BEGIN');
    await client.rows(`UPDATE account SET balance = 0 WHERE id = ${Number(id)}`);
    break;
  case 'in a copy':
    client.send(frontend.query('COPY work FROM STDIN'));
    await client.until('G');
    await client.sendFully(frontend.copyData(`victim\t1\tcopied\n`.repeat(50_000)));
    await sleep(200);
    break;
  case 'not reading':
    client.socket.pause();
    client.send(frontend.query("SELECT repeat('x', 1000) FROM generate_series(1, 300000)"));
    await sleep(500);
    break;
}
console.log('ready');
setInterval(() => {}, 60_000);
