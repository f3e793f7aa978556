const OPENING = '{"ev":[';
const CLOSING = ']}';
/** Bytes of the buffer at first; it grows as it has to, and shrinks again. */
const SMALLEST = 64 * 1024;
/** Text is put into the buffer in pieces of about so many characters: each event by itself takes longer, all at once too. */
const PIECE = 8 * 1024;
/** A character takes at most so many bytes of UTF-8 per unit of its length. */
const BYTES = 3;

/** `{"ev":[…]}` as UTF-8, written into one buffer that batch after batch uses again: no text of a whole batch is ever made. */
export class BatchBody {
  private buffer: Buffer | undefined;
  private length = 0;
  private text = '';
  private events = 0;

  begin(): void {
    this.length = 0;
    this.events = 0;
    this.text = OPENING;
  }

  /** @param json one event */
  add(json: string): void {
    this.text += this.events > 0 ? `,${json}` : json;
    this.events += 1;
    if (this.text.length >= PIECE) this.write();
  }

  /** The bytes, until the next `begin`. */
  end(): Uint8Array {
    this.text += CLOSING;
    this.write();
    const buffer = this.buffer as Buffer;
    if (buffer.length > SMALLEST && this.length * 8 < buffer.length) this.buffer = undefined;
    return buffer.subarray(0, this.length);
  }

  /** The buffer may still be read by a request that was given up: the next batch gets another one. */
  leave(): void {
    this.buffer = undefined;
  }

  private write(): void {
    const buffer = this.withRoom(this.length + this.text.length * BYTES);
    this.length += buffer.write(this.text, this.length);
    this.text = '';
  }

  private withRoom(bytes: number): Buffer {
    if (this.buffer && this.buffer.length >= bytes) return this.buffer;
    const larger = Buffer.allocUnsafeSlow(Math.max(SMALLEST, bytes * 2));
    this.buffer?.copy(larger, 0, 0, this.length);
    return (this.buffer = larger);
  }
}
