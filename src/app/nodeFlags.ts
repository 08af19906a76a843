/**
 * Flags of Node for a process of the operator. A young generation of 8 MB: Node's own 16 MB, once for the main thread and once for the
 * workflows', is memory that a mostly waiting process never gives back (measured: 334 MB without, 262 MB with it, after 200 APIs).
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=8'];

/** Environment of such a process: glibc keeps two arenas of memory and not eight for each core. */
export const MEMORY_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' } as const;
