// The roots of a bundle: the parts of `data` that are its own.

/** True when `path` (segments) is within one of the roots. */
export function isWithin(roots: readonly string[], path: readonly string[]): boolean {
  return roots.some((root) => startsWith(path, segmentsOf(root)));
}

/** True when some root is below `path`, so that an object may stand there. */
export function leadsToRoot(roots: readonly string[], path: readonly string[]): boolean {
  return roots.some((root) => startsWith(segmentsOf(root), path));
}

export function rootsOverlap(a: string, b: string): boolean {
  return startsWith(segmentsOf(a), segmentsOf(b)) || startsWith(segmentsOf(b), segmentsOf(a));
}

/** For messages. */
export function describeRoot(root: string): string {
  return root === '' ? 'all of data' : `data.${segmentsOf(root).join('.')}`;
}

/** The empty root is all of `data`. */
function segmentsOf(root: string): readonly string[] {
  return root === '' ? [] : root.split('/');
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.length <= path.length && start.every((segment, at) => path[at] === segment);
}
