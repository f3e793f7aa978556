import { type Diagnostics, shown } from '../common/index.js';
import { type CompiledCampaigns, goalOf, isDecided } from './compiled-campaigns.js';
import type { FullStackCampaign } from './full-stack.settings.js';
import type { GoalType } from './sdk-decision.js';

/** What decides in which campaigns a goal may be tracked. */
export interface GoalScope {
  readonly settings: CompiledCampaigns;
  readonly goalTypeToTrack: GoalType;
  /** Whether the visit may read the campaign. */
  readonly mayRead: (campaignKey: string) => boolean;
  readonly diagnostics: Diagnostics;
}

/** The campaigns in which to track a goal: those wanted, else all that have it. Those that cannot be are logged. */
export function campaignsToTrack(
  goal: string,
  wanted: readonly string[] | undefined,
  { settings, goalTypeToTrack, mayRead, diagnostics }: GoalScope,
): readonly FullStackCampaign[] {
  const keys = wanted ?? settings.keysWithGoal(goal, goalTypeToTrack);
  const running = keys.flatMap((key) => {
    const campaign = settings.campaign(key);
    return campaign && isDecided(campaign) && goalOf(campaign, goal, goalTypeToTrack) ? [campaign] : [];
  });
  const readable = running.filter(({ key }) => mayRead(key));
  if (running.length === 0) {
    warnUntracked(diagnostics, goal, wanted ? `none of ${shown(wanted.join(', '))}` : 'no running campaign');
  } else if (readable.length < running.length) {
    diagnostics.warnOnce(
      `goal-undeclared:${shown(goal)}`,
      `Goal ${shown(goal)} was not tracked in campaigns that were not declared: with \`preload: 'declared'\` ` +
        `put @UseFlags('<campaign>') on the handler or class, or open the visit with their keys.`,
    );
  }
  return readable;
}

/** @param where the campaigns that do not have the goal: `no campaign` */
export function warnUntracked(diagnostics: Diagnostics, goal: string, where: string): void {
  diagnostics.warnOnce(`goal:${shown(goal)}`, `Goal ${shown(goal)} was not tracked: ${where} has it.`);
}
