import { hash } from 'node:crypto';

/** The namespace of URLs, as RFC 9562 names it. */
export const URL_NAMESPACE: Uint8Array = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** Names of up to so many UTF-16 units are written into a buffer that is there already. */
const SHORT = 128;
/** A unit takes at most so many bytes of UTF-8. */
const BYTES = 3;

/** The UUIDs of version 5 (RFC 9562) in one namespace: made of a name, the same for the same one. */
export class NamedUuids {
  /** The namespace, and room for a name. */
  private readonly input: Buffer;

  constructor(private readonly namespace: Uint8Array) {
    this.input = Buffer.alloc(namespace.length + SHORT * BYTES);
    this.input.set(namespace);
  }

  /** 32 hexadecimal digits in upper case. */
  of(name: string): string {
    const digits = hash('sha1', this.inputWith(name), 'hex').toUpperCase();
    const variant = VARIANT[parseInt(digits.charAt(16), 16) & 3];
    return `${digits.slice(0, 12)}5${digits.slice(13, 16)}${variant}${digits.slice(17, 32)}`;
  }

  /** The namespace that a name makes. */
  namespaceOf(name: string): Uint8Array {
    return Buffer.from(this.of(name), 'hex');
  }

  private inputWith(name: string): Uint8Array {
    const { input, namespace } = this;
    if (name.length > SHORT) return Buffer.concat([namespace, Buffer.from(name)]);
    return input.subarray(0, namespace.length + input.write(name, namespace.length));
  }
}

/** By the two bits that the hash leaves of the digit. */
const VARIANT = ['8', '9', 'A', 'B'];
