import { applyDecorators, Header } from '@nestjs/common';

/** A handler whose answer is a page of ours: it loads nothing from anywhere, and sends forms to the shop only. */
export function HtmlPage(): MethodDecorator {
  return applyDecorators(
    Header('content-type', 'text/html; charset=utf-8'),
    Header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    ),
  );
}
