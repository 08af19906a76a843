import type { Bench } from './bench.ts';
import type { Result } from './figures.ts';
import { measureBurst } from './measureBurst.ts';
import { measureKill } from './measureKill.ts';
import { measureOutage } from './measureOutage.ts';
import { measureSingle } from './measureSingle.ts';
import { inTurn, type OperatorSpec } from './operators.ts';
import type { Options } from './options.ts';
import { takeTurn, type Turn } from './turn.ts';

interface Work {
  readonly title: string;
  readonly latencyMs: number;
  readonly measure: (turn: Turn) => Promise<Result['figures']>;
}

type Asked = Pick<Options, 'apis' | 'latencies' | 'operators' | 'outageSeconds' | 'phases' | 'repeat'>;

/**
 * Does every work that is asked for with every operator in turn, one at a time.
 *
 * @param onResult told after each turn, so that an end before time loses nothing
 */
export async function runBench(
  bench: Bench,
  asked: Asked,
  onResult: (result: Result) => void,
): Promise<readonly Result[]> {
  const turns = works(asked).flatMap((work) =>
    inTurn(asked.operators, asked.repeat).map((operator) => ({ work, operator })),
  );
  const results: Result[] = [];
  for (const [index, turn] of turns.entries()) {
    const result = await measure(bench, turn, `[${index + 1}/${turns.length}]`);
    results.push(result);
    onResult(result);
  }
  return results;
}

async function measure(
  bench: Bench,
  { work, operator }: { readonly work: Work; readonly operator: OperatorSpec },
  place: string,
): Promise<Result> {
  const tell = (line: string): void => bench.tell(`${place} ${operator.label}: ${line}`);
  tell(work.title);
  return await takeTurn({ ...bench, tell }, operator, work.latencyMs, work.measure);
}

function works({ apis, latencies, outageSeconds, phases }: Asked): readonly Work[] {
  const isBurst = phases.some((phase) => !['single', 'outage', 'kill'].includes(phase));
  const withRestart = phases.includes('restart');
  return latencies.flatMap((latencyMs) => [
    ...(phases.includes('single')
      ? [{ title: `one API alone, gateway at ${latencyMs} ms`, latencyMs, measure: measureSingle }]
      : []),
    ...(isBurst ? apis : []).map((count) => ({
      title: `burst of ${count}, gateway at ${latencyMs} ms`,
      latencyMs,
      measure: async (turn: Turn) => await measureBurst(turn, { apis: count, withRestart }),
    })),
    ...(phases.includes('outage') ? apis : []).map((count) => ({
      title: `${outageSeconds} s without the gateway, ${count} APIs`,
      latencyMs,
      measure: async (turn: Turn) => await measureOutage(turn, { apis: count, outageSeconds }),
    })),
    ...(phases.includes('kill') ? apis : []).flatMap((count) =>
      [false, true].map((isNewPod) => ({
        title: `killed while ${count} APIs come and go, ${isNewPod ? 'each time another' : 'always the same'} pod`,
        latencyMs,
        measure: async (turn: Turn) => await measureKill(turn, { apis: count, isNewPod }),
      })),
    ),
  ]);
}
