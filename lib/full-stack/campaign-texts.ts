import type { FlagTexts } from '../settings/index.js';
import type { FullStackSettings } from './full-stack.settings.js';

/** What each campaign is decided by, as text: itself, and its mutually exclusive group with all campaigns of that. */
export function campaignTexts({ campaigns, groups = {}, campaignGroups = {} }: FullStackSettings): FlagTexts {
  const texts = new Map<string, string>();
  for (const campaign of campaigns) {
    if (texts.has(campaign.key)) continue; // of two with one key the SDK takes the first
    const group = groups[String(campaignGroups[String(campaign.id)])];
    const others = group && campaigns.filter(({ id }) => group.campaigns.includes(Number(id)));
    texts.set(campaign.key, JSON.stringify([campaign, group, others]));
  }
  return texts;
}
