import { LocalStackError } from '../stack/localStackError.ts';
import { describeError } from '../../../src/telemetry/logger.ts';

export interface Step {
  readonly name: string;
  /** What is done and must come true; resolves with one line that says what was seen. */
  run(): Promise<string>;
}

interface Result {
  readonly name: string;
  readonly seen: string;
  readonly seconds: number;
  readonly isPassed: boolean;
}

/** Runs one step after the other, telling each; after a failure the rest is not tried, for each builds on the one before. */
export async function runSteps(steps: readonly Step[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [index, step] of steps.entries()) {
    const begin = performance.now();
    console.log(`\n[${index + 1}/${steps.length}] ${step.name}`);
    const { seen, isPassed } = await attempt(step);
    const seconds = (performance.now() - begin) / 1000;
    console.log(`      ${isPassed ? 'ok' : 'FAILED'}  ${seen}  (${seconds.toFixed(1)} s)`);
    results.push({ name: step.name, seen, seconds, isPassed });
    if (!isPassed) break;
  }
  return results;
}

async function attempt(step: Step): Promise<{ seen: string; isPassed: boolean }> {
  try {
    return { seen: await step.run(), isPassed: true };
  } catch (error) {
    if (error instanceof LocalStackError) return { seen: error.message, isPassed: false };
    return { seen: describeError(error), isPassed: false };
  }
}

/** The closing table, and the line that continuous integration counts, which begins with `name`. */
export function printResults(name: string, results: readonly Result[], planned: number): void {
  const width = Math.max(...results.map((result) => result.name.length));
  console.log('\nWhat happened:');
  for (const { name: step, seconds, isPassed } of results)
    console.log(
      `  ${isPassed ? 'ok    ' : 'FAILED'}  ${step.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s`,
    );
  const passed = results.filter(({ isPassed }) => isPassed).length;
  console.log(`\n${name}: ${passed} steps passed, ${planned - passed} failed`);
}
