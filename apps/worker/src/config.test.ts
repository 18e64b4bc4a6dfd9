import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLoopback, parseConfig, unknownVariables } from './config.ts';
import { SETTINGS } from './environment.ts';
import { environmentTable } from './environment-table.ts';

const SUM = 'a'.repeat(64);

/** The message of the refusal. */
function refused(env: Record<string, string>): string {
  try {
    parseConfig(env);
  } catch (error) {
    assert.is((error as { code: string }).code, 'bad_input');
    const { message } = error as Error;
    assert.not.match(message, /\n/);
    return message;
  }
  throw new Error(`accepted: ${JSON.stringify(env)}`);
}

test('nothing set is a server on loopback, without keys', () => {
  const config = parseConfig({});
  assert.is(config.host, '127.0.0.1');
  assert.is(config.port, 8000);
  assert.is(config.models, null);
  assert.equal(config.apiKeys, []);
  assert.equal(config.batching, { maxBatch: 32, maxDelayMs: 2, maxQueue: 256, timeoutMs: 10_000 });
  assert.is(config.drainMs, 20_000);
  assert.is(config.otlpEndpoint, null);
  assert.equal(parseConfig({ MOVT_PORT: '', MOVT_MODELS: ' ' }), config, 'set to nothing is not set');
});

test('every variable is read', () => {
  const config = parseConfig({
    MOVT_MODELS: '/srv/models',
    MOVT_HOST: '0.0.0.0',
    MOVT_PORT: '0',
    MOVT_API_KEYS: ` ${SUM.toUpperCase()},, ${'0'.repeat(64)}`,
    MOVT_CORS_ORIGINS: 'https://example.org, http://localhost:3000',
    MOVT_MAX_BODY_BYTES: '2048',
    MOVT_RATE_LIMIT: '60',
    MOVT_LOG: 'error',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
  });
  assert.is(config.models, '/srv/models');
  assert.is(config.port, 0);
  assert.equal(config.apiKeys, [SUM, '0'.repeat(64)]);
  assert.equal(config.corsOrigins, ['https://example.org', 'http://localhost:3000']);
  assert.is(config.limits.bodyBytes, 2048);
  assert.is(config.rateLimit, 60);
  assert.is(config.log, 'error');
  assert.is(config.otlpEndpoint, 'http://collector:4318');
});

test('a wrong value is refused with its variable, itself and what it may be', () => {
  for (const [name, value, needed] of [
    ['MOVT_PORT', '65536', /a whole number of 0 to 65535/],
    ['MOVT_PORT', '80x', /"80x"/],
    ['MOVT_PORT', '-1', /whole number/],
    ['MOVT_PORT', '1e3', /whole number/],
    ['MOVT_PORT', 'tcp://10.0.0.1:8000', /enableServiceLinks: false/],
    ['MOVT_MAX_BODY_BYTES', '1', /1024/],
    ['MOVT_MAX_BATCH', '99999999999999999999', /1 to 1024/],
    ['MOVT_CORS_ORIGINS', 'example.org', /origins such as/],
    ['MOVT_CORS_ORIGINS', 'https://example.org/path', /origins such as/],
    ['MOVT_ALLOW_ANONYMOUS', 'yes', /0 or 1/],
    ['MOVT_LOG', 'debug', /info, warn, error, silent/],
    ['MOVT_HOST', 'a b', /address/],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /http or https/],
  ] as const) {
    const message = refused({ [name]: value });
    assert.match(message, new RegExp(`^reading ${name}: got `));
    assert.match(message, needed);
  }
});

test('a key that is written where its sum belongs is not shown', () => {
  const message = refused({ MOVT_API_KEYS: 'my secret key' });
  assert.match(message, /64 hexadecimal digits/);
  assert.not.match(message, /secret/);
});

test('without keys it listens on loopback, or where somebody said that anybody may come', () => {
  assert.match(refused({ MOVT_HOST: '0.0.0.0' }), /MOVT_API_KEYS, MOVT_HOST=127\.0\.0\.1, or MOVT_ALLOW_ANONYMOUS=1/);
  assert.is(parseConfig({ MOVT_HOST: '0.0.0.0', MOVT_ALLOW_ANONYMOUS: '1' }).host, '0.0.0.0');
  assert.is(parseConfig({ MOVT_HOST: '0.0.0.0', MOVT_API_KEYS: SUM }).host, '0.0.0.0');
  for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '::1', '[::1]']) assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '127.0.0.1.example.org', '10.0.0.1', '']) assert.not.ok(isLoopback(host), host);
});

test('a queue holds at least a batch, and a request', () => {
  assert.match(refused({ MOVT_MAX_QUEUE: '8' }), /MOVT_MAX_BATCH: got 32, need at most MOVT_MAX_QUEUE, 8/);
  assert.match(refused({ MOVT_MAX_QUEUE: '40' }), /MOVT_MAX_CLIPS: got 64/);
});

test('a typing error is found', () => {
  const env = { MOVT_MAX_BATHC: '8', MOVT_PORT: '1', PATH: '/bin', MOVT_CHOSEN_DRIVER: '{}' };
  assert.equal(unknownVariables(env), ['MOVT_MAX_BATHC']);
});

test('docs/worker.md has the table that the settings make', () => {
  const document = readFileSync('docs/worker.md', 'utf8');
  assert.ok(
    document.includes(environmentTable()),
    `docs/worker.md: its table of variables has to be\n${environmentTable()}\n`,
  );
  assert.ok(Object.keys(SETTINGS).length > 20);
});

test.run();
