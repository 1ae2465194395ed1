// Finds or fetches what policies are checked and built with, ahead of time: OPA and Regal.
import { ensureOpa } from './opa.mjs';
import { ensureRegal } from './regal.mjs';

for (const ensure of [ensureOpa, ensureRegal]) {
  try {
    console.log(await ensure());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
