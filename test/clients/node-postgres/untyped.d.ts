// The two node-postgres extensions that the lane installs for itself, as far as the checks use them.

declare module 'pg-cursor' {
  export default class Cursor<Row> {
    constructor(text: string, values?: unknown[]);
    submit(connection: import('pg').Connection): void;
    read(count: number): Promise<Row[]>;
    close(): Promise<void>;
  }
}

declare module 'pg-copy-streams' {
  type Submitted = { submit(connection: import('pg').Connection): void };
  export function to(text: string): Submitted & import('node:stream').Readable;
  export function from(text: string): Submitted & import('node:stream').Writable;
}
