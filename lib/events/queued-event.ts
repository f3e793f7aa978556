/** Whose event it is: the few fields of the user context that VWO is told. A visit's user fits as it is. */
export interface EventUser {
  readonly id: string;
  /** VWO's UUID of the user. May be a getter: it is asked for when the event leaves. */
  readonly uuid: string;
  readonly userAgent?: string | undefined;
  readonly ipAddress?: string | undefined;
  /** Seconds since the epoch. */
  readonly sessionId: number;
  readonly customVariables?: Readonly<Record<string, unknown>> | undefined;
  /** Names of the custom variables that impressions carry. */
  readonly postSegmentationVariables?: readonly string[] | undefined;
}

/** An event of one of VWO's products, in the shape in which it was decided, with whose it is and when it happened. */
export interface QueuedEvent<E> {
  readonly user: EventUser;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly event: E;
}
