// The policy that the gateway ships, with the inputs of its own tests: what traffic is like, and who decides on it.
import { ensureOpa } from '../../../gateway/bin/opa.mjs';
import type { Opa } from '../../../gateway/cli/policy/opa/opa.ts';
import { runProgram } from '../../../gateway/cli/policy/opa/run-program.ts';
import { openPolicy } from '../../../gateway/cli/policy/replay/open-policy.ts';
import { installation } from '../../../gateway/cli/policy/repository.ts';
import type { Policy } from '../../../gateway/policy/index.ts';
import type { Input } from '../../../gateway/sql/index.ts';

export type ShippedPolicy = Readonly<{ policy: Policy; inputs: readonly Input[] }>;

export async function ownOpa(): Promise<Opa> {
  const program = await ensureOpa();
  return { run: (args, folder) => runProgram(program, args, { folder }) };
}

export async function openShippedPolicy(): Promise<ShippedPolicy> {
  const { policy, testInputs } = await openPolicy(await ownOpa(), installation);
  const inputs = testInputs
    .filter(({ entrypoint }) => entrypoint === 'gateway/statement/decision')
    .map(({ input }) => input as Input);
  return { policy, inputs: inputs.filter(isWhole) };
}

/** Some of them try what a policy makes of a broken one. */
function isWhole({ identity, session, resource, statement }: Partial<Input>): boolean {
  return [identity?.principal, session, resource, statement?.relations].every((part) => part !== undefined);
}
