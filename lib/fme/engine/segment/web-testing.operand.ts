import { isObject, type JsonObject, own, scalarText, shown } from '../../../model/index.js';
import type { Evaluation } from '../model/evaluation.js';
import type { SegmentTest } from '../model/segment.js';
import type { SettingsPath } from '../model/settings-path.js';
import type { SegmentDraft } from './segment-draft.js';

/** `122`: in campaign 122; `122_2`: in its variation 2; `122_!2`: in another one; `!122`: not in it. */
const FORM = /^(?:!(\d+)|(\d+)(?:_(!?)(\d+))?)$/;

/** `campaignVariation` (SDK 1.60): what a campaign of VWO's web testing has given to the user. */
export function webTestingOperand(operand: unknown, place: SettingsPath, draft: SegmentDraft): SegmentTest {
  draft.webTesting = true;
  return webTestingTest(operand) ?? draft.unknown(place, `no web testing campaign: ${shown(operand)}`);
}

/** Undefined when the operand has none of its forms. */
function webTestingTest(operand: unknown): SegmentTest | undefined {
  if (typeof operand !== 'string' && typeof operand !== 'number') return undefined;
  const form = FORM.exec(String(operand).trim());
  if (!form) return undefined;
  const [, absent, campaign = '', not, variation] = form;
  if (absent !== undefined) return (evaluation) => assigned(evaluation, absent) === undefined;
  return (evaluation) => {
    const found = assigned(evaluation, campaign);
    if (found === undefined) return false;
    return variation === undefined || (found === variation) === (not !== '!');
  };
}

/** Whether anything at all is known of web testing; without it a segment that asks for it matches nobody. */
export function knowsWebTesting(evaluation: Evaluation): boolean {
  return Boolean(given(evaluation));
}

/** The variation that a web testing campaign gave to the user, as text. */
function assigned(evaluation: Evaluation, campaign: string): string | undefined {
  const campaigns = campaignsOf(given(evaluation));
  return campaigns && scalarText(own(campaigns, campaign));
}

function given({ user: { platformVariables } }: Evaluation): unknown {
  return isObject(platformVariables) ? platformVariables['webTestingCampaigns'] : undefined;
}

/** An object, or its JSON (from a cookie or a tag). */
function campaignsOf(campaigns: unknown): JsonObject | undefined {
  if (typeof campaigns !== 'string') return isObject(campaigns) ? campaigns : undefined;
  try {
    const parsed: unknown = JSON.parse(campaigns);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined; // broken JSON counts as no assignment, as in the official SDK
  }
}
