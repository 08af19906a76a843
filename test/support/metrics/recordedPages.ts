import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * `/metrics` of an operator on the local stack, with the series that somebody asks for: in a quiet minute; while its gateway was away,
 * with a deletion that waits; and while Temporal did not answer.
 */
export type RecordedPage = 'healthy' | 'gatewayAway' | 'temporalAway';

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

export function recordedPage(page: RecordedPage): readonly Series[] {
  const text = readFileSync(new URL(`../../fixtures/metrics/${page}.txt`, import.meta.url), 'utf8');
  return [...text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value = '']) => ({
      name,
      labels: z
        .record(z.string(), z.string())
        .parse(
          Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, one]) => [key, one])),
        ),
      value,
    }),
  );
}

/** Metrics of Temporal's SDK that some of these pages have; those of a histogram by its name. */
export function sdkMetricsOf(...pages: readonly RecordedPage[]): readonly string[] {
  const names = pages.flatMap((page) => recordedPage(page).map(({ name }) => name));
  return [...new Set(names.filter((name) => name.startsWith('temporal_')).map(familyOf))];
}

/** Without what a histogram adds to its name. */
export function familyOf(series: string): string {
  return series.replace(/_(bucket|sum|count)$/, '');
}
