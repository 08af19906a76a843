/**
 * Loaded before the workflows in service. The SDK writes down the stack of every promise of a workflow, which costs a tenth of the
 * operator's CPU; an error keeps the line that threw it. `npm run replay` does not load this, so it shows whole stacks.
 */
Error.stackTraceLimit = 1;

export const isLoaded = true;
