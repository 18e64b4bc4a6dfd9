import { answerBytes } from '../protocol/compress.ts';
import { docsPage } from './docs-page.ts';
import type { Endpoint } from './endpoint.ts';
import { createOpenApi, type NamedSchemas } from './openapi.ts';

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
};

/** The OpenAPI document of these endpoints and of these two, and the page that shows it. */
export function documentEndpoints(endpoints: readonly Endpoint[], schemas: NamedSchemas): Endpoint[] {
  const tag = 'Documents';
  const encoder = new TextEncoder();
  const documents: Endpoint[] = [
    {
      method: 'GET',
      path: '/openapi.json',
      tag,
      summary: 'This document, OpenAPI 3.1',
      answers: { 200: { description: 'JSON.', content: { 'application/json': null } } },
      handle: (c) => answerBytes(c.req.raw, encoder.encode(document), { 'content-type': 'application/json' }),
    },
    {
      method: 'GET',
      path: '/docs',
      tag,
      summary: 'This document as a page',
      answers: { 200: { description: 'A page without scripts.', content: { 'text/html': null } } },
      handle: (c) => answerBytes(c.req.raw, encoder.encode(page), PAGE_HEADERS),
    },
  ];
  const openApi = createOpenApi([...endpoints, ...documents], schemas);
  const document = JSON.stringify(openApi);
  const page = docsPage(openApi);
  return documents;
}
