import { html, raw } from 'hono/html';
import type { JsonSchema, OpenApi, Operation } from './openapi.ts';

type Html = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav { columns: 16rem; margin-bottom: 2rem; }
nav a { display: block; overflow-wrap: anywhere; }
section { border-top: 1px solid var(--line); padding-top: .5rem; margin-top: 1.5rem; }
h3 { font: 600 1rem ui-monospace, monospace; overflow-wrap: anywhere; margin-bottom: 0; }
h3 b { display: inline-block; min-width: 3.5em; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
dl { margin: 0; } dd { margin-left: 1.25rem; }
`;

/** An OpenAPI document as a page of its own: no script, nothing loaded from anywhere. */
export function docsPage({ info, paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}: API</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<h1>${info.title} ${info.version}</h1>
<p>${info.description} As a document: <a href="openapi.json">openapi.json</a>.</p>
<nav>${operations.map(({ path, method, operation }) => html`<a href="#${operation.operationId}">${method} ${path}</a>`)}</nav>
${tags.map(
  (tag) => html`<h2>${tag}</h2>
${operations
  .filter(({ operation }) => operation.tags.includes(tag))
  .map(({ path, method, operation }) => operationSection(method, path, operation))}`,
)}
<h2>Schemas</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<section id="schema-${name}"><h3>${name}</h3>${schemaView(schema)}</section>`,
)}
</body>
</html>`;
  return String(page);
}

function operationSection(method: string, path: string, operation: Operation): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  return html`<section id="${operationId}">
<h3><b>${method}</b> ${path}</h3>
<p>${summary}. ${description ?? ''}</p>
${
  parameters.length > 0 &&
  html`<table><tr><th>Parameter</th><th>In</th><th></th></tr>${parameters.map(
    (parameter) =>
      html`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}</td><td>${parameter.description ?? ''}</td></tr>`,
  )}</table>`
}
${
  requestBody &&
  html`<p>Body${requestBody.required ? '' : ', which may be left out'}: ${contentView(requestBody.content)}</p>`
}
<table><tr><th>Status</th><th></th><th>Body</th></tr>${Object.entries(responses).map(
    ([status, { description, content }]) =>
      html`<tr><td>${status}</td><td>${description}</td><td>${content && contentView(content)}</td></tr>`,
  )}</table>
</section>`;
}

function contentView(content: NonNullable<Operation['requestBody']>['content']): Html[] {
  return Object.entries(content).map(
    ([type, { schema }]) => html`<div><code>${type}</code> ${schemaView(schema)}</div>`,
  );
}

function schemaView(schema: JsonSchema): Html {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  const properties = Object.entries(schema.properties ?? {});
  const inner = schema.items && (schema.items.properties || schema.items.$ref) ? schema.items : null;
  return html`<span>${typeText(schema)} ${schema.description ?? ''}</span>${
    properties.length > 0 &&
    html`<dl>${properties.map(
      ([key, value]) =>
        html`<dt><code>${key}</code>${schema.required?.includes(key) ? '' : ', optional'}</dt><dd>${schemaView(value)}</dd>`,
    )}</dl>`
  }${inner && html`<div>each:</div>${schemaView(inner)}`}${objectsAmong(schema).map(schemaView)}`;
}

/** Objects of which the value may be one. */
const objectsAmong = ({ anyOf = [] }: JsonSchema) => anyOf.filter(({ properties, items }) => properties || items);

function typeText({ type, enum: values, const: only, items, anyOf, minimum, maximum }: JsonSchema): string {
  if (only !== undefined) return JSON.stringify(only);
  if (values) return values.map((value) => JSON.stringify(value)).join(', ');
  if (anyOf)
    return anyOf
      .map((schema) => typeText(schema))
      .filter(Boolean)
      .join(' or ');
  if (type === 'array') return `list${items?.type ? ` of ${typeText(items)}` : ''}`;
  const range = minimum !== undefined && maximum !== undefined ? ` of ${minimum} to ${maximum}` : '';
  return `${type ?? ''}${range}`;
}
