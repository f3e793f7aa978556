import { SOME_CUSTOMERS } from '../shop/customers.js';
import { html, type Html } from './html.js';
import { style } from './style.js';

export interface PageUser {
  readonly id: string;
  readonly plan: string;
}

export interface FramedPage {
  readonly title?: string;
  readonly user: PageUser | undefined;
  /** Where this page is: whoever tries another customer stays on it. */
  readonly path: string;
  readonly strip?: Html | undefined;
  readonly badge?: Html | undefined;
  readonly body: Html;
  readonly foot?: Html | undefined;
}

/** What every page of the shop has around it. */
export function framed({ title, user, path, strip, badge, body, foot }: FramedPage): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Kaldi’s Coffee${title && ` · ${title}`}${user && ` · ${user.id}`}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        ${strip}
        <header class="top">
          <a class="brand" href="${pathFor('/', user)}">${logo}<span>Kaldi’s Coffee</span></a>
          ${badge} ${whoIsIt(user, path)}
        </header>
        <main>${body}</main>
        <footer>
          A sample of <b>nestjs-vwo</b>: loaded once per request, decided synchronously, remembered per user.
          ${foot && html`<br />${foot}`}
        </footer>
      </body>
    </html> `;
}

/** A path of the shop, for the same customer. */
export function pathFor(path: string, user: Pick<PageUser, 'id'> | undefined): string {
  return user === undefined ? path : `${path}?user=${encodeURIComponent(user.id)}`;
}

function whoIsIt(user: PageUser | undefined, path: string): Html {
  const customers = user && !SOME_CUSTOMERS.includes(user.id) ? [user.id, ...SOME_CUSTOMERS] : SOME_CUSTOMERS;
  return html`<nav class="customers" aria-label="Try as">
    <span>Try as</span>
    ${customers.map((id) => html`<a href="${pathFor(path, { id })}" ${id === user?.id && html`aria-current="true"`}>${id}</a>`)}
    <form action="${path}" method="get">
      <input name="user" placeholder="your name" aria-label="Another customer" maxlength="40" />
    </form>
  </nav>`;
}

const logo = html`<svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
  <ellipse cx="16" cy="16" rx="10" ry="14" transform="rotate(35 16 16)" fill="#5b3a29" />
  <path d="M9 25C16 21 12 12 22 6" fill="none" stroke="#f6e9d8" stroke-width="2.4" stroke-linecap="round" />
</svg>`;
