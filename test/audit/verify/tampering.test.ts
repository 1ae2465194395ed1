// Whoever changes, deletes, moves, adds or cuts events is found, and the first bad event is named.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headDraft, signHead } from '../../../gateway/audit/event/head.ts';
import { canonicalJson, type Draft, subjectOf } from '../../../gateway/audit/index.ts';
import { Composer } from '../../../gateway/audit/journal/composer.ts';
import { Lines } from '../../../gateway/audit/journal/lines.ts';
import { defaultKeyFile, openSigningKey } from '../../../gateway/audit/journal/signing-key.ts';
import type { ChainReport } from '../../../gateway/audit/verify/chain-check.ts';
import { readEventLines } from '../../../gateway/audit/verify/read-files.ts';
import { Verification, type VerificationOptions } from '../../../gateway/audit/verify/verification.ts';
import { writeStatement } from '../journal/settings.ts';
import { makeStage, type Stage } from '../journal/stage.ts';

let stage: Stage;
let key: ReturnType<typeof openSigningKey>;
/** Of each file of the journal, as it is. */
let files: { file: string; lines: string[] }[];
/** Events as they are shipped. */
let shipped: string[];
const seqIn = (line: string): number => Number(/"seq":(\d+)/.exec(line)?.[1]);

beforeAll(async () => {
  stage = makeStage();
  const journal = await stage.open({ journal: { segment_bytes: 8_192 } });
  for (let number = 1; number <= 30; number++)
    writeStatement(journal, number, {
      session: subjectOf({ principal: `agent:${number % 3}` }),
      statement: subjectOf({ text: `SELECT ${number % 7}`, rows: 12.5e-7 }),
    });
  await journal.close();
  key = openSigningKey(defaultKeyFile(`${stage.folder}/..`), { create: false });
  files = stage.files().map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').slice(0, -1) }));
  shipped = (await stage.events()).map(({ json }) => json);
});
afterAll(() => stage.remove());

/** The verdict on the journal when its lines are these. */
async function journalOf(change: (lines: string[]) => string[], at = 0, options = {}): Promise<ChainReport> {
  for (const [index, { file, lines }] of files.entries()) {
    const changed = index === at ? change([...lines]) : lines;
    writeFileSync(file, changed.map((line) => `${line}\n`).join(''));
  }
  return await stage.verify(options);
}

async function exportOf(lines: string[], options: Partial<VerificationOptions> = {}): Promise<ChainReport> {
  const verification = new Verification({ keys: [key], heads: [], isWhole: true, ...options });
  const text = lines.map((line) => `${line}\n`).join('');
  for await (const one of readEventLines(Readable.from([Buffer.from(text)]))) verification.see(one);
  const chains = verification.end();
  return (chains.find(({ problem }) => problem !== undefined) ?? chains[0]) as ChainReport;
}

/** Hashes this event anew, as somebody does who knows how. */
function rehashed(line: string): string {
  const body = line.slice(0, line.lastIndexOf(',"hash":"'));
  return `${body},"hash":"${createHash('sha256').update(body).digest('base64url')}"}`;
}

describe('what nobody touched', () => {
  test('is whole: the journal, and what is shipped from it, also after a way through other programs', async () => {
    expect(files.length).toBeGreaterThan(2);
    expect(await journalOf((lines) => lines)).toMatchObject({ problem: undefined, first: 1, duplicates: 0 });
    expect(await exportOf(shipped)).toMatchObject({ problem: undefined, events: shipped.length });
    const sorted = shipped.map((line) => canonicalJson(JSON.parse(line)));
    expect((await exportOf(sorted)).problem).toBeUndefined();
    const spaced = shipped.map((line) =>
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse())),
    );
    expect((await exportOf(spaced)).problem).toBeUndefined();
  });

  test('is whole when parts of it came again', async () => {
    const lines = [
      ...shipped.slice(0, 20),
      ...shipped.slice(10, 30),
      ...shipped.slice(25),
      shipped[0] as string,
    ];
    expect(await exportOf(lines)).toMatchObject({ problem: undefined, duplicates: 10 + 5 + 1 });
  });

  test('may be a part, unless it has to be whole', async () => {
    expect(await exportOf(shipped.slice(20), { isWhole: false })).toMatchObject({
      problem: undefined,
      first: 21,
    });
    expect((await exportOf(shipped.slice(20))).problem).toMatchObject({ what: 'missing', seq: 1 });
  });

  test('is said to be unproven without a key', async () => {
    expect(await exportOf(shipped, { keys: [] })).toMatchObject({ problem: undefined, attested: undefined });
  });
});

