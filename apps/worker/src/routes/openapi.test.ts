import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Service } from '../service.ts';
import { smallApp } from '../testing/small-app.ts';
import type { JsonSchema, OpenApi } from './openapi.ts';

// The document is of the routes alone: none of them is called.
const app = smallApp({} as Service);
const document = (await (await app.request('/openapi.json')).json()) as OpenApi;

test('every route is in the document, and nothing else', () => {
  const routes = app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.equal(listed.sort(), routes.sort());
  assert.ok(listed.includes('POST /v2/models/{model}/versions/{version}/infer'));
});

test('it is OpenAPI 3.1: references lead somewhere, operations have names of their own, path parameters are declared', () => {
  assert.match(document.openapi, /^3\.1\./);
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
  const used = new Set(Array.from(references, ([, name]) => name));
  for (const name of used) assert.ok(document.components.schemas[name], name);
  assert.ok(used.has('InferRequest') && used.has('Error'));
  assert.not.match(JSON.stringify(document), /\$schema|\$defs/);

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.is(new Set(ids).size, ids.length);
  for (const { path, operation } of operations) {
    const declared = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
    assert.equal(declared, path.match(/\{\w+\}/g) ?? []);
    for (const { description } of Object.values(operation.responses)) assert.ok(description);
  }
});

test('what the schemas check is what it says', () => {
  const request = document.components.schemas.InferRequest;
  const input = at(request, 'inputs').items!;
  assert.equal(input.required, ['name', 'datatype', 'shape']);
  assert.is(at(input, 'datatype').enum!.length, 14);
  assert.is(at(input, 'data').type, 'array');
  assert.equal(request.required, ['inputs']);
});

test('the page shows all of it without loading anything from anywhere', async () => {
  const response = await app.request('/docs/');
  assert.is(response.status, 200);
  assert.match(response.headers.get('content-type')!, /^text\/html/);
  const page = await response.text();
  assert.not.match(page, /<script|<link|<img|@import|https?:\/\//);
  for (const path of Object.keys(document.paths)) assert.ok(page.includes(path), path);
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(page.includes(`id="${target}"`), target);
  assert.ok(page.length < 200_000, `${page.length} bytes`);
});

function at(schema: JsonSchema, key: string): JsonSchema {
  const found =
    schema.properties?.[key] ?? schema.anyOf?.find(({ properties }) => properties?.[key])?.properties?.[key];
  assert.ok(found, key);
  return found!;
}

test.run();
