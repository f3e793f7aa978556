import type { VwoFlag } from 'nestjs-vwo';
import { framed, type PageUser, pathFor } from '../page/frame.page.js';
import { cup } from '../page/cup.js';
import { html, type Html } from '../page/html.js';
import type { Received, Remembered } from '../page/memory.service.js';
import { receivedPanel, reasonsPanel, rememberedPanel } from '../page/why.page.js';
import { LEGACY } from './legacy.path.js';

/** What a month costs, in cents. */
export const MONTHLY_PRICE = 2900;

export interface LegacyPage {
  readonly user: PageUser | undefined;
  readonly subscription: VwoFlag;
  readonly firstBox: VwoFlag;
  readonly remembered: Remembered | undefined;
  readonly received: Received | undefined;
  /** What became of the goal, after an order. */
  readonly ordered: 'tracked' | 'again' | undefined;
}

/** An A/B campaign names a variation; what it looks like, the application knows. */
const HEADLINES: Readonly<Record<string, string>> = {
  'Roasters-choice': 'Our roaster chooses, you drink',
  'Tour-of-origins': 'A new origin every month',
};

/** The whole page. */
export function legacyPage(page: LegacyPage): Html {
  const { user, subscription, firstBox } = page;
  const headline = HEADLINES[subscription.variation?.key ?? ''] ?? 'Two bags of coffee every month';
  return framed({
    title: 'Subscriptions',
    user,
    path: LEGACY,
    body: html`
      <section class="hero">
        ${cup}
        <p class="eyebrow">Subscriptions, on VWO Full Stack</p>
        <h1>${headline}${user && html`, <em>${user.id}</em>`}</h1>
        <form class="subscribe" action="${pathFor(`${LEGACY}/order`, user)}" method="post">
          <button class="green">Subscribe for €&nbsp;${MONTHLY_PRICE / 100} a month</button>
        </form>
        ${firstBox.isEnabled() && html`<p class="sale">In the first box: ${firstBox.getVariable<unknown>('gift')}</p>`}
      </section>
      ${page.ordered && html`<p class="notice" role="status">${thanks(page.ordered, user)}</p>`}
      <section class="why">
        <h2>Why ${user ? html`<em>${user.id}</em> sees` : 'you see'} this offer</h2>
        ${!user && html`<p class="lead">Nobody is known yet, so nobody is in a campaign. Choose a customer above, or send the header <code>x-user-id</code>.</p>`}
        ${reasonsPanel([
          { flag: subscription, rule: 'A/B campaign, three variations', effect: 'The headline' },
          { flag: firstBox, rule: 'Feature test, 90 % of the customers', effect: 'The gift in the first box' },
        ])}
        ${user && html`<div class="panels">${rememberedPanel(user.id, page.remembered, LEGACY)}${receivedPanel(page.received)}</div>`}
      </section>
    `,
    foot: html`<a href="${pathFor('/', user)}">Back to the shop</a>, which runs on feature flags.`,
  });
}

function thanks(ordered: 'tracked' | 'again', user: PageUser | undefined): string {
  if (ordered === 'tracked') return 'Thank you for subscribing. VWO is told of the goal and what it is worth.';
  return user
    ? 'Thank you, once more. VWO has received this goal before, and a goal is tracked once per customer.'
    : 'Thank you. Nobody is known, so no goal was tracked.';
}
