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
  const scrape = async (): Promise<string> => (await fetch(at('/metrics'))).text();

  expect(await scrape()).toContain('apig_ready{part="watcher"} 0');
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
  expect(await scrape()).toContain('apig_ready{part="watcher"} 1');
  expect((await fetch(at('/readyz'))).status).toBe(200);
  metrics.gatewayCalls.inc({ verb: 'register', outcome: 'accepted' });
  expect(await scrape()).toContain('apig_gateway_calls_total{verb="register",outcome="accepted"} 1');
});

test('each scrape tells the parts as they are then: one that is no more is not told as not ready for ever', async () => {
  const parts: Record<string, () => { ready: boolean; detail: string }> = {
    temporal: () => ({ ready: false, detail: 'connecting' }),
  };
  server = await serveHealth(0, parts, createMetrics());
  const scrape = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${server?.port}/metrics`)).text();
  expect(await scrape()).toContain('apig_ready{part="temporal"} 0');
  delete parts['temporal'];
  expect(await scrape()).not.toContain('part="temporal"');
});

test('a port that is taken is an error, not a silence', async () => {
  server = await serveHealth(0, {}, createMetrics());
  await expect(serveHealth(server.port, {}, createMetrics())).rejects.toThrow('EADDRINUSE');
});
