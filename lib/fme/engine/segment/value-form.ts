import { shown } from '../../../model/index.js';
import { BoundedRegex } from './regex/index.js';
import { compareVersions, isVersion, versionParts } from './version-order.js';

/** Whether a user's value, as text, is what a segment asks for. */
export type ValueTest = (value: string) => boolean;

/** How an operand compares: `lower(x)`, `wildcard(*x*)`, `regex(x)`, `gt(5)`, …; anything else is compared as it is. */
export interface ValueForm {
  readonly compare: (operand: string) => ValueTest;
  readonly operand: string;
  /** What is wrong with it; undefined: nothing. */
  readonly problem?: string | undefined;
}

const NUMBER = String.raw`(\d+(?:\.\d+)*|\.\d+)`;

const FORMS: readonly { readonly pattern: RegExp; readonly compare: (operand: string) => ValueTest }[] = [
  { pattern: /^lower\((.*)\)/, compare: lower },
  { pattern: /^wildcard\((.*)\)/, compare: equal },
  { pattern: /^regex\((.*)\)/, compare: regexTest },
  { pattern: new RegExp(String.raw`^gt\(${NUMBER}\)`), compare: ordered((order) => order > 0) },
  { pattern: new RegExp(String.raw`^gte\(${NUMBER}\)`), compare: ordered((order) => order >= 0) },
  { pattern: new RegExp(String.raw`^lt\(${NUMBER}\)`), compare: ordered((order) => order < 0) },
  { pattern: new RegExp(String.raw`^lte\(${NUMBER}\)`), compare: ordered((order) => order <= 0) },
];

export function valueForm(text: string): ValueForm {
  for (const { pattern, compare } of FORMS) {
    const operand = pattern.exec(text)?.[1];
    if (operand === undefined) continue;
    if (compare === equal) return wildcard(operand);
    return compare === regexTest ? regex(operand) : { compare, operand };
  }
  return { compare: equal, operand: text };
}

/** The test of a custom variable or user agent: numbers on both sides are compared as numbers (`10` is `10.0`). */
export function numericTest({ compare, operand }: ValueForm): ValueTest {
  const asText = compare(operand);
  const number = parseFloat(operand);
  if (!number) return asText;
  const asNumber = compare(String(number));
  return (value) => {
    if (NOT_NUMERIC.test(value)) return asText(value);
    const given = parseFloat(value);
    return given ? asNumber(String(given)) : asText(value);
  };
}

/** The test of an IP address or a version: text, or versions part by part. */
export function textTest({ compare, operand }: ValueForm): ValueTest {
  return compare(operand.trim().replace(/"/g, ''));
}

const NOT_NUMERIC = /[^0-9.]/;

function wildcard(operand: string): ValueForm {
  const starts = operand.startsWith('*');
  const ends = operand.endsWith('*');
  const compare = starts && ends ? contains : starts ? endsWith : ends ? startsWith : equal;
  return { compare, operand: operand.replace(/^\*/, '').replace(/\*$/, '') };
}

function equal(operand: string): ValueTest {
  if (!isVersion(operand)) return (value) => value === operand;
  const parts = versionParts(operand);
  return (value) => isVersion(value) && compareVersions(versionParts(value), parts) === 0;
}

function lower(operand: string): ValueTest {
  const wanted = operand.toLowerCase();
  return (value) => value.toLowerCase() === wanted;
}

function contains(operand: string): ValueTest {
  return (value) => value.includes(operand);
}

function startsWith(operand: string): ValueTest {
  return (value) => value.startsWith(operand);
}

function endsWith(operand: string): ValueTest {
  return (value) => value.endsWith(operand);
}

/** A shorter one is reported: the longest text that the pattern of a `regex()` can match, in UTF-16 code units. */
const LONG = 4_000;

function regex(operand: string): ValueForm {
  const pattern = compiledRegex(operand);
  const test: ValueTest = pattern ? (value) => pattern.test(value) : () => false;
  const compare = (other: string): ValueTest => (other === operand ? test : regexTest(other));
  return { compare, operand, problem: regexProblem(operand, pattern) };
}

function regexTest(operand: string): ValueTest {
  return regex(operand).compare(operand);
}

function regexProblem(operand: string, pattern: BoundedRegex | undefined): string | undefined {
  if (pattern === undefined) return `no regular expression: ${shown(operand)}`;
  const { longest } = pattern;
  if (longest >= LONG) return undefined;
  const whom = longest > 0 ? `no value of more than ${longest} characters` : 'nothing';
  return `a regular expression that might never come to an end, so that it matches ${whom}: ${shown(operand)}`;
}

function compiledRegex(pattern: string): BoundedRegex | undefined {
  try {
    return new BoundedRegex(pattern);
  } catch {
    return undefined; // reported as a problem of the form
  }
}

function ordered(holds: (order: number) => boolean): (operand: string) => ValueTest {
  return (operand) => {
    const parts = versionParts(operand);
    return (value) => holds(compareVersions(versionParts(value), parts));
  };
}
