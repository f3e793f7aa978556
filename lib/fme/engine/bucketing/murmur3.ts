const utf8 = new TextEncoder();

/** VWO's seed. */
const SEED = 1;

/**
 * MurmurHash3 (x86, 32 bit, UTF-8) of everything that begins with one prefix. The prefix is hashed once;
 * per user only the user's part is. Equal to the `murmurhash` package, lone surrogates included.
 */
export class HashPrefix {
  private readonly state: number;
  /** The bytes that do not fill a block of four yet, and how many bits they are. */
  private readonly rest: number;
  private readonly restBits: number;
  private readonly length: number;

  /** @param before what stands before it */
  constructor(prefix: string, before?: HashPrefix) {
    const bytes = utf8.encode(prefix);
    let state = before ? before.state : SEED;
    let rest = before ? before.rest : 0;
    let bits = before ? before.restBits : 0;
    for (const byte of bytes) {
      rest |= byte << bits;
      bits += 8;
      if (bits === 32) {
        state = mixed(state, rest);
        rest = 0;
        bits = 0;
      }
    }
    this.state = state;
    this.rest = rest;
    this.restBits = bits;
    this.length = (before ? before.length : 0) + bytes.length;
  }

  /** The hash of prefix and text together, as an unsigned 32-bit number. Text in ASCII, as nearly always, is not encoded first. */
  hash(text: string): number {
    let state = this.state;
    let rest = this.rest;
    let bits = this.restBits;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return new HashPrefix(text, this).hash('');
      rest |= code << bits;
      bits += 8;
      if (bits === 32) {
        state = mixed(state, rest);
        rest = 0;
        bits = 0;
      }
    }
    return finished(state, rest, this.length + text.length);
  }
}

/** Where a hash falls among 1 to `max`. */
export function bucket(hash: number, max: number): number {
  return Math.floor((max * hash) / 4294967296 + 1);
}

function scrambled(block: number): number {
  const k = Math.imul(block, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

function mixed(state: number, block: number): number {
  const h = state ^ scrambled(block);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finished(state: number, rest: number, length: number): number {
  let h = state ^ scrambled(rest) ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
