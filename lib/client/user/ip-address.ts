/** IPv4 as a dual-stack listener writes it: `::ffff:192.0.2.1`, or `::ffff:c000:201`. */
const MAPPED = /^(?:0{0,4}:){2,6}ffff:(?:(\d{1,3}(?:\.\d{1,3}){3})|([\da-f]{1,4}):([\da-f]{1,4}))$/i;

/** The address as VWO's rules know it: IPv4 plain also where it came as IPv6. Anything else stays as it is. */
export function plainIpAddress(address: string | undefined): string | undefined {
  if (typeof address !== 'string' || !address.includes(':')) return address;
  const [, dotted, high, low] = MAPPED.exec(address) ?? [];
  if (dotted !== undefined) return dotted;
  return high !== undefined && low !== undefined ? [...bytes(high), ...bytes(low)].join('.') : address;
}

function bytes(hex: string): readonly number[] {
  const value = parseInt(hex, 16);
  return [value >> 8, value & 255];
}
