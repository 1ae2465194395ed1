/** The path of a fitting OPA. Throws when there is none and none can be had. */
export function ensureOpa(): Promise<string>;
export function findOpa(): Promise<string | undefined>;
