// The random function behind tokens is OpenSSL's ChaCha20.
import { createCipheriv } from 'node:crypto';
import { expect, it } from 'vitest';
import { ChaCha } from '../../gateway/mask/keys/chacha.ts';
import fc from '../support/properties.ts';

it('gives the blocks that OpenSSL gives', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  fc.assert(
    fc.property(bytes(32), bytes(16), (key, place) => {
      const at = Buffer.from(place);
      const [a, b, c, d] = [0, 4, 8, 12].map((offset) => at.readUInt32LE(offset)) as [
        number,
        number,
        number,
        number,
      ];
      const block = Buffer.alloc(64);
      new ChaCha(Buffer.from(key)).block(a, b, c, d).forEach((word, index) => {
        block.writeUInt32LE(word, index * 4);
      });
      expect(block).toEqual(createCipheriv('chacha20', key, place).update(Buffer.alloc(64)));
    }),
  );
});
