import { hash } from 'node:crypto';

/** The namespace of URLs, as RFC 9562 names it. */
export const URL_NAMESPACE: Uint8Array = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** The 16 bytes of a UUID of version 5 (RFC 9562): made of a name, the same for the same namespace. */
export function uuidV5(name: string, namespace: Uint8Array): Buffer {
  const digest = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'buffer');
  const uuid = digest.subarray(0, 16);
  uuid.writeUInt8((uuid.readUInt8(6) & 0x0f) | 0x50, 6); // version
  uuid.writeUInt8((uuid.readUInt8(8) & 0x3f) | 0x80, 8); // variant
  return uuid;
}
