// A process that appends as fast as it can, or every so many milliseconds, and says after each event what it was told: which number is safe.
import { writeSync } from 'node:fs';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { subjectOf } from '../../../gateway/audit/event/subject.ts';
import { openJournal } from '../../../gateway/audit/journal/open-journal.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { auditConfig, writeStatement } from './settings.ts';

const [folder = '', segmentBytes = '', pause = ''] = process.argv.slice(2);
const journal = await openJournal({
  folder,
  chain: 'gateway-0',
  config: auditConfig({ journal: { segment_bytes: Number(segmentBytes) } }),
  log: silentLog,
  clock: systemClock,
});
writeSync(1, 'ready\n');
for (let number = 1; ; number++) {
  const subjects = { statement: subjectOf({ text: `SELECT ${number % 500}, 'é'` }) };
  writeSync(1, `${writeStatement(journal, number, subjects)}\n`);
  if (pause !== '') await sleep(Number(pause));
  else if (number % 20 === 0) await setImmediate();
}
