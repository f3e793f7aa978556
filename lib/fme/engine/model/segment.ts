import type { Evaluation } from './evaluation.js';
import type { SegmentTerms } from './segment-terms.js';

/** Whether a user is in a segment. */
export type SegmentTest = (evaluation: Evaluation, terms: SegmentTerms) => boolean;

/** A list of VWO's that a segment asks for, by the name of the user's variable. */
export interface ListQuestion {
  readonly listId: string;
  readonly variable: string;
}

/** A segment, and what it looks at besides the user. */
export interface Segment {
  readonly test: SegmentTest;
  /** The features whose stored decision it asks for (`featureId`). */
  readonly features: ReadonlySet<string>;
  readonly lists: readonly ListQuestion[];
  /** Location or user agent: what the gateway answers as details. */
  readonly details: boolean;
}

export const nobody: SegmentTest = () => false;
export const everybody: SegmentTest = () => true;

/** The segment that nobody is in. */
export const NOBODY: Segment = { test: nobody, features: new Set(), lists: [], details: false };
