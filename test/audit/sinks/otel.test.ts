// Log records of OpenTelemetry, in JSON and in protobuf, to a collector that reads them by the schema's field numbers.
import { afterEach, expect, test } from 'vitest';
import { waitUntil } from '../../support/wait.ts';
import { answerJson, type Behaviour, startHttpService } from './http-service.ts';
import { openStage, sinkConfig } from './stage.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Log = { time: bigint; severity: number; name: string; body: string; attributes: Record<string, string> };
type Collected = { resource: Record<string, string>; scope: string; logs: Log[] };

async function stageWith(answer: Behaviour, more: object = {}) {
  const service = await startHttpService(answer);
  closing.push(() => service.stop());
  const config = {
    kind: 'otel',
    name: 'otel',
    url: service.url,
    labels: { site: 'berlin' },
    ...more,
  } as const;
  const stage = await openStage([sinkConfig(config)]);
  closing.push(() => stage.close());
  return { service, ...stage };
}

const encodings = [
  { encoding: 'json', type: 'application/json', read: readJson, answer: '{}' },
  { encoding: 'protobuf', type: 'application/x-protobuf', read: readProtobuf, answer: '' },
] as const;

test.each(encodings)(
  'records in $encoding say what the event says',
  async ({ encoding, type, read, answer }) => {
    const { service, append, shipped, journal } = await stageWith(
      (_, response) => Boolean(response.writeHead(200, { 'content-type': type }).end(answer)),
      { encoding, compress: false },
    );
    const sent = append(70);
    await shipped();
    const [request] = service.received;
    expect(request).toMatchObject({ path: '/v1/logs', headers: { 'content-type': type } });
    const collected = service.received.map(({ bytes }) => read(bytes));
    expect(collected[0]).toMatchObject({
      resource: { 'service.name': 'portcullis', 'service.instance.id': journal.chain, site: 'berlin' },
      scope: 'portcullis.audit',
    });
    const logs = new Map(
      collected.flatMap((each) => each.logs.map((log) => [log.attributes['portcullis.event.id'], log])),
    );
    expect([...logs.keys()]).toEqual(expect.arrayContaining(sent));
    const first = logs.get(sent[0] as string) as Log;
    const event = JSON.parse(first.body);
    expect(event).toMatchObject({
      id: sent[0],
      subjects: { statement: { decision: { rule: 'pii.mask_ssn' } } },
    });
    expect(first).toMatchObject({
      severity: 9,
      name: 'portcullis.statement.intent',
      time: BigInt(Date.parse(event.time)) * 1_000_000n,
    });
    expect(logs.get(sent[6] as string)).toMatchObject({ severity: 13, name: 'portcullis.statement.refused' });
  },
);

test.each(['json', 'protobuf'] as const)(
  'what a collector rejects in %s is found, and named',
  async (encoding) => {
    const rejected =
      encoding === 'json'
        ? Buffer.from(JSON.stringify({ partialSuccess: { rejectedLogRecords: '1', errorMessage: 'no' } }))
        : Buffer.from([10, 6, 8, 1, 18, 2, 0x6e, 0x6f]);
    const bad = /"id":"[^"]+\/4"/;
    const { append, report } = await stageWith(
      ({ body }, response) =>
        Boolean(
          response
            .writeHead(200)
            .end(bad.test(encoding === 'json' ? body.replaceAll('\\"', '"') : body) ? rejected : ''),
        ),
      { encoding },
    );
    const sent = append(20);
    await waitUntil('it to be away', () => report('otel').state === 'away');
    const id = sent.find((each) => each.endsWith('/4'));
    expect(report('otel')).toMatchObject({
      because: 'refused',
      problem: `it rejects 1 of the events (the event ${id})`,
    });
  },
);

test('a collector that has too much to do is asked again later', async () => {
  let left = 3;
  const { append, shipped, report } = await stageWith((_, response) =>
    left-- > 0 ? answerJson(response, 503, { message: 'queue is full' }) : answerJson(response, 200, {}),
  );
  append(20);
  await shipped();
  expect(report('otel')).toMatchObject({
    failures: 3,
    last_error: { problem: 'it answers 503: queue is full' },
  });
});

function readJson(bytes: Buffer): Collected {
  const [logs] = JSON.parse(bytes.toString('utf8')).resourceLogs;
  type Pair = { key: string; value: { stringValue: string } };
  const pairs = (attributes: Pair[]) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
  const [{ scope, logRecords }] = logs.scopeLogs;
  return {
    resource: pairs(logs.resource.attributes),
    scope: scope.name,
    logs: logRecords.map((record: Record<string, never>) => ({
      time: BigInt(record.timeUnixNano as unknown as string),
      severity: record.severityNumber,
      name: record.eventName,
      body: (record.body as unknown as { stringValue: string }).stringValue,
      attributes: pairs(record.attributes as unknown as Pair[]),
    })),
  };
}

type Fields = Map<number, (bigint | Buffer)[]>;

/** Written apart from what writes it: by opentelemetry/proto/logs/v1/logs.proto alone. */
function readProtobuf(bytes: Buffer): Collected {
  const inner = (fields: Fields, number: number): Fields[] =>
    (fields.get(number) ?? []).map((each) => fieldsOf(each as Buffer));
  const text = (fields: Fields | undefined, number: number): string =>
    String((fields?.get(number)?.[0] as Buffer | undefined)?.toString('utf8'));
  const pairs = (list: Fields[]) =>
    Object.fromEntries(list.map((pair) => [text(pair, 1), text(inner(pair, 2)[0], 1)]));
  const [resourceLogs] = inner(fieldsOf(bytes), 1) as [Fields];
  const [scopeLogs] = inner(resourceLogs, 2) as [Fields];
  return {
    resource: pairs(inner(inner(resourceLogs, 1)[0] as Fields, 1)),
    scope: text(inner(scopeLogs, 1)[0], 1),
    logs: inner(scopeLogs, 2).map((record) => ({
      time: record.get(1)?.[0] as bigint,
      severity: Number(record.get(2)?.[0]),
      name: text(record, 12),
      body: text(inner(record, 5)[0], 1),
      attributes: pairs(inner(record, 6)),
    })),
  };
}

function fieldsOf(bytes: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, values);
    if ((tag & 7) === 0) values.push(varint());
    else if ((tag & 7) === 1) {
      values.push(bytes.readBigUInt64LE(at));
      at += 8;
    } else if ((tag & 7) === 2) {
      const length = Number(varint());
      values.push(bytes.subarray(at, at + length));
      at += length;
    } else throw new Error(`wire type ${tag & 7}`);
  }
  return fields;
}
