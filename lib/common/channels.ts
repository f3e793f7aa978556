import { channel } from 'node:diagnostics_channel';
import type { VwoFlag, VwoUserContext } from '../model/index.js';

/** Whose client it is, for messages and metrics. One object for each client, so that two of one account can be told apart. */
export interface VwoAccount {
  readonly accountId: string;
  /** The option `environment`; unless given, a digest of the SDK key, never the key itself. */
  readonly environment: string;
}

interface OfAccount {
  /** `client.account` of the client that it is about. */
  readonly account: VwoAccount;
}

/** A visit has opened. */
export interface VwoVisitOpened extends OfAccount {
  /** Undefined when nobody is known. */
  readonly user: VwoUserContext | undefined;
  /** How long it took, in ms: storage and gateway included. */
  readonly duration: number;
}

/** A flag was read for the first time in a visit. */
export interface VwoEvaluation extends OfAccount {
  /** Undefined when nobody is known. */
  readonly user: VwoUserContext | undefined;
  readonly flag: VwoFlag;
}

/** The storage has answered. One that never answers is counted alone: `storageReadTimeouts`, `storageWriteFailures`. */
interface StorageCall extends OfAccount {
  /** How long the storage took, in ms: also where a visit has not waited for so long. */
  readonly duration: number;
  /** What it threw or rejected with; undefined where it did neither. It may name the user. */
  readonly error?: unknown;
}

export interface VwoStorageRead extends StorageCall {
  /** Records that were asked for by key. */
  readonly keys: number;
}

export interface VwoStorageWrite extends StorageCall {
  /** Records to be saved. */
  readonly records: number;
}

/** A request with events to VWO has ended. */
export interface VwoEventsPost extends OfAccount {
  /** How many are in it. */
  readonly events: number;
  /** In ms. */
  readonly duration: number;
  /** `later`: they are tried again. `refused`: by VWO, or for want of such a path; some of them may be sent on their own after that. */
  readonly outcome: 'accepted' | 'later' | 'refused';
  /** The HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
}

/** What a channel of `node:diagnostics_channel` tells, by its name. */
export interface VwoChannels {
  'nestjs-vwo:visit': VwoVisitOpened;
  'nestjs-vwo:evaluation': VwoEvaluation;
  'nestjs-vwo:storage.read': VwoStorageRead;
  'nestjs-vwo:storage.write': VwoStorageWrite;
  'nestjs-vwo:events.post': VwoEventsPost;
}

/** Told only where somebody listens: ask `hasSubscribers` before a message is made, so that nobody else pays. */
interface Told<Message> {
  readonly hasSubscribers: boolean;
  publish(message: Message): void;
}

function told<Name extends keyof VwoChannels>(name: Name): Told<VwoChannels[Name]> {
  return channel(name);
}

export const visits = told('nestjs-vwo:visit');
export const evaluations = told('nestjs-vwo:evaluation');
export const storageReads = told('nestjs-vwo:storage.read');
export const storageWrites = told('nestjs-vwo:storage.write');
export const eventsPosts = told('nestjs-vwo:events.post');
