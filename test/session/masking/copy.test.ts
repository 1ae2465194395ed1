// COPY … TO STDOUT in each of its formats: what comes is what the server would write if the values were what the mask shows.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../../gateway/lib/index.ts';
import { Exchange } from '../../../gateway/session/exchange.ts';
import { Expectation, Kind } from '../../../gateway/session/expectation.ts';
import { type CopyLayout, copyLayoutOf } from '../../../gateway/session/masking/copy/copy-layout.ts';
import { MaskedAnswer } from '../../../gateway/session/masking/masked-answer.ts';
import { ServerMessages } from '../../../gateway/session/server-messages.ts';
import { loadGrammar, parseStatements } from '../../../gateway/sql/index.ts';
import { MessageScanner } from '../../../gateway/wire/index.ts';
import fc from '../../support/properties.ts';
import {
  type BackendMessage,
  frontend as f,
  message,
  type RawClient,
  summary,
} from '../../support/raw-client.ts';
import { Stage } from '../support.ts';
import { maskAsWritten, planOf } from './support.ts';

/** What each format has to write in another way, and what could be taken for something else. */
const values = [
  'secret',
  '',
  'secret, with "quotes" and \'others\'',
  'secret|;:and\ttabs',
  'secret\nin\r\nlines',
  'secret\\N and \\. and \\\\',
  '\\.',
  '\\N',
  'secret \b\f\v',
  'sécret – größer',
  'N',
  'NULL',
  '"',
  "'",
];

const schema = `
CREATE TABLE nasty (id serial, ssn text, note text);
INSERT INTO nasty (ssn, note) SELECT v, v FROM unnest(ARRAY[${values.map((value) => `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`).join(', ')}]) v;
INSERT INTO nasty (ssn, note) VALUES (NULL, 'none'), ('secret', NULL)`;

