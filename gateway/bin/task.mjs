// Runs a task of package.json (`task.mjs [--with-opa] FILE.ts [ARGUMENT…]`), also on a fresh clone:
// installs what is missing, then runs the file under the Node that can read it.
import { runTypeScript } from './node24.mjs';
import { ensureOpa } from './opa.mjs';
import { ensurePackages } from './packages.mjs';

const words = process.argv.slice(2);
const withOpa = words[0] === '--with-opa';
const [file, ...args] = withOpa ? words.slice(1) : words;
if (file === undefined) {
  console.error('usage: node gateway/bin/task.mjs [--with-opa] FILE.ts [ARGUMENT…]');
  process.exit(2);
}

// The policy compiler comes alongside: nothing that starts here has to wait for it.
if (withOpa) ensureOpa().catch((error) => console.error(`warning: OPA is not there yet: ${error.message}`));
try {
  await ensurePackages();
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
await runTypeScript(file, args);
