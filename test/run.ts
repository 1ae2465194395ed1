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
const totals = `${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`;
const code = failed > 0 || tests.length === 0 ? 1 : (process.exitCode ?? 0);
process.stdout.write(totals, () => process.exit(code));

/** A file that failed outside its tests: it could not be loaded, or a hook threw. */
function isBroken(module: TestModule): boolean {
  return module.state() === 'failed' && ![...module.children.allTests('failed')].length;
}

/** The reason is what a test gives to `context.skip('reason')`. */
function printSkipped(skipped: readonly TestCase[]): void {
  for (const test of skipped) {
    const result = test.result();
    const reason = (result.state === 'skipped' && result.note) || 'no reason given';
    console.log(`skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${reason}`);
  }
}
