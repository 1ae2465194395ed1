// What operators measure: over HTTP, from every process, as a real Prometheus reads it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseExposition, type Read } from '../admin/parse-exposition.ts';
import { type Files, PolicyStage } from './policy-stage.ts';

const schema = 'CREATE TABLE customers (id int PRIMARY KEY, name text, ssn text)';

const policy: Files = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "allow", "rule": "test.all"}
decision := {"effect": "deny", "rule": "test.labelled"} if {
  some column in input.statement.columns
  "pii.ssn" in column.labels
}`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}
decision := {"effect": "deny", "rule": "test.stranger"} if input.identity.principal == "stranger"`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "test.nobody"}`,
  'catalog/data.json': JSON.stringify({ columns: { 'public.customers.ssn': ['pii.ssn'] } }),
};

describe.each([1, 2])('with %i processes', (workers) => {
  let stage: PolicyStage;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, policy, workers);
  });
  afterAll(() => stage?.stop());

  const read = async (): Promise<Read> => {
    const answer = await fetch(`http://127.0.0.1:${stage.gateway.adminPort}/metrics`);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return parseExposition(await answer.text());
  };
  /** Over all processes. */
  const sum = ({ samples }: Read, name: string, wanted: Readonly<Record<string, string>> = {}): number =>
    samples
      .filter(
        (sample) =>
          sample.name === name &&
          Object.entries(wanted).every(([key, value]) => sample.labels[key] === value),
      )
      .reduce((total, { value }) => total + value, 0);

  test('logins, statements and sessions are counted as they come', async () => {
    const before = await read();
    const client = await stage.open();
    await client.query('SELECT 1');
    await client.query('SELECT name FROM customers');
    await client.query('SELECT ssn FROM customers');
    await client.query('SELECT nothing FROM customers');
    await expect(stage.open({ sub: 'stranger' })).rejects.toThrow();
    await expect(stage.open({ exp: 1 })).rejects.toThrow();
    const after = await read();
    const grown = (name: string, labels: Readonly<Record<string, string>>) =>
      sum(after, name, labels) - sum(before, name, labels);
    expect({
      allow: grown('portcullis_statements_total', { effect: 'allow' }),
      deny: grown('portcullis_statements_total', { effect: 'deny' }),
      error: grown('portcullis_statements_total', { effect: 'error' }),
      accepted: grown('portcullis_logins_total', { outcome: 'accepted' }),
      denied: grown('portcullis_logins_total', { outcome: 'denied' }),
      refused: grown('portcullis_logins_total', { outcome: 'refused' }),
      clients: grown('portcullis_client_connections_total', {}),
    }).toEqual({ allow: 2, deny: 1, error: 1, accepted: 1, denied: 1, refused: 1, clients: 3 });
    expect(sum(after, 'portcullis_sessions')).toBeGreaterThanOrEqual(1);
    expect(grown('portcullis_log_lines_total', { level: 'warn' })).toBeGreaterThanOrEqual(2);
    expect(
      sum(after, 'portcullis_upstream_connections_total', { resource: 'shop', outcome: 'connected' }),
    ).toBeGreaterThan(0);
    client.destroy();
  });

  test('every 17th decision is timed', async () => {
    const client = await stage.open();
    const before = sum(await read(), 'portcullis_decision_seconds_count');
    for (let at = 0; at < 17; at++) await client.query('SELECT 1');
    expect(sum(await read(), 'portcullis_decision_seconds_count')).toBe(before + 1);
    client.destroy();
  });

  test('what decides, and how old what is known is, can be watched', async () => {
    const metrics = await read();
    const of = (name: string) => metrics.samples.filter((sample) => sample.name === name);
    expect(of('portcullis_ready').map(({ value }) => value)).toEqual(Array(workers).fill(1));
    expect(of('portcullis_bundle_info').map(({ labels }) => labels)).toEqual(
      Array.from({ length: workers }, (_, at) => ({
        process: String(at),
        track: 'stable',
        bundle: 'main',
        revision: 'r1',
      })),
    );
    for (const { value } of of('portcullis_bundle_fetch_age_seconds'))
      expect(value).toBeGreaterThanOrEqual(0);
    expect(of('portcullis_bundle_fetch_age_seconds')).toHaveLength(workers);
    expect(of('portcullis_catalog_age_seconds')).toHaveLength(workers);
    expect(sum(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(of('portcullis_event_loop_delay_seconds').map(({ labels }) => labels.quantile)).toContain('0.99');
    const workersAnswering = of('portcullis_workers').map(({ value }) => value);
    expect(workersAnswering).toEqual(workers === 1 ? [] : [workers, workers]);
  });

  test('no label says who anybody is, or what a statement was', async () => {
    const { samples } = await read();
    const text = JSON.stringify(samples);
    expect(text).not.toMatch(/ada|stranger|customers|ssn/);
  });
});
