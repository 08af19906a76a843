import { serveHealth, type HealthServer } from '../../src/telemetry/health.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());

test('says that it lives, which part is not ready and why, and what was counted', async () => {
  const metrics = createMetrics();
  let isWatching = false;
  server = await serveHealth(
    0,
    {
      watcher: () => ({ ready: isWatching, detail: isWatching ? 'watching' : 'listing exposedapis' }),
      worker: () => ({ ready: true, detail: 'polling' }),
    },
    metrics,
  );
  const at = (path: string): string => `http://127.0.0.1:${server?.port}${path}`;

  expect((await fetch(at('/livez'))).status).toBe(200);
  const before = await fetch(at('/readyz'));
  expect(before.status).toBe(503);
  expect(await before.json()).toEqual({
    ready: false,
    parts: {
      watcher: { ready: false, detail: 'listing exposedapis' },
      worker: { ready: true, detail: 'polling' },
    },
  });

  isWatching = true;
  expect((await fetch(at('/readyz'))).status).toBe(200);
  metrics.gatewayCalls.inc({ verb: 'register', outcome: 'accepted' });
  const text = await (await fetch(at('/metrics'))).text();
  expect(text).toContain('apig_ready{part="watcher"} 1');
  expect(text).toContain('apig_gateway_calls_total{verb="register",outcome="accepted"} 1');
});

test('a port that is taken is an error, not a silence', async () => {
  server = await serveHealth(0, {}, createMetrics());
  await expect(serveHealth(server.port, {}, createMetrics())).rejects.toThrow('EADDRINUSE');
});
