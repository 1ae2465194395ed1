// Statements that wait for approval while gateways, their state database and what lies between break: run once, or not, and told.
import { sleep, waitUntil } from '../../support/wait.ts';
import { ApprovalHouse, counted, type Held } from '../approvals/house.ts';
import { atMost, check, range, type Scenario } from '../scenario.ts';

export const killedGateway: Scenario = {
  name: 'approvals: a gateway that is killed while statements wait',
  gatewayOnly: true,
  milliseconds: 120_000,
  run: (_, scale) =>
    ApprovalHouse.during(async (house) => {
      const held = await house.hold(scale.of(10, 40));
      const staying = await house.hold(5, house.other);
      const ids = await Promise.all(held.map((each) => house.request(each)));
      house.gateway.signal('SIGKILL');
      const begun = performance.now();
      for (const { client } of held) await client.untilEnd();
      await house.untilAll(held, 'withdrawn');
      const seconds = (performance.now() - begun) / 1000;
      const answers = await Promise.all(ids.map((id) => house.answer(id)));
      check(
        answers.every((status) => status === 409),
        () => `requests of a killed gateway were answered with ${answers}`,
      );
      await approveAll(house, staying);
      await house.checkRan(staying, held);
      return `${held.length} withdrawn in ${seconds.toFixed(1)} s, those at another gateway stayed`;
    }),
};

export const crashedState: Scenario = {
  name: 'approvals: a state database that crashes while statements wait',
  gatewayOnly: true,
  milliseconds: 180_000,
  run: (_, scale) =>
    ApprovalHouse.during(async (house) => {
      const held = await house.hold(scale.of(10, 40));
      await house.state.crash();
      const half = held.length / 2;
      const [approved, cancelled] = [held.slice(0, half), held.slice(half)];
      await approveAll(house, approved);
      await Promise.all(cancelled.map(({ client }) => client.cancel()));
      for (const each of cancelled) {
        const outcome = await house.outcome(each);
        check(outcome === '57014', () => `a cancelled statement was told ${outcome}`);
      }
      await house.untilAll(cancelled, 'withdrawn');
      await house.checkRan(approved, cancelled);
      return `${approved.length} ran once, ${cancelled.length} were withdrawn, after the crash`;
    }),
};

export const crashedAsApproved: Scenario = {
  name: 'approvals: a state database that crashes between approvals and runs',
  gatewayOnly: true,
  milliseconds: 240_000,
  run: (_, scale) =>
    ApprovalHouse.during(async (house) => {
      const outcomes: string[] = [];
      for (const _round of range(scale.of(2, 6))) {
        const held = await house.hold(20);
        const ids = await Promise.all(held.map((each) => house.request(each)));
        const crash = house.state.crash();
        const answers = await atMost(5, ids, (id) => untilAnswered(house, id));
        await crash;
        check(
          answers.every((status) => status === 200 || status === 409),
          () => `answers were ${answers}`,
        );
        const told = await Promise.all(held.map((each) => house.outcome(each)));
        outcomes.push(...told);
        // What it was told is what happened.
        await house.checkRan(
          held.filter((_each, at) => told[at] === 'ran'),
          held.filter((_each, at) => told[at] !== 'ran'),
        );
      }
      return `each client was told what happened: ${counted(outcomes)}`;
    }),
};

export const pausedState: Scenario = {
  name: 'approvals: a state database that hangs while statements wait',
  gatewayOnly: true,
  milliseconds: 180_000,
  run: (_, scale) =>
    ApprovalHouse.during(async (house) => {
      const held = await house.hold(scale.of(10, 40));
      const ids = await Promise.all(held.map((each) => house.request(each)));
      await house.state.pause();
      const begun = performance.now();
      const status = await house.answer(ids[0] ?? '');
      const seconds = (performance.now() - begun) / 1000;
      check(status === 503, `an answer while it hung was ${status}`);
      check(seconds < 10, `an answer while it hung took ${seconds} s`);
      await house.state.resume();
      await approveAll(house, held);
      await house.checkRan(held);
      return `${held.length} ran once; an approval meanwhile was refused with 503 after ${seconds.toFixed(1)} s`;
    }),
};

export const cutFromState: Scenario = {
  name: 'approvals: a gateway that is cut off from its state while statements wait',
  gatewayOnly: true,
  milliseconds: 180_000,
  run: (_, scale) =>
    ApprovalHouse.during(async (house) => {
      const held = await house.hold(scale.of(15, 60));
      const third = held.length / 3;
      const ids = await Promise.all(held.map((each) => house.request(each)));
      const before = held.slice(0, third);
      const approved = held.slice(third, 2 * third);
      const denied = held.slice(2 * third);
      house.wire.cut();
      // By the gateway that isn't. Whoever is silent for much longer is taken for ended.
      await atMost(10, ids.slice(third), (id, at) => house.answer(id, at < third ? 'approve' : 'deny'));
      await sleep(scale.of(1_000, 5_000));
      check((await house.statusOf(before)).pending === third, 'a request was closed by the cut');
      house.wire.mend();
      const told = await Promise.all([...approved, ...denied].map((each) => house.outcome(each)));
      await approveAll(house, before);
      check(
        counted(told) === `${third} ran, ${third} 42501`,
        () => `those answered meanwhile: ${counted(told)}`,
      );
      await house.checkRan([...before, ...approved], denied);
      return `answered meanwhile and heard of afterwards: ${counted(told)}; ${third} stayed pending and ran`;
    }),
};

export const manyAtOnce: Scenario = {
  name: 'approvals: 200 held at once, then all approved at once',
  gatewayOnly: true,
  milliseconds: 180_000,
  run: (_, scale) =>
    ApprovalHouse.during(async (house) => {
      const half = scale.of(50, 100);
      const held = (
        await Promise.all([house.hold(half, house.gateway), house.hold(half, house.other)])
      ).flat();
      const ids = await Promise.all(held.map((each) => house.request(each)));
      const begun = performance.now();
      const [answers, told] = await Promise.all([
        Promise.all(ids.map((id, at) => house.answer(id, 'approve', at % 2 ? house.other : house.gateway))),
        Promise.all(held.map((each) => house.outcome(each))),
      ]);
      const seconds = (performance.now() - begun) / 1000;
      check(
        answers.every((status) => status === 200),
        () => `answers were ${counted(answers.map(String))}`,
      );
      check(counted(told) === `${held.length} ran`, () => counted(told));
      await house.checkRan(held);
      return `${held.length} answered and run once in ${seconds.toFixed(1)} s`;
    }),
};

async function approveAll(house: ApprovalHouse, held: readonly Held[]): Promise<void> {
  await atMost(10, held, async (each) => {
    const status = await untilAnswered(house, await house.request(each));
    check(status === 200, `an approval was answered with ${status}`);
    const outcome = await house.outcome(each);
    check(outcome === 'ran', `an approved statement was told ${outcome}`);
  });
}

/** Whoever is told that it can't be done now tries again. */
function untilAnswered(house: ApprovalHouse, id: string): Promise<number> {
  return waitUntil('an answer to count', async () => {
    const status = await house.answer(id);
    return status === 503 ? undefined : status;
  });
}
