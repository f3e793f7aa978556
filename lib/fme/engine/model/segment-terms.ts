/** What a segment takes for the user's id and for the user's variables. Whoever asks a segment says it. */
export interface SegmentTerms {
  /** What `_vwoUserId` is: the id, or the hash that VWO's user lists hold; undefined: there is none yet. */
  readonly userId: 'id' | 'list-id' | undefined;
  /** Which variables `custom_variable` means: the targeting variables for whitelisting, else the custom variables. */
  readonly targeting: boolean;
}

/** Before any rule was looked at, as VWO's SDK does. */
export const NO_USER_ID: SegmentTerms = Object.freeze({ userId: undefined, targeting: false });

const BY_ID: SegmentTerms = Object.freeze({ userId: 'id', targeting: false });
const BY_LIST_ID: SegmentTerms = Object.freeze({ userId: 'list-id', targeting: false });
const TARGETING_BY_ID: SegmentTerms = Object.freeze({ userId: 'id', targeting: true });
const TARGETING_BY_LIST_ID: SegmentTerms = Object.freeze({ userId: 'list-id', targeting: true });

/** `userList`: the campaign knows users as user lists do. */
export function segmentTerms(userList: boolean): SegmentTerms {
  return userList ? BY_LIST_ID : BY_ID;
}

export function whitelistTerms(userList: boolean): SegmentTerms {
  return userList ? TARGETING_BY_LIST_ID : TARGETING_BY_ID;
}
