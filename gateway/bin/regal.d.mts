/** The path of a fitting Regal. Throws when there is none and none can be had. */
export function ensureRegal(): Promise<string>;
export function findRegal(): Promise<string | undefined>;
