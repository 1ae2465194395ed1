// How long auditors wait for an answer over ten million events in the tables of the PostgreSQL sink.
import pg from 'pg';
import { Answers, type CountedBy, type Question } from '../../../gateway/audit/index.ts';
import { startPostgres } from '../../support/postgres.ts';
import { type AuditTables, fillAuditTables, serverSettings } from '../audit/audit-tables.ts';
import { type Asked, questionsFor } from '../audit/auditors-questions.ts';
import type { Bench, Section, Suite, TargetResult } from '../suite.ts';

const events = { usually: 10_000_000, quick: 200_000 };
const secondsAtMost = 1;
const listed = 100;

export const suite: Suite = {
  summary: `audit query over ${events.usually.toLocaleString('en')} events in PostgreSQL`,
  onlyNamed: true,
  async run(bench) {
    const server = await startPostgres({ version: 15, settings: serverSettings });
    try {
      const count = bench.options.quick ? events.quick : events.usually;
      const tables = await fillAuditTables(server, count, bench.say);
      return { notes: [notes(tables)], sections: [await askAll(tables, bench)], broken: [] };
    } catch (error) {
      return { notes: [], sections: [], broken: [`audit-query: ${(error as Error).stack}`] };
    } finally {
      await server.stop();
    }
  },
};

const notes = ({ events: count, bytes }: AuditTables): string =>
  `${count.toLocaleString('en')} events of four weeks, ${bytes} with indexes; PostgreSQL 15`;

type Times = Readonly<{ asked: Asked; found: number; seconds: readonly number[] }>;

export async function askAll({ url }: AuditTables, bench: Bench): Promise<Section> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const answers = Answers.fromPostgres(client);
    const times: Times[] = [];
    for (const asked of await questionsFor(client)) {
      const seconds: number[] = [];
      let found = 0;
      for (let round = 0; round < bench.options.rounds; round++) {
        const began = performance.now();
        found = await answer(answers, asked.question, asked.by);
        seconds.push((performance.now() - began) / 1000);
      }
      times.push({ asked, found, seconds });
      bench.say(`audit-query: ${asked.name}: ${median(seconds).toFixed(3)} s`);
    }
    return describe(times);
  } finally {
    await client.end();
  }
}

async function answer(answers: Answers, question: Question, by: CountedBy | undefined): Promise<number> {
  if (by === undefined) return (await answers.find(question, listed)).length;
  return (await answers.count(question, by)).reduce((sum, { times }) => sum + times, 0);
}

function describe(times: readonly Times[]): Section {
  return {
    title: 'audit-query: the questions of auditors',
    rows: times.map(({ asked: { name, by }, found, seconds }) => ({
      question: name,
      answer: by === undefined ? `${found} listed` : `${found.toLocaleString('en')} counted`,
      'first s': seconds[0]?.toFixed(3),
      'median s': median(seconds).toFixed(3),
    })),
    targets: times.filter(({ asked }) => asked.isIndexed).map(target),
    data: times,
  };
}

const target = ({ asked: { name }, seconds }: Times): TargetResult => ({
  what: `audit-query: ${name}`,
  limit: `at most ${secondsAtMost} s`,
  measured: `${median(seconds).toFixed(3)} s`,
  passed: median(seconds) <= secondsAtMost,
});

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
