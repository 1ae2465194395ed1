// The versions of one bundle that were active, on disk: the newest serves when the server is away, the others to roll back to.
import { mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { unfinished, writeWhole } from '../../lib/index.ts';
import { type Pin, readPin, readPointer, readRecord, type VersionRecord } from './version-record.ts';

const KEPT_VERSIONS = 5;
/** What a process is still writing is younger. */
const UNFINISHED_AFTER_MS = 3_600_000;

/** Several processes may use the same folder at the same time: files are replaced whole, and may go missing. */
export class BundleStore {
  readonly #folder: string;
  readonly #versions: string;

  constructor(folder: string, name: string) {
    this.#folder = join(folder, folderName(name));
    this.#versions = join(this.#folder, 'versions');
  }

  get pinPath(): string {
    return join(this.#folder, 'pin.json');
  }

  async prepare(): Promise<void> {
    await mkdir(this.#versions, { recursive: true, mode: 0o700 });
    for (const path of [...(await list(this.#folder)), ...(await list(this.#versions))]) {
      if (!path.endsWith(unfinished)) continue;
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > UNFINISHED_AFTER_MS) await remove(path);
    }
  }

  /** Keeps a version that became active. `latest`: the one to begin with after a restart. */
  async keep(
    record: VersionRecord,
    bytes: Buffer | undefined,
    { latest }: { latest: boolean },
  ): Promise<void> {
    await this.prepare();
    if (bytes !== undefined) await writeWhole(this.#bundlePath(record.digest), bytes);
    await writeWhole(this.#recordPath(record.digest), `${JSON.stringify(record)}\n`);
    if (latest) await writeWhole(this.#latestPath, `${JSON.stringify({ digest: record.digest })}\n`);
    await this.#forgetOldest();
  }

  /** Newest first. */
  async versions(): Promise<readonly VersionRecord[]> {
    const paths = (await list(this.#versions)).filter((path) => path.endsWith('.json'));
    const records = await Promise.all(paths.map(readRecord));
    return records
      .filter((record) => record !== undefined)
      .sort((a, b) => b.activatedAt - a.activatedAt || (a.digest < b.digest ? -1 : 1));
  }

  /** The version that was active last while nothing was pinned. */
  async latest(): Promise<VersionRecord | undefined> {
    const digest = await readPointer(this.#latestPath);
    return digest === undefined ? undefined : await this.record(digest);
  }

  async record(digest: string): Promise<VersionRecord | undefined> {
    return await readRecord(this.#recordPath(digest));
  }

  /** The bytes as they are on the disk: whoever uses them verifies them. */
  async bytes(digest: string): Promise<Buffer> {
    return await readFile(this.#bundlePath(digest));
  }

  async pin(): Promise<Pin | 'unusable' | undefined> {
    return await readPin(this.pinPath);
  }

  async setPin(pin: Pin): Promise<void> {
    await this.prepare();
    await writeWhole(this.pinPath, `${JSON.stringify(pin, undefined, 2)}\n`);
  }

  /** False when there was none. */
  async removePin(): Promise<boolean> {
    return await remove(this.pinPath);
  }

  get #latestPath(): string {
    return join(this.#folder, 'latest.json');
  }

  #bundlePath(digest: string): string {
    return join(this.#versions, `${digest}.tar.gz`);
  }

  #recordPath(digest: string): string {
    return join(this.#versions, `${digest}.json`);
  }

  async #forgetOldest(): Promise<void> {
    const pin = await this.pin();
    // As long as the pin can't be read, any version may be the one that it means.
    if (pin === 'unusable') return;
    const old = (await this.versions()).slice(KEPT_VERSIONS);
    for (const { digest, activatedAt } of old) {
      // Another process may have made it the latest meanwhile.
      const needed = [pin?.digest, await readPointer(this.#latestPath)];
      if (needed.includes(digest) || (await this.record(digest))?.activatedAt !== activatedAt) continue;
      await remove(this.#recordPath(digest));
      await remove(this.#bundlePath(digest));
    }
  }
}

/** Names come from the configuration: they stay within the folder, and no two of them meet. */
function folderName(name: string): string {
  const written = encodeURIComponent(name);
  return written.startsWith('.') ? `%2E${written.slice(1)}` : written;
}

async function list(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.map((name) => join(folder, name));
}

async function remove(path: string): Promise<boolean> {
  return await unlink(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
