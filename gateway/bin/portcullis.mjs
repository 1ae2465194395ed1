#!/usr/bin/env node
// The command `portcullis`: runs gateway/main.ts under the Node that can read it. Installs nothing.
import { runTypeScript } from './node24.mjs';
import { missingPackages, root } from './packages.mjs';

if (missingPackages()) {
  console.error(
    `portcullis: its packages are not installed. Run this once, then try again:\n  npm ci --prefix ${root}`,
  );
  process.exit(1);
}
await runTypeScript('gateway/main.ts', process.argv.slice(2));
