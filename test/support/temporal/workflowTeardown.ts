import tearDownStack from '../stack/stackTeardown.ts';

/** Removes what the set-up left on disk. Tests that made a Temporal Runtime shut it down in their own process. */
export default tearDownStack;