describe('in a journal', () => {
  test('a changed byte is found, wherever it is', async () => {
    for (const [at, { lines }] of files.entries())
      for (const [index, line] of lines.entries()) {
        // Every line, at places that wander through it.
        for (const place of [index * 13, index * 29 + 7, index * 53 + 31].map((each) => each % line.length)) {
          const other = line[place] === '7' ? '8' : '7';
          const report = await journalOf((all) => {
            all[index] = line.slice(0, place) + other + line.slice(place + 1);
            return all;
          }, at);
          const hint = { line, place, problem: report.problem };
          expect(hint).toMatchObject({ problem: { seq: expect.any(Number) } });
          // A subject is found bad where the first event names it; an event, where it is.
          if (!line.startsWith('{"shape"') && place > 60)
            expect([seqIn(line), seqIn(line) + 1], JSON.stringify(hint)).toContain(report.problem?.seq);
        }
      }
  });

  test.each([0, 1])('a dropped line is found (segment %i)', async (at) => {
    for (const [index, line] of (files[at]?.lines ?? []).entries()) {
      const { problem } = await journalOf((all) => all.toSpliced(index, 1), at);
      if (line.startsWith('{"shape"')) expect(problem?.what).toBe('subject_missing');
      else expect(problem).toMatchObject({ seq: seqIn(line), what: 'missing' });
    }
  });

  test('two lines that changed places are found', async () => {
    const lines = files[1]?.lines ?? [];
    for (let index = 0; index + 1 < lines.length; index++) {
      const [one = '', two = ''] = [lines[index], lines[index + 1]];
      if (one.startsWith('{"shape"') || two.startsWith('{"shape"')) continue;
      const { problem } = await journalOf((all) => all.toSpliced(index, 2, two, one), 1);
      expect(problem).toMatchObject({ seq: seqIn(two), what: 'swapped' });
    }
  });

  test('an added line is found', async () => {
    const lines = files[1]?.lines ?? [];
    for (const [index, line] of lines.entries()) {
      if (line.startsWith('{"shape"')) continue;
      const twin = rehashed(line.replace(/"time":"\d{4}/, '"time":"2001'));
      const added = await journalOf((all) => all.toSpliced(index + 1, 0, twin), 1);
      expect(added.problem).toMatchObject({ seq: seqIn(line), what: 'duplicated' });
      const nothing = await journalOf((all) => all.toSpliced(index + 1, 0, '{"nothing":1}'), 1);
      expect(nothing.problem).toMatchObject({ seq: seqIn(line) + 1, what: 'unreadable' });
    }
  });

  test('a file that is missing is found', async () => {
    for (const [at, { lines }] of files.entries()) {
      await journalOf((all) => all);
      rmSync(files[at]?.file as string);
      const { problem } = await stage.verify();
      const first = seqIn(lines.find((line) => !line.startsWith('{"shape"')) ?? '');
      // Of the last one, only a head from elsewhere tells.
      if (at === files.length - 1) expect(problem).toBeUndefined();
      else expect(problem).toMatchObject({ seq: first, what: 'missing' });
    }
  });

  test('a file whose name says something else is found', async () => {
    await journalOf((all) => all);
    const { file = '', lines = [] } = files[1] ?? {};
    rmSync(file);
    writeFileSync(
      file.replace(basename(file), '000000999999.jsonl'),
      lines.map((line) => `${line}\n`).join(''),
    );
    const { problem } = await stage.verify();
    rmSync(file.replace(basename(file), '000000999999.jsonl'));
    expect(problem).toMatchObject({ what: 'swapped' });
  });
});

describe('in an export', () => {
  test('a changed value is found, wherever it is', async () => {
    for (const [at, line] of shipped.entries()) {
      const event = JSON.parse(line);
      for (const member of Object.keys(event).filter((name) => name !== 'subjects')) {
        const value = event[member];
        const changed = {
          ...event,
          [member]:
            typeof value === 'number' ? value + 1 : typeof value === 'string' ? `${value}x` : { changed: 1 },
        };
        const { problem } = await exportOf(shipped.with(at, JSON.stringify(changed)));
        expect({ at, member, problem }).toMatchObject({ problem: { seq: expect.any(Number) } });
      }
      for (const name of Object.keys(event.subjects ?? {})) {
        const changed = structuredClone(event);
        changed.subjects[name].text = 'SELECT 99';
        const { problem } = await exportOf(shipped.with(at, JSON.stringify(changed)));
        expect(problem).toMatchObject({ seq: event.seq, what: 'subject_changed' });
        delete changed.subjects[name];
        const { problem: missing } = await exportOf(shipped.with(at, JSON.stringify(changed)));
        expect(missing).toMatchObject({ seq: event.seq, what: 'subject_missing' });
      }
      const foreign = { ...event, subjects: { ...event.subjects, other: { a: 1 } } };
      const { problem } = await exportOf(shipped.with(at, JSON.stringify(foreign)));
      expect(problem).toMatchObject({ seq: event.seq, what: 'subject_changed' });
    }
  });

  test('a dropped, a moved and a doubled event are found', async () => {
    const last = shipped.length - 1;
    for (const at of [0, 1, 17, 40, last - 1]) {
      const line = shipped[at] as string;
      const seq = seqIn(line);
      expect((await exportOf(shipped.toSpliced(at, 1))).problem).toMatchObject({ seq, what: 'missing' });
      const swapped = shipped.toSpliced(at, 2, shipped[at + 1] as string, line);
      expect((await exportOf(swapped)).problem?.what).toMatch(at === 0 ? /missing|swapped/ : /swapped/);
      const doubled = JSON.parse(line);
      const twin = rehashedEvent({ ...doubled, type: 'nothing.happened' });
      expect((await exportOf(shipped.toSpliced(at + 1, 0, twin))).problem).toMatchObject({
        seq,
        what: 'duplicated',
      });
    }
    const far = shipped.toSpliced(10, 1).toSpliced(50, 0, shipped[10] as string);
    expect((await exportOf(far)).problem).toMatchObject({ seq: 12, what: 'swapped' });
  });

  test('a line that is no event is found', async () => {
    for (const nothing of ['', '{}', 'null', '{"version":1}', '[1]', '"x"'].slice(1))
      expect((await exportOf(shipped.toSpliced(5, 0, nothing))).problem).toMatchObject({
        seq: 6,
        what: 'unreadable',
      });
  });

  test('an event that was hashed anew is found by its neighbour', async () => {
    const at = shipped.findIndex((line) => line.includes('statement.intent'));
    const event = JSON.parse(shipped[at] as string);
    const { problem } = await exportOf(shipped.with(at, rehashedEvent({ ...event, session: 'mine' })));
    expect(problem).toMatchObject({ seq: event.seq, what: 'altered' });
  });
});

function rehashedEvent(event: Record<string, unknown>): string {
  const { id: _, subjects, hash: __, ...own } = event;
  const { version, chain, seq, previous, time, type, session, statement, shapes, ...others } = own;
  const ordered = { version, chain, seq, previous, time, type, session, statement, shapes };
  const members = canonicalJson(others).slice(1, -1);
  const body = `${JSON.stringify(ordered).slice(0, -1)}${members === '' ? '' : `,${members}`}`;
  const { hash } = JSON.parse(rehashed(`${body},"hash":""}`));
  return JSON.stringify({
    ...own,
    id: `${chain}/${seq}`,
    hash,
    ...(subjects === undefined ? {} : { subjects }),
  });
}

describe('what retention has removed', () => {
  const at = () => shipped.findIndex((line) => line.includes('statement.intent'));
  const bare = (because: string) => {
    const { parameters: _, subjects, ...event } = JSON.parse(shipped[at()] as string);
    const left = because === 'label' ? { session: subjects.session } : undefined;
    return { ...event, redacted: because, ...(left === undefined ? {} : { subjects: left }) };
  };

  test('leaves the chain whole, and is counted', async () => {
    for (const because of ['age', 'label'])
      expect(await exportOf(shipped.with(at(), JSON.stringify(bare(because))))).toMatchObject({
        problem: undefined,
        redacted: 1,
      });
  });

  test('is no disguise for what was changed', async () => {
    const lies = [
      { ...bare('age'), parameters: ['another'] },
      { ...bare('because'), redacted: 'because' },
      { ...bare('age'), hash: 'B'.repeat(43) },
      { ...bare('age'), previous: 'B'.repeat(43) },
      { ...bare('label'), subjects: { session: { principal: 'somebody else' } } },
      { ...bare('label'), subjects: {} },
    ];
    for (const lie of lies) {
      const { problem } = await exportOf(shipped.with(at(), JSON.stringify(lie)));
      expect({ lie, problem }).toMatchObject({ problem: { seq: expect.any(Number) } });
    }
    const head = shipped.findLastIndex((line) => line.includes('"audit.head"'));
    const { head: _, closed: __, ...event } = JSON.parse(shipped[head] as string);
    const own = await exportOf(shipped.with(head, JSON.stringify({ ...event, redacted: 'age' })));
    expect(own.problem).toMatchObject({ seq: event.seq, what: 'altered' });
  });
});

describe('whoever makes all of it anew', () => {
  /** A chain of the same name and the same length, in which one thing never happened. */
  function forged(head: (composer: Composer) => Draft | undefined): string[] {
    const chain = JSON.parse(shipped[0] as string).chain;
    const composer = new Composer(chain, { seq: 0, hash: 'A'.repeat(43) }, new Set());
    const lines = new Lines();
    for (const line of shipped) {
      const isHead = JSON.parse(line).type === 'audit.head';
      const draft = isHead ? head(composer) : { type: 'all.quiet', members: '' };
      if (draft !== undefined) composer.compose(draft, 1_000, lines);
    }
    return lines.from(0).toString().trimEnd().split('\n');
  }

  test('lacks the key', async () => {
    const other = makeStage();
    await (await other.open()).close();
    const thief = openSigningKey(defaultKeyFile(`${other.folder}/..`), { create: false });
    other.remove();
    const withOther = forged(({ chain, end }) => headDraft(signHead({ chain, ...end }, thief)));
    expect((await exportOf(withOther)).problem).toMatchObject({ seq: 1, what: 'bad_signature' });
    const underItsName = forged(({ chain, end }) =>
      headDraft(signHead({ chain, ...end }, { ...thief, id: key.id })),
    );
    expect((await exportOf(underItsName)).problem).toMatchObject({ seq: 1, what: 'bad_signature' });
    expect((await exportOf(underItsName, { keys: [] })).problem).toBeUndefined();
    expect((await exportOf(forged(() => undefined))).problem).toMatchObject({ seq: 1, what: 'unsigned' });
  });

  test('can only copy a head to where it does not belong', async () => {
    const head = JSON.parse(
      shipped.find((line) => line.includes('"audit.head"') && seqIn(line) > 1) as string,
    );
    const copied = forged(() => ({ type: 'audit.head', members: { head: head.head } }));
    expect((await exportOf(copied)).problem).toMatchObject({ what: 'bad_signature' });
  });
});

describe('an end that was cut off', () => {
  test('is found against a head from elsewhere', async () => {
    const all = shipped.map((line) => JSON.parse(line));
    const last = all.at(-1);
    const heads = [{ chain: last.chain, seq: last.seq, hash: last.hash }];
    expect((await exportOf(shipped, { heads })).problem).toBeUndefined();
    for (const kept of [shipped.length - 1, 40, 5]) {
      const { problem } = await exportOf(shipped.slice(0, kept), { heads });
      expect(problem).toMatchObject({ seq: kept + 1, what: 'truncated' });
    }
    expect((await exportOf([], { heads })).problem).toMatchObject({ seq: 1, what: 'truncated' });
    const other = [{ ...heads[0], seq: 12, hash: 'B'.repeat(43) }] as typeof heads;
    expect((await exportOf(shipped, { heads: other })).problem).toMatchObject({ seq: 12, what: 'altered' });
  });

  test('of a journal that is being written is none', async () => {
    expect((await journalOf((lines) => lines, 0)).problem).toBeUndefined();
    const { file, lines } = files.at(-1) as { file: string; lines: string[] };
    writeFileSync(file, `${lines.join('\n')}\n${lines.at(-1)?.slice(0, 50)}`);
    expect((await stage.verify()).problem).toBeUndefined();
    await journalOf((all) => all);
  });
});
