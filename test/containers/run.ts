// `npm run test:containers`: builds the image with a real Docker Engine, starts it, and logs in through it.
import { printTable, writeJson } from '../support/report.ts';
import { findDocker } from './docker.ts';
import { startImage } from './image.ts';
import { steps } from './steps.ts';

const missing = await findDocker();
if (missing !== undefined) {
  console.log(`skipped: ${missing}`);
  process.exit(0);
}

console.log('Building the image');
const image = await startImage();
const rows: { step: string; result: string; seconds: number }[] = [];
try {
  for (const { name, run } of steps) {
    const started = performance.now();
    const result = await run(image).then(
      () => 'ok',
      (error: Error) => `failed: ${error.message}`,
    );
    rows.push({ step: name, result, seconds: (performance.now() - started) / 1000 });
  }
} finally {
  await image.stop();
}
printTable('The container image', rows);
const failed = rows.filter(({ result }) => result !== 'ok').length;
await writeJson({ passed: rows.length - failed, failed });
process.exit(failed === 0 ? 0 : 1);
