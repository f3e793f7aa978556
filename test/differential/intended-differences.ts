/** One difference between our decisions and those of VWO's FME SDK that is there on purpose. */
export interface IntendedDifference {
  readonly id: string;
  /** What VWO's SDK does. */
  readonly theirs: string;
  readonly ours: string;
  readonly reason: string;
  /** The first version of VWO's SDK that does it; undefined: all that were compared (1.35.0 to 1.60.0). */
  readonly from?: string;
  /** The first version that does it no more. */
  readonly until?: string;
  /** Where what we do is promised: a spec, and the name of one of its tests or groups of tests. */
  readonly promise: readonly [spec: string, name: string];
}

const STORED = 'test/fme/engine/stored.spec.ts';
const HOLDOUTS = 'test/fme/engine/holdout-groups.spec.ts';

/** All of them: the comparisons with VWO's SDK find no others. */
export const INTENDED_DIFFERENCES: readonly IntendedDifference[] = [
  {
    id: 'foreign-record',
    theirs: 'A stored record counts whatever user, feature or feature id it is of.',
    ours: 'A record of another user or feature is refused, counted, and decided anew.',
    reason: 'A store that mixes keys up would give users the variations of others.',
    promise: [STORED, 'decides anew when %s'],
  },
  {
    id: 'other-rules',
    theirs: 'A stored variation counts when any campaign of the account has it.',
    ours: 'It counts when the rules of this feature have it.',
    reason: 'A feature without rules, or whose rule was replaced, would stay on for whoever had it.',
    promise: [STORED, 'does not take another feature’s campaign for its own, though the account has it'],
  },
  {
    id: 'removed-feature',
    theirs: 'A feature that was removed stays on for whoever has it stored, while its campaign is in the settings.',
    ours: 'It is off.',
    reason: 'Off means off.',
    until: '1.36',
    promise: [STORED, 'is off when the feature is gone, its campaigns still in the settings'],
  },
  {
    id: 'no-feature-id',
    theirs: 'A record without `featureId` is ignored.',
    ours: 'It counts.',
    reason: "VWO's documentation shows records of six fields without it, and older versions write such.",
    from: '1.36',
    promise: [STORED, "believes VWO's six documented fields, as SDK 1.35 does and later ones do not"],
  },
  {
    id: 'written-again',
    theirs: 'The record of a rollout is written at every call.',
    ours: 'It is written when something in it has changed.',
    reason: 'Stores are spared a write per flag and request.',
    promise: [STORED, 'stores a rollout once, and not again while it stays the same'],
  },
  {
    id: 'own-fields',
    theirs: "A record is replaced as a whole, without the application's own fields.",
    ours: "The application's own fields stay.",
    reason: 'What somebody else keeps in a record is not ours to delete.',
    promise: [STORED, 'keeps fields of the user’s own when a record is written again'],
  },
  {
    id: 'forced-twice',
    theirs: 'For a user who is forced into several variations of one test it throws inside, and the flag is off.',
    ours: 'The variations share such users by their weights.',
    reason: 'So does the SDK since.',
    until: '1.43',
    promise: [
      'test/fme/engine/whitelist.spec.ts',
      'share several variations by their weights, scaled to the whole (SDK 1.35 throws inside, and the flag is off)',
    ],
  },
  {
    id: 'weight-that-is-no-number',
    theirs: 'After a variation whose weight is no number, none of the variations of that test has a share.',
    ours: 'That variation has no share; the others keep theirs.',
    reason: 'One broken value must not switch a whole test off.',
    promise: [
      'test/fme/engine/shares.spec.ts',
      'of a variation whose weight is no number is none, and the others keep theirs',
    ],
  },
  {
    id: 'blank-record',
    theirs: 'A flag that is off is stored as a record without a decision, which `featureId` operands then count as on.',
    ours: 'Off is not stored, except for the holdout groups that were looked at; that counts as off.',
    reason: 'Off means off.',
    from: '1.40',
    promise: [
      HOLDOUTS,
      'remember groups that were looked at when the flag is off for other reasons; that counts as off',
    ],
  },
  {
    id: 'impact-of-off',
    theirs: 'The impression of an impact campaign is lost for a flag that is off, unless a gateway is used.',
    ours: 'It is sent.',
    reason: 'Impact is measured between on and off.',
    from: '1.40',
    promise: ['test/fme/engine/impact-campaign.spec.ts', 'is told of both on and off'],
  },
  {
    id: 'holdout-of-off',
    theirs:
      'The impressions of holdout groups are lost for a flag that is off for other reasons, unless a gateway is used.',
    ours: 'They are sent.',
    reason: 'Who was looked at for a holdout group must be counted, on or off.',
    from: '1.40',
    promise: [
      HOLDOUTS,
      'remember groups that were looked at when the flag is off for other reasons; that counts as off',
    ],
  },
  {
    id: 'holdout-over-experiment',
    theirs: 'A new holdout group replaces the stored experiment by a record of the group alone.',
    ours: 'The experiment stays stored, beside the group.',
    reason: 'Its impressions would go out again, and the user could change variation.',
    from: '1.40',
    promise: [HOLDOUTS, 'do not take a flag away from whoever has it stored, who stays sticky beside the new group'],
  },
  {
    id: 'holdout-list-lost',
    theirs: 'What is stored of holdout groups is replaced by the groups that are looked at now.',
    ours: 'Groups that were looked at before stay in the record.',
    reason: 'Their impressions would go out again.',
    from: '1.40',
    promise: [HOLDOUTS, 'keep what is stored of groups that were looked at before, whatever is decided now'],
  },
  {
    id: 'holdout-before-gateway',
    theirs:
      'Of a user who is in a holdout group already, new groups are looked at before the gateway has answered: a segment by place or device throws, and nothing is stored or sent.',
    ours: 'New groups are looked at with what the gateway has answered.',
    reason: 'Who was looked at for a holdout group must be counted.',
    from: '1.40',
    promise: [HOLDOUTS, 'look at new groups with what the gateway knows, for users whom they keep out already'],
  },
  {
    id: 'holdout-in-group',
    theirs:
      'In mutually exclusive groups a feature is closed by holdout groups that are gone, and by those that the user was kept out of for having the feature; the latter is stored without an impression.',
    ours: 'The same holdout groups close it as where the flag is read; they are stored then, with the impression.',
    reason: 'A user who has the flag would lose its experiments, and the impression would never be sent.',
    from: '1.40',
    promise: [HOLDOUTS, 'close a feature’s campaigns in mutually exclusive groups'],
  },
  {
    id: 'holdout-in-dev-mode',
    theirs: 'Impressions of holdout groups are sent in dev mode too.',
    ours: 'In dev mode nothing is sent.',
    reason: 'That is what dev mode is for.',
    from: '1.43',
    promise: [
      'test/fme/engine/dev-mode.spec.ts',
      'sends nothing for a user in dev mode, where the settings have it on, and decides and stores all the same',
    ],
  },
  {
    id: 'holdout-visitor',
    theirs: 'Impressions of holdout groups carry neither the web UUID nor the session of the user context.',
    ours: 'They carry both, as all events do.',
    reason: 'They would count as those of another visitor.',
    from: '1.40',
    promise: ['test/differential/payload.spec.ts', 'a session id of the user context goes along (1.37)'],
  },
  {
    id: 'holdout-without-variables',
    theirs: 'A holdout group with segments throws for a user without custom variables, and the flag is off.',
    ours: 'Such a user has no variables: the segment is asked as for everybody.',
    reason: 'A flag must not go off because a user has no variables.',
    from: '1.40',
    promise: [HOLDOUTS, 'hold for their features only, and by their segments'],
  },
  {
    id: 'renamed-user-id',
    theirs: 'The variable `_vwoUserId` of a segment is no longer the id of the user: it is called `_wingifyUserId`.',
    ours: 'Both names are the id.',
    reason: 'Segments that were made before keep their meaning.',
    from: '1.50',
    promise: ['test/fme/engine/segment.spec.ts', 'as the user’s id, by both of its names'],
  },
  {
    id: 'endless-regex',
    theirs: 'A regular expression that backtracks for ever stops the process.',
    ours: 'It comes to an end, with the same answer; where that cannot be had (`\\1`), and for values of many thousand characters, it does not match.',
    reason: 'A value from outside must not stop the process.',
    promise: ['test/fme/engine/regex.spec.ts', 'is done with a long value, and answers as always'],
  },
  {
    id: 'proto-name',
    theirs: 'An attribute, an event property or a custom variable with the name `__proto__` is lost on the way to VWO.',
    ours: 'It is sent as any other.',
    reason: 'Names are data: none of them changes an object.',
    promise: ['test/differential/payload.spec.ts', 'what is called `__proto__` is sent as any other'],
  },
];
