// Finds or fetches what policies are checked and built with, ahead of time: OPA and Regal.
import { ensureOpa } from './opa.mjs';
import { ensureRegal } from './regal.mjs';

for (const [ensure, isNeeded] of [
  [ensureOpa, true],
  // What it would have said of the style is left out, and said to be.
  [ensureRegal, false],
]) {
  try {
    console.log(await ensure());
  } catch (error) {
    console.error(error.message);
    if (isNeeded) process.exitCode = 1;
  }
}
