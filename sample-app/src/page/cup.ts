import { html } from './html.js';

export const cup = html`<svg class="cup" viewBox="0 0 220 200" aria-hidden="true">
  <path class="steam" d="M84 62c-12-14 12-22 0-38M110 62c-12-14 12-22 0-38M136 62c-12-14 12-22 0-38" />
  <path d="M166 92h18a24 24 0 0 1 0 48h-24" fill="none" stroke="#fffaf2" stroke-width="11" />
  <path d="M48 82h124c0 62-16 94-44 94H92c-28 0-44-32-44-94z" fill="#fffaf2" />
  <path d="M56 82h108c0 8-1 12-1 12H57s-1-6-1-12z" fill="#5b3a29" />
  <ellipse cx="110" cy="180" rx="92" ry="9" fill="#fffaf2" />
</svg>`;
