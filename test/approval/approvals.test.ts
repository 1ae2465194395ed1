// Requests in a real database, seen by two gateways: nothing runs twice or without its approval, and everybody is told.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { bindingOf, draft, everybodyMay, identity, nobodyMay, openSide, type Side } from './stage.ts';

let postgres: Postgres;
let here: Side;
let there: Side;

beforeAll(async () => {
  postgres = await startPostgres({ version: 18 });
});
beforeEach(async () => {
  [here, there] = await Promise.all([openSide(postgres), openSide(postgres)]);
});
afterEach(async () => {
  await Promise.all([here.kill(), there.kill()]);
});
afterAll(() => postgres.stop());

const yes = { approves: true, words: undefined };
const codeOf = (error: unknown) => (error instanceof Fault ? error.code : error);
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'counted',
    (error: unknown) => codeOf(error),
  );
const ada = identity('ada');
const bob = identity('bob');

const use = (what: string, sessionId = 'session 1', terms: Parameters<typeof draft>[1] = {}) => ({
  ...{ principal: 'agent:mailer', resource: 'shop', sessionId, decisionId: randomUUID() },
  ...{ binding: bindingOf(what), terms: draft(what, terms).terms },
});

describe('a request', () => {
  test('is heard of by whoever waits, whichever gateway takes the answer', async () => {
    const { id, expiresAt } = await here.approvals.ask(draft('a 1'));
    const outcome = here.held.outcome(id, expiresAt);
    await there.approvals.answer(id, ada, { approves: true, words: 'go on' }, everybodyMay);
    expect(await outcome).toEqual({ status: 'approved', words: undefined, by: ['ada'] });
  });

  test('that is refused carries the words of whoever refused', async () => {
    const { id, expiresAt } = await here.approvals.ask(draft('a 2'));
    const outcome = here.held.outcome(id, expiresAt);
    await there.approvals.answer(id, ada, { approves: false, words: 'ask the owner first' }, everybodyMay);
    expect(await outcome).toEqual({ status: 'denied', words: 'ask the owner first', by: ['ada'] });
    expect(await here.approvals.find(use('a 2'))).toBeUndefined();
  });

  test('waits until there is weight enough', async () => {
    const { id } = await here.approvals.ask(draft('a 3', { count: 2 }));
    expect((await here.approvals.answer(id, ada, yes, everybodyMay)).status).toBe('pending');
    expect(await refusal(here.approvals.answer(id, ada, yes, everybodyMay))).toBe('approval_twice');
    expect(await here.approvals.find(use('a 3'))).toBeUndefined();
    expect((await there.approvals.answer(id, bob, yes, everybodyMay)).status).toBe('approved');
    expect(await here.approvals.find(use('a 3', 'session 1', { count: 2 }))).toBe(id);
  });

  test('counts a weight that the policy gives', async () => {
    const { id } = await here.approvals.ask(draft('a 4', { count: 2 }));
    const heavy = () => ({ effect: 'allow', rule: 'test', weight: 2, decisionId: randomUUID() }) as const;
    expect((await here.approvals.answer(id, ada, yes, heavy)).status).toBe('approved');
  });

  test('is answered by whom the policy lets, and tells it who asks for what', async () => {
    const { id } = await here.approvals.ask(draft('a 5', { count: 3 }, { purpose: 'the monthly clean-up' }));
    await here.approvals.answer(id, bob, yes, everybodyMay);
    const asked: unknown[] = [];
    const answered = here.approvals.answer(id, ada, yes, (question) => {
      asked.push(question);
      return nobodyMay(question);
    });
    expect(await refusal(answered)).toBe('approval_refused');
    expect(asked).toMatchObject([
      {
        approver: { principal: 'ada' },
        approval: {
          ...{ id, rule: 'writes.all', reason: 'the monthly clean-up', approved_by: ['bob'] },
          requester: { principal: 'agent:mailer' },
          terms: { approvers: ['group:dba'], count: 3 },
        },
        facts: { kind: 'delete' },
        resource: { name: 'shop' },
        session: { id: 'session 1' },
      },
    ]);
  });

  test('is approved by nobody who is behind it, whatever the policy says', async () => {
    const forAda = identity('assistant', { actor: { subject: 'ada', issuer: ada.issuer } });
    const { id } = await here.approvals.ask(draft('a 6', {}, { identity: forAda }));
    for (const self of [forAda, ada, identity('other', { actor: { subject: 'assistant' } })])
      expect(await refusal(here.approvals.answer(id, self, yes, everybodyMay))).toBe('approval_own');
    const namesake = { ...ada, principal: 'ada@elsewhere', issuer: 'https://elsewhere.example.com' };
    expect(await refusal(here.approvals.answer(id, namesake, yes, everybodyMay))).toBe('counted');
  });

  describe('in an emergency', () => {
    const glass = { count: 3, break_glass: ['group:on-call'] };
    const alone = { approves: true, words: 'the shop is down', breaksGlass: true };

    test('is approved by one alone, who says why', async () => {
      const { id } = await here.approvals.ask(draft('g 1', glass));
      const silent = here.approvals.answer(id, ada, { ...alone, words: ' ' }, everybodyMay);
      expect(await refusal(silent)).toBe('approval_words_missing');
      const asked: unknown[] = [];
      const answered = await here.approvals.answer(id, ada, alone, (question) => {
        asked.push(question.approval);
        return everybodyMay(question);
      });
      expect(answered).toMatchObject({
        status: 'approved',
        votes: [{ approver: 'ada', words: 'the shop is down', brokeGlass: true, weight: 3 }],
      });
      expect(asked).toMatchObject([{ break_glass: true, terms: { break_glass: ['group:on-call'] } }]);
    });

    test('by whoever sent it in their own name, and by nobody who is behind a program', async () => {
      const own = await here.approvals.ask(draft('g 2', glass, { identity: ada }));
      expect(await refusal(here.approvals.answer(own.id, ada, alone, nobodyMay))).toBe('approval_refused');
      expect(await refusal(here.approvals.answer(own.id, ada, alone, everybodyMay))).toBe('counted');
      const forAda = identity('assistant', { kind: 'agent', actor: { subject: 'ada', issuer: ada.issuer } });
      const through = await here.approvals.ask(draft('g 3', glass, { identity: forAda }));
      expect(await refusal(here.approvals.answer(through.id, ada, alone, everybodyMay))).toBe('approval_own');
      const agent = identity('agent:mailer', { kind: 'agent' });
      for (const program of [agent, identity('bob', { actor: { subject: 'helper' } })])
        expect(await refusal(here.approvals.answer(through.id, program, alone, everybodyMay))).toBe(
          'approval_no_glass',
        );
    });

    test('by one of several who has approved it before, and only where the terms have it', async () => {
      const { id } = await here.approvals.ask(draft('g 4', glass));
      expect((await here.approvals.answer(id, ada, yes, everybodyMay)).status).toBe('pending');
      expect((await here.approvals.answer(id, ada, alone, everybodyMay)).votes).toHaveLength(1);
      expect((await here.approvals.get(id)).status).toBe('approved');
      const plain = await here.approvals.ask(draft('g 5', { count: 2 }));
      expect(await refusal(here.approvals.answer(plain.id, ada, alone, everybodyMay))).toBe(
        'approval_no_glass',
      );
    });
  });

  test('ends once: of many answers and a withdrawal at the same time one settles it', async () => {
    for (let round = 0; round < 10; round++) {
      const what = `race ${round}`;
      const { id, expiresAt } = await here.approvals.ask(draft(what));
      const outcome = here.held.outcome(id, expiresAt);
      const answers = ['c', 'd', 'e', 'f'].map((name, index) => {
        const side = index % 2 === 0 ? here : there;
        const answer = { approves: index < 2, words: name };
        return refusal(side.approvals.answer(id, identity(name), answer, everybodyMay));
      });
      const withdrawn = here.approvals.withdrawAll([id], 'the client left');
      const counted = (await Promise.all(answers)).filter((each) => each === 'counted').length;
      await withdrawn;
      const { status } = await outcome;
      expect(counted + (status === 'withdrawn' ? 1 : 0)).toBe(1);
      expect((await here.approvals.get(id)).status).toBe(status);
      expect((await here.approvals.find(use(what))) === id).toBe(status === 'approved');
    }
  });

  test('expires by the clock of the database, however wrong ours is', async () => {
    const real = Date.now;
    Date.now = () => real() - 3_600_000;
    try {
      const { id, expiresAt } = await here.approvals.ask(draft('a 7', { expires_in: 1 }));
      expect(await here.held.outcome(id, expiresAt)).toMatchObject({ status: 'expired' });
      expect(await refusal(there.approvals.answer(id, ada, yes, everybodyMay))).toBe('approval_settled');
    } finally {
      Date.now = real;
    }
  });

  test('of a process that was killed is withdrawn by the others', async () => {
    const third = await openSide(postgres);
    const { id, expiresAt } = await third.approvals.ask(draft('a 8'));
    const { id: kept } = await here.approvals.ask(draft('a 9'));
    // As if it had not been heard of for long.
    await here.state.query(
      `UPDATE portcullis.process SET alive_until = clock_timestamp() - interval '1 second'
       WHERE id = (SELECT process_id FROM portcullis.request WHERE id = $1)`,
      [id],
    );
    await third.kill();
    expect(await there.held.outcome(id, expiresAt)).toMatchObject({
      status: 'withdrawn',
      words: 'the gateway that held the statement has ended',
    });
    expect((await there.approvals.get(kept)).status).toBe('pending');
  });
});