let stage: Stage;
beforeAll(async () => {
  await loadGrammar();
  stage = await Stage.start({ schema });
});
beforeEach(() => {
  stage.decide = maskAsWritten;
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const layouts: readonly string[] = [
  '',
  '(FORMAT text)',
  "(DELIMITER '|')",
  "(DELIMITER 'N', NULL '\\X')",
  "(NULL '\\NULL', HEADER)",
  '(FORMAT csv)',
  '(FORMAT csv, HEADER)',
  '(FORMAT csv, HEADER false)',
  '(FORMAT csv, HEADER 1)',
  "(FORMAT csv, DELIMITER ';', NULL 'NULL')",
  "(FORMAT csv, QUOTE '''')",
  "(FORMAT csv, ESCAPE '\\')",
  "(FORMAT csv, FORCE_QUOTE *, ENCODING 'UTF8')",
  "WITH CSV HEADER QUOTE AS '|' NULL AS 'N'",
  '(FORMAT binary)',
];

const dataOf = (messages: readonly BackendMessage[]): Buffer[] =>
  messages.filter(({ type }) => type === 'd').map(({ body }) => body);

async function copy(client: RawClient, query: string, layout: string, comment = ''): Promise<Buffer[]> {
  const answer = await client.query(`COPY (${query}) TO STDOUT ${layout} ${comment}`);
  expect(answer.map((each) => (each.type === 'E' ? `E ${each.fields.M}` : each.type)).join('')).toMatch(
    /^Hd*cCZ$/,
  );
  return dataOf(answer);
}

const real = 'SELECT id, ssn, note FROM nasty ORDER BY id';
/** What the masks of the tests show, as SQL. */
const shown: Readonly<Record<string, string>> = {
  x: "CASE WHEN ssn IS NOT NULL THEN '***' END",
  0: 'NULL::text',
  s: "repeat('#', octet_length(ssn))",
};

describe.each(layouts)('COPY … TO STDOUT %s', (layout) => {
  test.each(Object.entries(shown))('masked by %s', async (letter, expression) => {
    const client = await stage.open();
    const masked = await copy(client, real, layout, `/*m -${letter}-*/`);
    const want = await copy(
      await stage.direct(),
      `SELECT id, ${expression} AS ssn, note FROM nasty ORDER BY id`,
      layout,
    );
    expect(masked.map((each) => each.toString('latin1'))).toEqual(
      want.map((each) => each.toString('latin1')),
    );
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  test('nothing but what is masked changes', async () => {
    const client = await stage.open();
    const masked = await copy(client, real, layout, '/*m ---*/');
    expect(masked).toEqual(await copy(await stage.direct(), real, layout));
  });

  test('cut in any way', async () => {
    const direct = await stage.direct();
    const text = `COPY (${real}) TO STDOUT ${layout}`;
    const answer = await direct.query(text);
    const data = Buffer.concat(dataOf(answer));
    const want = Buffer.concat(
      await copy(direct, `SELECT id, ${shown.s} AS ssn, note FROM nasty ORDER BY id`, layout),
    );
    const response = answer.find(({ type }) => type === 'H') as BackendMessage;
    fc.assert(
      fc.property(
        fc.array(fc.nat(data.length), { maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (rows, cuts) => {
          const messages = pieces(data, rows).map((piece) => message('d', piece));
          const end = Buffer.concat([message('c'), message('C', Buffer.from('COPY 1\0'))]);
          const stream = Buffer.concat([response.bytes, ...messages, end]);
          expect(through(layoutOf(text), pieces(stream, cuts)).equals(want)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

function layoutOf(text: string): CopyLayout | undefined {
  const [statement] = parseStatements(text, { maxBytes: 10_000 });
  return statement && copyLayoutOf(statement);
}

function pieces(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => stream.subarray(places[index], end));
}

/** The data that come out, behind the second column's mask. */
function through(layout: CopyLayout | undefined, stream: readonly Buffer[]): Buffer {
  const exchange = new Exchange({}, () => undefined);
  const masked = new MaskedAnswer([{ ...planOf('-s-'), copy: layout }]);
  exchange.sent(new Expectation(Kind.query, { to: 'client', masked, withholds: true }));
  const messages = new ServerMessages({
    exchange,
    pinned: {},
    log: silentLog,
    onApplicationName: () => undefined,
    onSkipping: () => undefined,
    onRefused: () => undefined,
  });
  const scanner = new MessageScanner(messages);
  messages.scanner = scanner;
  const output = Buffer.concat(stream.flatMap((piece) => scanner.push(piece)));
  const data: Buffer[] = [];
  for (let at = 0; at < output.length; at += 1 + output.readUInt32BE(at + 1)) {
    if (output[at] === 'd'.charCodeAt(0))
      data.push(output.subarray(at + 5, at + 1 + output.readUInt32BE(at + 1)));
  }
  return Buffer.concat(data);
}

test('what could be a value or NULL is masked', async () => {
  const client = await stage.open();
  for (const nothing of ['', 'NULL', 'secret', '\\n']) {
    const rows = await copy(
      client,
      "SELECT v FROM (VALUES ('secret'), ('NULL'), (''), (NULL)) t(v)",
      `(NULL '${nothing}')`,
      '/*m x*/',
    );
    expect(rows.map((row) => `${row}`)).toEqual(Array(4).fill('***\n'));
  }
});

test('a table, by the extended protocol', async () => {
  const client = await stage.open();
  client.send(f.parse('COPY nasty (ssn) TO STDOUT /*m x*/'), f.bind({}), f.execute(), f.sync());
  const rows = dataOf(await client.until('Z'));
  expect(new Set(rows.map((row) => `${row}`))).toEqual(new Set(['***\n', '\\N\n']));
  expect(client.receivedBytes.includes('ret')).toBe(false);
});

test.each([
  { name: 'masked as a whole', layout: '', letters: '-x-' },
  { name: 'in CSV', layout: '(FORMAT csv)', letters: '-x-' },
  { name: 'in binary', layout: '(FORMAT binary)', letters: '-x-' },
])('a large value is masked, and others pass: $name', async ({ layout, letters }) => {
  const client = await stage.open({ milliseconds: 120_000 });
  const large = "repeat('0123456789abcdef', 40 * 65536)";
  const rows = await copy(
    client,
    `SELECT 1, 'secret' || ${large}, 'x' || ${large}`,
    layout,
    `/*m ${letters}*/`,
  );
  const bytes = Buffer.concat(rows);
  expect(bytes.includes('secret')).toBe(false);
  expect(bytes.length).toBeGreaterThan(40 * 1024 * 1024);
  expect(bytes.length).toBeLessThan(40 * 1024 * 1024 + 200);
});

describe('a layout that is not certain', () => {
  test('is refused before it runs, and the session goes on', async () => {
    const client = await stage.open();
    const text = "COPY nasty TO STDOUT (ENCODING 'latin1') /*m --x*/";
    expect(summary(await client.query(text))).toBe('E(0A000) Z(I)');
    client.send(f.parse(text), f.bind({}), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('E(0A000) Z(I)');
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });

  test.each([
    'COPY t FROM STDIN',
    "COPY t TO '/tmp/file'",
    "COPY t TO PROGRAM 'cat'",
    "COPY t TO STDOUT (ENCODING 'latin1')",
    'COPY t TO STDOUT (FORMAT other)',
    'COPY t TO STDOUT (HEADER match)',
    'COPY t TO STDOUT (HEADER 2)',
    'COPY t TO STDOUT (HEADER, HEADER off)',
    "COPY t TO STDOUT (DELIMITER 'ab')",
    'COPY t TO STDOUT (NULL 1)',
    'COPY t TO STDOUT (UNKNOWN 1)',
    'SELECT 1',
  ])('%s', (text) => {
    expect(layoutOf(text)).toBeUndefined();
  });
});
