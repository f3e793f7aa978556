import type { FlagReason, StoredDecision, VwoFlag } from 'nestjs-vwo';
import type { ReceivedEvent } from 'nestjs-vwo/testing';
import { pathFor } from './frame.page.js';
import { html, type Html } from './html.js';
import type { Received, Remembered } from './memory.service.js';
import type { Reason } from './tour.service.js';

/** `flag.reason` in words for the page. */
const IN_WORDS: Readonly<Record<FlagReason, string>> = {
  stored: 'remembered',
  rollout: 'decided now',
  experiment: 'decided now',
  personalize: 'decided now',
  forced: 'decided now',
  holdout: 'held out',
  group: 'another of its group',
  traffic: 'outside the percentage',
  'no-rule': 'no rule matched',
  disabled: 'it has no rules',
  unknown: 'no such flag',
  nobody: 'nobody known',
  'no-settings': 'no settings yet',
  'not-said': 'not in a variation',
};

/** How many events are listed; a long visit has many. */
const LATEST = 8;

/** One row per flag: what it is for this customer, and where that comes from. */
export function reasonsPanel(reasons: readonly Reason[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th>Flag</th>
        <th>State</th>
        <th>Variation</th>
        <th>Reason</th>
        <th>Variables</th>
        <th>What it changes</th>
      </tr>
    </thead>
    <tbody>
      ${reasons.map(
        ({ flag, rule, effect }) =>
          html`<tr class="${flag.isEnabled() ? 'on' : 'off'}">
            <th scope="row"><code>${flag.key}</code><small>${rule}</small></th>
            <td data-label="State"><span class="state">${flag.isEnabled() ? 'on' : 'off'}</span></td>
            <td data-label="Variation">${variation(flag)}</td>
            <td data-label="Reason">
              <span class="${`source ${flag.source}`}">${IN_WORDS[flag.reason]}</span><small>${flag.reason}</small>
            </td>
            <td data-label="Variables">${variables(flag)}</td>
            <td data-label="Changes">${effect}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function variation({ key, variation }: VwoFlag): Html {
  if (!variation) return html`–`;
  return html`${variation.key}${variation.campaignKey !== key && html`<small>${variation.campaignKey}</small>`}`;
}

function variables(flag: VwoFlag): Html {
  const all = flag.getVariables();
  if (all.length === 0) return html`–`;
  return html`<dl>
    ${all.map(
      ({ key, value }) =>
        html`<div>
          <dt>${key}</dt>
          <dd>${JSON.stringify(value)}</dd>
        </div>`,
    )}
  </dl>`;
}

/** What is stored for the customer: after his first request, and until he is forgotten. */
export function rememberedPanel(
  userId: string,
  remembered: Remembered | undefined,
  /** What forgets: the shop, or its legacy corner. */
  path = '',
): Html {
  return html`<article>
    <h3>What the shop remembers</h3>
    ${remembered === undefined && html`<p>The storage does not answer. The shop goes on without it.</p>`}
    ${remembered?.length === 0 && html`<p>Nothing yet. These decisions are saved as soon as this page has left: reload it.</p>`}
    <ul>
      ${remembered?.map(([key, record]) => html`<li><code>${key}</code> ${stored(record)}</li>`)}
    </ul>
    ${
      Boolean(remembered?.length) &&
      html`<form action="${pathFor(`${path}/forget`, { id: userId })}" method="post">
        <button class="plain">Forget ${userId}</button>
      </form>`
    }
  </article>`;
}

function stored(record: StoredDecision): string {
  return 'campaignKey' in record ? storedCampaign(record) : storedFlag(record);
}

/** Full Stack's: several goals of one campaign are joined by `_vwo_`. */
function storedCampaign({ variationName, goalIdentifier }: StoredDecision): string {
  const goals = typeof goalIdentifier === 'string' ? `, goals: ${goalIdentifier.replaceAll('_vwo_', ', ')}` : '';
  return `${String(variationName)}${goals}`;
}

function storedFlag({ rolloutKey, experimentKey, experimentVariationId }: StoredDecision): string {
  if (experimentKey === undefined || experimentKey === null) return String(rolloutKey ?? '');
  const variation =
    typeof experimentVariationId === 'number' && experimentVariationId > 0
      ? `, variation ${experimentVariationId}`
      : '';
  return `${String(experimentKey)}${variation}`;
}

/** What VWO has received about the customer; undefined with the real VWO. */
export function receivedPanel(received: Received | undefined): Html {
  return html`<article>
    <h3>What VWO has received</h3>
    ${received === undefined && html`<p>VWO shows it in its own application.</p>`}
    ${received?.length === 0 && html`<p>Nothing yet. Impressions leave in batches after the page: reload it.</p>`}
    <ul>
      ${received?.slice(0, LATEST).map(({ name, props }) => html`<li><code>${name}</code> ${said(props)}</li>`)}
    </ul>
    ${received && received.length > LATEST && html`<p>and ${received.length - LATEST} before</p>`}
  </article>`;
}

function said({ id, variation, isCustomEvent, product, price, revenue }: ReceivedEvent['props']): string {
  if (isCustomEvent) return `${String(product)}, € ${String(price)}`;
  const worth = revenue === undefined ? '' : `, € ${String(revenue)}`;
  return `campaign ${String(id)}, variation ${String(variation)}${worth}`;
}
