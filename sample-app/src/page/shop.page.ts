import { LEGACY } from '../legacy/legacy.path.js';
import type { Product } from '../shop/catalogue.js';
import type { Offer } from '../shop/price.service.js';
import { cup } from './cup.js';
import { framed, type PageUser, pathFor } from './frame.page.js';
import { html, type Html } from './html.js';
import type { Received, Remembered } from './memory.service.js';
import type { Reason } from './tour.service.js';
import { receivedPanel, reasonsPanel, rememberedPanel } from './why.page.js';

export interface ShopPage {
  readonly user: PageUser | undefined;
  readonly greeting: { readonly text: string; readonly gold: boolean };
  readonly checkout: { readonly button: string; readonly oneClick: boolean };
  readonly offers: readonly Offer[];
  readonly discount: { readonly percent: number; readonly label: string };
  readonly reasons: readonly Reason[];
  readonly remembered: Remembered | undefined;
  readonly received: Received | undefined;
  readonly ordered: Product | undefined;
  /** Whether there is a legacy corner to go to. */
  readonly hasLegacy: boolean;
}

/** Colours that the variable `button` may name; any other is shown as blue. */
const BUTTONS = new Set(['blue', 'green']);

/** The whole page. */
export function shopPage(page: ShopPage): Html {
  const { user, greeting } = page;
  return framed({
    user,
    path: '/',
    strip: promotion(page.reasons),
    badge: hasBeta(page.reasons) ? html`<a class="beta" href="${pathFor('/beta', user)}">Beta</a>` : undefined,
    body: html`
      <section class="${greeting.gold ? 'hero gold' : 'hero'}">
        ${cup}
        <p class="eyebrow">${greeting.gold ? 'Gold circle' : 'Small batches, every morning'}</p>
        <h1>${greeting.text}${user && html`, <em>${user.id}</em>`}</h1>
        ${page.discount.percent > 0 && html`<p class="sale"><b>−${page.discount.percent} %</b> ${page.discount.label}</p>`}
      </section>
      ${page.ordered && html`<p class="notice" role="status">Thank you. One bag of ${page.ordered.name} is on its way, and VWO is told of it.</p>`}
      <section class="shelf" aria-label="Our coffees">${page.offers.map((offer) => card(offer, page))}</section>
      <section class="why">
        <h2>Why ${user ? html`<em>${user.id}</em> sees` : 'you see'} this shop</h2>
        ${!user && html`<p class="lead">Nobody is known yet, so every flag is off. Choose a customer above, or send the header <code>x-user-id</code>.</p>`}
        ${reasonsPanel(page.reasons)}
        ${user && html`<div class="panels">${rememberedPanel(user.id, page.remembered)}${receivedPanel(page.received)}</div>`}
      </section>
    `,
    foot: page.hasLegacy
      ? html`<a href="${pathFor(LEGACY, user)}">Subscriptions</a> still run on VWO Full Stack.`
      : undefined,
  });
}

/** The promotion this customer is in, if any: the group lets him meet one at most. */
function promotion(reasons: readonly Reason[]): Html | undefined {
  const found = reasons.find(({ flag }) => ['free-shipping', 'free-gift'].includes(flag.key) && flag.isEnabled());
  const text = found?.flag.getVariable<unknown>('text');
  return text === undefined ? undefined : html`<p class="${`strip ${found?.flag.key ?? ''}`}">${text}</p>`;
}

function hasBeta(reasons: readonly Reason[]): boolean {
  return reasons.some(({ flag }) => flag.key === 'beta-area' && flag.isEnabled());
}

function card({ product, price }: Offer, { user, checkout }: ShopPage): Html {
  const colour = BUTTONS.has(checkout.button) ? checkout.button : 'blue';
  return html`<article class="card">
    <div class="${`shelf-space ${product.colour}`}">${bag(product.name)}</div>
    <h3>${product.name}</h3>
    <p class="origin">${product.origin}</p>
    <p class="notes">${product.notes}</p>
    <div class="buy">
      <p class="price">${price < product.price && html`<s>${money(product.price)}</s> `}<b>${money(price)}</b></p>
      <form action="${pathFor('/order', user)}" method="post">
        <input type="hidden" name="product" value="${product.id}" />
        <button class="${colour}">${checkout.oneClick ? 'Buy in one click' : 'Add to basket'}</button>
      </form>
    </div>
  </article>`;
}

function money(cents: number): string {
  return `€\u00a0${(cents / 100).toFixed(2)}`;
}

function bag(name: string): Html {
  return html`<svg viewBox="0 0 120 140" role="img" aria-label="${`A bag of ${name}`}">
    <path class="paper" d="M26 28h68l8 98a6 6 0 0 1-6 6H24a6 6 0 0 1-6-6z" />
    <path class="fold" d="M26 28l6-16h56l6 16z" />
    <rect class="label" x="36" y="58" width="48" height="46" rx="4" />
    <ellipse class="bean" cx="60" cy="76" rx="7" ry="10" transform="rotate(30 60 76)" />
    <path class="crease" d="M56 83c5-3 3-9 9-13" />
    <path class="line" d="M46 96h28" />
  </svg>`;
}