describe('what was approved', () => {
  const approve = async (what: string, terms: Parameters<typeof draft>[1]): Promise<string> => {
    const { id } = await here.approvals.ask(draft(what, terms));
    await here.approvals.answer(id, ada, yes, everybodyMay);
    return id;
  };

  test.for([1, 3])('is used as often as it says, by whoever comes first: %i', async (uses) => {
    const what = `uses ${uses}`;
    const id = await approve(what, { uses });
    const used = await Promise.all(
      Array.from({ length: 12 }, (_, index) => (index % 2 ? here : there).approvals.use(id, use(what))),
    );
    expect(used.filter(Boolean)).toHaveLength(uses);
    const [row] = await here.state.query(
      'SELECT count(*)::int AS n FROM portcullis.use WHERE approval_id = $1',
      [id],
    );
    expect(row?.n).toBe(uses);
    expect(await here.approvals.find(use(what, 'session 1', { uses }))).toBeUndefined();
  });

  test.for([
    { scope: 'statement', alike: false, elsewhere: true },
    { scope: 'shape', alike: true, elsewhere: true },
    { scope: 'window', alike: true, elsewhere: true },
    { scope: 'session', alike: true, elsewhere: false },
  ] as const)('holds for what its scope says: $scope', async ({ scope, alike, elsewhere }) => {
    const id = await approve(`${scope} 1`, { scope, uses: 100 });
    const holds = async (what: string, session: string) => {
      const asked = use(what, session, { scope, uses: 100 });
      const found = (await there.approvals.find(asked)) === id;
      expect(await there.approvals.use(id, asked)).toBe(found);
      return found;
    };
    expect(await holds(`${scope} 1`, 'session 1')).toBe(true);
    expect(await holds(`${scope} 2`, 'session 1')).toBe(alike);
    expect(await holds(`${scope} 1`, 'session 2')).toBe(elsewhere);
    expect(await holds('other 1', 'session 1')).toBe(false);
  });

  test('is no approval on other terms than it was asked for on', async () => {
    const id = await approve('once 1', { count: 1 });
    for (const terms of [{ count: 2 }, { approvers: ['group:owners'] }, { uses: 2 }])
      expect(await here.approvals.find(use('once 1', 'session 1', terms))).toBeUndefined();
    expect(await here.approvals.find(use('once 1'))).toBe(id);
  });

  test('is for nobody else and nowhere else', async () => {
    const id = await approve('mine 1', {});
    for (const other of [{ principal: 'eve' }, { resource: 'payroll' }]) {
      const asked = { ...use('mine 1'), ...other };
      expect(await here.approvals.find(asked)).toBeUndefined();
      expect(await here.approvals.use(id, asked)).toBe(false);
    }
  });

  test('is over when its time is', async () => {
    const id = await approve('soon 1', {});
    await here.state.query(`UPDATE portcullis.approval SET expires_at = clock_timestamp() WHERE id = $1`, [
      id,
    ]);
    expect(await here.approvals.find(use('soon 1'))).toBeUndefined();
    expect(await here.approvals.use(id, use('soon 1'))).toBe(false);
  });
});

test('two thousand requests that wait are each told what became of them', async () => {
  const requests: Awaited<ReturnType<typeof here.approvals.ask>>[] = [];
  // Each question has its time, with that in which it waits for those before it.
  while (requests.length < 2_000) {
    const drafts = Array.from({ length: 100 }, (_, index) => draft(`many ${requests.length + index}`));
    requests.push(...(await Promise.all(drafts.map((each) => here.approvals.ask(each)))));
  }
  const outcomes = requests.map(({ id, expiresAt }) => here.held.outcome(id, expiresAt));
  await there.state.query(
    `UPDATE portcullis.request SET status = 'denied', words = shown->>'statement', settled_at = clock_timestamp()
     WHERE status = 'pending'`,
  );
  const words = (await Promise.all(outcomes)).map((outcome) => outcome.words);
  expect(words).toEqual(requests.map(({ shown }) => shown.statement));
  expect(here.held.size).toBe(0);
});
