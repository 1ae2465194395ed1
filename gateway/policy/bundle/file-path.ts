// The path of a file in a bundle: one spelling for each, and none that leads anywhere else.
import { BundleRefused } from './bundle-refused.ts';

const LENGTH_AT_MOST = 1024;

/** OPA writes `/data.json`, tar `data.json` or `./data.json`: all are `data.json` here. */
export function normalizePath(written: string): string {
  const path = written.replace(/^(?:\.?\/)+/, '');
  const segments = path.split('/');
  const wrong =
    path.length > LENGTH_AT_MOST
      ? `is longer than ${LENGTH_AT_MOST} characters`
      : // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
        /[\u0000-\u001f\u007f\\]/.test(path) || !path.isWellFormed() || path.includes('\ufffd')
        ? 'has characters that no path may have'
        : segments.some((segment) => segment === '' || segment === '.' || segment === '..')
          ? 'has empty, "." or ".." parts'
          : undefined;
  if (wrong === undefined) return path;
  throw new BundleRefused(
    'path_refused',
    `the path ${quotePath(written)} of a file ${wrong}; build the bundle with \`opa build\``,
  );
}

/** For messages: the path comes from whoever wrote the archive. */
export function quotePath(path: string): string {
  const short = path.length > 100 ? `${path.slice(0, 100)}…` : path;
  return JSON.stringify(short.toWellFormed());
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The parts before the last one. */
export function folderOf(path: string): readonly string[] {
  return path.split('/').slice(0, -1);
}
