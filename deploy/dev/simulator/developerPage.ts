import type { FastifyRequest } from 'fastify';
import type { AddressBook } from './addressBook.ts';
import { documentUrls, fetchDocument, type ApiDocument, type DocumentLimits } from './fetchDocument.ts';
import { messageOf } from './messageOf.ts';
import type { Registration } from './registrationTable.ts';

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface PageParts {
  readonly addresses: AddressBook;
  readonly limits: DocumentLimits;
}

const HTML = {
  'content-type': 'text/html; charset=utf-8',
  // The document comes from elsewhere: its page may run nothing but the scripts of this gateway.
  'content-security-policy': "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
};

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
}

function frame(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="/_docs/favicon-32x32.png">
<link rel="stylesheet" href="/_docs/swagger-ui.css">
</head>
<body>
${content}
</body>
</html>
`;
}

function links(urls: readonly string[]): string {
  if (urls.length < 2) return '';
  const items = urls.map((url, index) => `<a href="?document=${index}">${escapeHtml(url)}</a>`);
  return `<nav>${items.join(' | ')}</nav>`;
}

function renderedPage(name: string, urls: readonly string[], document: ApiDocument): string {
  const json = JSON.stringify(document).replaceAll('<', String.raw`\u003c`);
  const content = `${links(urls)}
<div id="page"></div>
<script type="application/json" id="document">${json}</script>
<script src="/_docs/swagger-ui-bundle.js"></script>
<script src="/_docs/show.js"></script>`;
  return frame(`${document.info?.title ?? name} - ${name}`, content);
}

function failurePage(registration: Registration, url: string, error: unknown): string {
  const cause = messageOf(error);
  const content = `<h1>${escapeHtml(registration.name)}</h1>
<p>Registered at ${escapeHtml(registration.path)}, but its specification ${escapeHtml(url)} cannot be shown: ${escapeHtml(cause)}</p>`;
  return frame(registration.name, content);
}

async function render(
  parts: PageParts,
  registration: Registration,
  wanted: { index: number; asJson: boolean },
): Promise<Page> {
  const urls = documentUrls(registration.specification);
  const url = urls[wanted.index] ?? urls[0] ?? '';
  try {
    const source = { url, basePath: registration.path };
    const document = await fetchDocument(source, parts.addresses, parts.limits);
    if (!wanted.asJson)
      return { status: 200, headers: HTML, body: renderedPage(registration.name, urls, document) };
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) };
  } catch (error) {
    return { status: 502, headers: HTML, body: failurePage(registration, url, error) };
  }
}

/**
 * The API's developer page (`<path>/docs/`) and the document it shows (`<path>/docs/openapi.json`);
 * nothing for any other request. Of several documents `?document=<n>` chooses, from 0.
 */
export async function developerPage(
  parts: PageParts,
  registration: Registration,
  request: FastifyRequest,
): Promise<Page | undefined> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const [path, query] = (request.raw.url ?? '/').split('?', 2);
  const base = `${registration.path}/docs`;
  if (path === base) return { status: 302, headers: { location: `${base}/` }, body: '' };
  const asJson = path === `${base}/openapi.json`;
  if (!asJson && path !== `${base}/`) return undefined;
  const index = Number(new URLSearchParams(query).get('document') ?? 0);
  return render(parts, registration, { index, asJson });
}
