import type { Headers, WorkflowInterceptors } from '@temporalio/workflow';
import { TRACE_HEADER } from '../src/domain/kubernetes/names.ts';

/**
 * Hands the trace of the last signal on to the activities that follow from it. A workflow lives for as long as its resource, so what it
 * does belongs to the change that it was told of last, and not to its start. It only copies a header: that takes no part in what a
 * workflow decides, no time and no randomness, and without traces there is none.
 */
export const interceptors = (): WorkflowInterceptors => {
  let cause: Headers[string] | undefined;

  /** A signal that waited for the start of its workflow is told before it. */
  function started<Input extends { readonly headers: Headers }, T>(
    input: Input,
    next: (input: Input) => T,
  ): T {
    cause ??= input.headers[TRACE_HEADER];
    return next(input);
  }

  function signalled<Input extends { readonly headers: Headers }, T>(
    input: Input,
    next: (input: Input) => T,
  ): T {
    cause = input.headers[TRACE_HEADER];
    return next(input);
  }

  function carry<Input extends { readonly headers: Headers }, T>(input: Input, next: (input: Input) => T): T {
    return next(
      cause === undefined ? input : { ...input, headers: { ...input.headers, [TRACE_HEADER]: cause } },
    );
  }

  return {
    inbound: [{ execute: started, handleSignal: signalled }],
    outbound: [{ scheduleActivity: carry, scheduleLocalActivity: carry }],
  };
};
