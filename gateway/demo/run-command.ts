// Runs a portcullis command as somebody would type it, and gives back what it prints.
import { Readable, Writable } from 'node:stream';
import { runCommandLine } from '../cli/index.ts';

/** Throws with what it says on standard error when it fails. */
export async function runCommand(words: readonly string[]): Promise<string> {
  const [out, err] = [new Collected(), new Collected()];
  const terminal = { stdin: Readable.from([]), stdout: out, stderr: err, env: {} };
  const code = await runCommandLine([...words], terminal);
  if (code === 0) return out.text;
  throw new Error(`portcullis ${words.slice(0, 2).join(' ')} ended with ${code}: ${err.text.trim()}`);
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
