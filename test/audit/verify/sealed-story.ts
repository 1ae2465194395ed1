// A journal in which events share lines, and what a verification says of it once somebody has changed it.
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { type AuditEvent, subjectOf } from '../../../gateway/audit/index.ts';
import { defaultKeyFile, openSigningKey } from '../../../gateway/audit/journal/signing-key.ts';
import type { ChainReport, Problem } from '../../../gateway/audit/verify/chain-check.ts';
import { readEventLines } from '../../../gateway/audit/verify/read-files.ts';
import { Verification, type VerificationOptions } from '../../../gateway/audit/verify/verification.ts';
import { writeStatement } from '../journal/settings.ts';
import { answer, begin, complete, contextOfSession } from '../journal/shared-statements.ts';
import { makeStage } from '../journal/stage.ts';

export type Story = Readonly<{
  /** The one file. */
  lines: readonly string[];
  shipped: readonly AuditEvent[];
  /** Of the line of eight events: each of its contexts is that of two of them. */
  eight: Readonly<{ first: number; last: number; line: string; events: readonly AuditEvent[] }>;
  heads: VerificationOptions['heads'];
  journal(lines: readonly string[], options?: Partial<VerificationOptions>): Promise<ChainReport>;
  shippedAs(events: readonly unknown[], options?: Partial<VerificationOptions>): Promise<ChainReport>;
  remove(): void;
}>;

export async function tellStory(): Promise<Story> {
  const stage = makeStage();
  let now = Date.parse('2031-02-03T04:05:06.789Z');
  const journal = await stage.open({}, { clock: { now: () => now } });
  const one = contextOfSession('one');
  const other = contextOfSession('other', 'SELECT $1');
  const pair = (of = one) => complete(journal, begin(journal, of), 321);

  writeStatement(journal, 1, { session: subjectOf({ principal: 'three' }) });
  // What is new to a segment is written before the line that names it, and so has to be there.
  for (const each of [one, other]) {
    pair(each);
    await turn();
    now += 10;
  }
  const seqs = [begin(journal, one, '["7"]'), begin(journal, other, '["x",null]')] as const;
  complete(journal, seqs[0], 5321);
  const more = [
    begin(journal, one, '0,"SELECT \'é]\'"'),
    begin(journal, other, '["ä\\"",{"a":1}],"SELECT 1, $1 --[2"'),
  ] as const;
  complete(journal, seqs[1], 1000, { ...answer, rows: 3 });
  complete(journal, more[0], 7, { ...answer, tag: 'INSERT 0 1', affected: 1 });
  complete(journal, more[1], 12);
  await turn();
  now += 10;
  pair();
  writeStatement(journal, 2, { session: subjectOf({ principal: 'three' }) });
  await turn();
  now += 10;
  for (const _ of [1, 2]) {
    pair();
    pair();
    await turn();
    now += 10;
  }
  await journal.close();

  const [file = ''] = stage.files();
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const shipped = (await stage.events()).map(({ json }) => JSON.parse(json) as AuditEvent);
  const key = openSigningKey(defaultKeyFile(`${stage.folder}/..`), { create: false });
  const events = shipped.filter(({ sealed }) => (sealed as { count?: number } | undefined)?.count === 8);
  if (events.length !== 8) throw new Error('the journal has put them into other lines');
  const end = shipped.at(-1) as AuditEvent;
  return {
    lines,
    shipped,
    eight: {
      ...{ first: events[0]?.seq ?? 0, last: events.at(-1)?.seq ?? 0, events },
      line: lines.find((line) => line.includes('"count":8,')) ?? '',
    },
    heads: [{ chain: end.chain, seq: end.seq, hash: end.hash }],
    journal: async (changed, options) => {
      writeFileSync(file, changed.map((line) => `${line}\n`).join(''));
      return await stage.verify(options);
    },
    shippedAs: async (changed, options) => {
      const verification = new Verification({ keys: [key], heads: [], isWhole: true, ...options });
      const text = changed
        .map((event) => `${typeof event === 'string' ? event : JSON.stringify(event)}\n`)
        .join('');
      for await (const each of readEventLines(Readable.from([Buffer.from(text)]))) verification.see(each);
      const chains = verification.end();
      return (chains.find(({ problem }) => problem !== undefined) ?? chains[0]) as ChainReport;
    },
    remove: () => stage.remove(),
  };
}

/** What is said where the hash alone tells that something is wrong. */
export const anyOf = (first: number, last: number): Partial<Problem> => ({
  ...{ seq: first, what: 'altered' },
  message: `one of the events ${first} to ${last}, which were sealed together, was changed: the hash is of something else`,
});
