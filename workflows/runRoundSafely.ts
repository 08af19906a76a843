import { isCancellation, log, rootCause, setCurrentDetails, TemporalFailure } from '@temporalio/workflow';
import { inMarkdown } from '../src/domain/kubernetes/markdown.ts';

/**
 * Runs a round. The API server may be away: that is no reason to forget, only to look again later.
 * @param onTrouble told when it was
 */
export async function runRoundSafely<T>(
  round: () => Promise<T>,
  onTrouble: () => void = () => undefined,
): Promise<T | 'trouble'> {
  try {
    return await round();
  } catch (error) {
    // A local activity fails with its own failure, an ordinary one with an ActivityFailure around it.
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    const cause = rootCause(error) ?? error.message;
    log.warn('The API server could not be worked with; trying again', { cause });
    setCurrentDetails(
      `### Waiting for the Kubernetes API server\n\n${inMarkdown(cause)}\n\nIt is tried again by itself. Check that it is reachable and that the operator's role allows this.`,
    );
    onTrouble();
    return 'trouble';
  }
}
