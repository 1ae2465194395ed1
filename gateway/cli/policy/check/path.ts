// A place in a document: names of keys and positions in lists.

export type Path = readonly (string | number)[];

/** `roles.support.read[2]`. */
export function printPath(path: Path): string {
  return path
    .map((step, at) => {
      if (typeof step === 'number') return `[${step}]`;
      const plain = /^[\w-]+$/.test(step);
      return plain ? `${at === 0 ? '' : '.'}${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('');
}

/** From a JSON pointer, as ajv names a place; which steps are positions shows in the value itself. */
export function pathOf(pointer: string, value: unknown): Path {
  let place = value;
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => {
      const key = Array.isArray(place) ? Number(step) : step;
      place = (place as Record<string | number, unknown> | undefined)?.[key];
      return key;
    });
}
