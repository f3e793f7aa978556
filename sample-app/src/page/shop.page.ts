import type { StoredDecision } from 'nestjs-vwo';
import type { ReceivedEvent } from 'nestjs-vwo/testing';
import type { Product } from '../shop/catalogue.js';
import { SOME_CUSTOMERS } from '../shop/customers.js';
import type { Offer } from '../shop/price.service.js';
import { html, type Html } from './html.js';
import { style } from './style.js';
import type { Reason } from './tour.service.js';
import { heardPanel, reasonsPanel, rememberedPanel } from './why.page.js';

export interface ShopPage {
  readonly user: { readonly id: string; readonly plan: string } | undefined;
  readonly greeting: { readonly text: string; readonly gold: boolean };
  readonly checkout: { readonly button: string; readonly oneClick: boolean };
  readonly offers: readonly Offer[];
  readonly discount: { readonly percent: number; readonly label: string };
  readonly reasons: readonly Reason[];
  readonly remembered: readonly (readonly [key: string, record: StoredDecision])[] | undefined;
  readonly heard: readonly ReceivedEvent[] | undefined;
  readonly ordered: Product | undefined;
}

/** Colours that the variable `button` may name; any other is shown as blue. */
const BUTTONS = new Set(['blue', 'green']);

/** The whole page. */
export function shopPage(page: ShopPage): Html {
  const { user, greeting } = page;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Kaldi’s Coffee${user && ` · ${user.id}`}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        ${promotion(page.reasons)}
        <header class="top">
          <a class="brand" href="${home(user?.id)}">${logo}<span>Kaldi’s Coffee</span></a>
          ${hasBeta(page.reasons) && html`<a class="beta" href="/beta?user=${encodeURIComponent(user?.id ?? '')}">Beta</a>`}
          ${whoIsIt(page)}
        </header>
        <main>
          <section class="${greeting.gold ? 'hero gold' : 'hero'}">
            ${cup}
            <p class="eyebrow">${greeting.gold ? 'Gold circle' : 'Small batches, every morning'}</p>
            <h1>${greeting.text}${user && html`, <em>${user.id}</em>`}</h1>
            ${page.discount.percent > 0 && html`<p class="sale"><b>−${page.discount.percent} %</b> ${page.discount.label}</p>`}
          </section>
          ${page.ordered && html`<p class="notice" role="status">Thank you. One bag of ${page.ordered.name} is on its way, and VWO hears of it.</p>`}
          <section class="shelf" aria-label="Our coffees">${page.offers.map((offer) => card(offer, page))}</section>
          <section class="why">
            <h2>Why ${user ? html`<em>${user.id}</em> sees` : 'you see'} this shop</h2>
            ${!user && html`<p class="lead">Nobody is known yet, so every flag is off. Choose a customer above, or send the header <code>x-user-id</code>.</p>`}
            ${reasonsPanel(page.reasons, user !== undefined)}
            ${user && html`<div class="panels">${rememberedPanel(user.id, page.remembered)}${heardPanel(page.heard)}</div>`}
          </section>
        </main>
        <footer>
          A sample of <b>nestjs-vwo</b>: loaded once per request, decided synchronously, remembered per user.
        </footer>
      </body>
    </html> `;
}

function home(userId: string | undefined): string {
  return userId === undefined ? '/' : `/?user=${encodeURIComponent(userId)}`;
}

function whoIsIt({ user }: ShopPage): Html {
  const customers = user && !SOME_CUSTOMERS.includes(user.id) ? [user.id, ...SOME_CUSTOMERS] : SOME_CUSTOMERS;
  return html`<nav class="customers" aria-label="Try as">
    <span>Try as</span>
    ${customers.map((id) => html`<a href="${home(id)}" ${id === user?.id && html`aria-current="true"`}>${id}</a>`)}
    <form action="/" method="get">
      <input name="user" placeholder="your name" aria-label="Another customer" maxlength="40" />
    </form>
  </nav>`;
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
      <form action="/order${user && `?user=${encodeURIComponent(user.id)}`}" method="post">
        <input type="hidden" name="product" value="${product.id}" />
        <button class="${colour}">${checkout.oneClick ? 'Buy in one click' : 'Add to basket'}</button>
      </form>
    </div>
  </article>`;
}

function money(cents: number): string {
  return `€\u00a0${(cents / 100).toFixed(2)}`;
}

const logo = html`<svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
  <ellipse cx="16" cy="16" rx="10" ry="14" transform="rotate(35 16 16)" fill="#5b3a29" />
  <path d="M9 25C16 21 12 12 22 6" fill="none" stroke="#f6e9d8" stroke-width="2.4" stroke-linecap="round" />
</svg>`;

const cup = html`<svg class="cup" viewBox="0 0 220 200" aria-hidden="true">
  <path class="steam" d="M84 62c-12-14 12-22 0-38M110 62c-12-14 12-22 0-38M136 62c-12-14 12-22 0-38" />
  <path d="M166 92h18a24 24 0 0 1 0 48h-24" fill="none" stroke="#fffaf2" stroke-width="11" />
  <path d="M48 82h124c0 62-16 94-44 94H92c-28 0-44-32-44-94z" fill="#fffaf2" />
  <path d="M56 82h108c0 8-1 12-1 12H57s-1-6-1-12z" fill="#5b3a29" />
  <ellipse cx="110" cy="180" rx="92" ry="9" fill="#fffaf2" />
</svg>`;

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
