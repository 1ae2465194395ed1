// What OPA has against policies, a line or two each, whichever of its forms it says it in.

type OpaError = Readonly<{
  message: string;
  location?: Readonly<{ file: string; row: number }>;
  details?: unknown;
}>;

/** As `opa check` prints them. */
export function problemsOf({ stdout, stderr }: Readonly<{ stdout: string; stderr: string }>): string[] {
  const errors = [stdout, stderr].map(readErrors).find((found) => found !== undefined);
  if (errors === undefined) return linesOf(stderr.trim() === '' ? stdout : stderr);
  return errors.flatMap(({ message, location, details }) => {
    const place = location?.file ? `${location.file}:${location.row}: ` : '';
    const { line } = (details ?? {}) as { line?: unknown };
    return [`${place}${explained(message)}`, ...(typeof line === 'string' ? [`  ${line.trim()}`] : [])];
  });
}

function readErrors(text: string): readonly OpaError[] | undefined {
  if (!text.trim().startsWith('{')) return undefined;
  try {
    const { errors } = JSON.parse(text) as { errors?: readonly OpaError[] };
    return Array.isArray(errors) ? errors : undefined;
  } catch {
    return undefined;
  }
}

/** OPA calls a function that the capabilities leave out "undefined", as if it were misspelt. */
function explained(message: string): string {
  const [, name] = /undefined function ([\w.]+)/.exec(message) ?? [];
  if (name === undefined) return message;
  return `undefined function ${name}: either it is misspelt, or the gateway's engine does not have it`;
}

export const linesOf = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '');
