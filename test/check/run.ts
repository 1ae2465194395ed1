// `npm run check`: what can be known without running the gateway, in seconds, one line a part.

import { forbiddenText } from './forbidden-text.ts';
import { generated } from './generated.ts';
import { layering } from './layering.ts';
import type { Part, Verdict } from './part.ts';
import { rego } from './rego.ts';
import { runTool } from './run-tool.ts';

const parts: readonly Part[] = [
  { name: 'format and lint', run: () => runTool('biome', ['check', '--error-on-warnings', '.']) },
  { name: 'types', run: () => runTool('tsc', ['-p', '.']) },
  { name: 'layering', run: layering },
  { name: 'generated files', run: generated },
  { name: 'forbidden text', run: forbiddenText },
  { name: 'rego', run: rego },
];

const verdicts = await Promise.all(parts.map(check));
for (const { verdict } of verdicts)
  if (verdict.state === 'failed') console.error(`\n${verdict.findings.trimEnd()}`);
const failed = verdicts.filter(({ verdict }) => verdict.state === 'failed').map(({ part }) => part.name);
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);

async function check(part: Part): Promise<{ part: Part; verdict: Verdict }> {
  const started = performance.now();
  const verdict = await part
    .run()
    .catch((error: Error): Verdict => ({ state: 'failed', findings: String(error.stack) }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const note = verdict.state === 'skipped' ? `skipped: ${verdict.because}` : `${verdict.state}  ${seconds} s`;
  console.log(`${part.name.padEnd(17)}${note}`);
  return { part, verdict };
}
