/** Whether a UTF-16 code unit is one that a part of a pattern takes. */
export type UnitTest = (code: number) => boolean;

const LATIN = 256;

/** As JavaScript's engine says of this part alone: `\w`, `[^a-z]`, `.`, `x`. */
export function unitTest(source: string, flags: string): UnitTest {
  const pattern = new RegExp(source, flags);
  const latin = latinUnits(source, flags);
  return (code) => latin[code] ?? pattern.test(String.fromCharCode(code));
}

/** Of the first 256 code units, which it takes. */
export function latinUnits(source: string, flags: string): readonly boolean[] {
  const pattern = new RegExp(source, flags);
  return Array.from({ length: LATIN }, (_, code) => pattern.test(String.fromCharCode(code)));
}

/** A character or an escape of one, `\d`, `\w`, or a class of such. */
const ASCII = /^(?:[ -\[\]-~]|\\[dw\W_]|\[(?!\^)(?:[ -\[^-~]|\\[dw\-.\]\[\\/])*\])$/;

/** True only where it takes nothing but ASCII, also in the other case. */
export function takesAsciiOnly(source: string): boolean {
  return source !== '.' && ASCII.test(source) && !/[^ -~]/.test(source);
}
