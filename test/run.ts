// `npm test`: runs vitest, then says what was skipped and why, and ends with the line of totals.
// Arguments go to vitest: `npm test -- test/wire -t startup`.
import { parseCLI, startVitest, type TestCase, type TestModule } from 'vitest/node';

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await startVitest('test', filter, { ...options, watch: false });
const modules = vitest.state.getTestModules();
const loose = vitest.state.getUnhandledErrors().length;
await vitest.close();

const tests = modules.flatMap((module) => [...module.children.allTests()]);
const count = (state: 'passed' | 'failed' | 'skipped'): number =>
  tests.filter((test) => test.result().state === state).length;
const broken = modules.filter(isBroken).length;
const failed = count('failed') + broken + loose;

printSkipped(tests.filter((test) => test.result().state === 'skipped'));
for (const test of tests.filter((test) => test.diagnostic()?.flaky))
  console.log(`passed when tried again: ${nameOf(test)}`);
for (const test of tests.filter((test) => test.result().state === 'failed'))
  console.log(`failed: ${nameOf(test)}: ${test.result().errors?.[0]?.message.split('\n', 1)[0]}`);
for (const module of modules.filter(isBroken)) console.log(`failed: ${module.relativeModuleId}, as a whole`);
const totals = `${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`;
const code = failed > 0 || tests.length === 0 ? 1 : (process.exitCode ?? 0);
process.stdout.write(totals, () => process.exit(code));

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}

/** A file that failed outside its tests: it could not be loaded, or a hook threw. */
function isBroken(module: TestModule): boolean {
  return module.state() === 'failed' && ![...module.children.allTests('failed')].length;
}

/** The reason is what a test gives to `context.skip('reason')`. */
function printSkipped(skipped: readonly TestCase[]): void {
  for (const test of skipped) {
    const result = test.result();
    const reason = (result.state === 'skipped' && result.note) || 'no reason given';
    console.log(`skipped: ${nameOf(test)}: ${reason}`);
  }
}
