/** Why a job did not do what it is for, and what to do: whole sentences for people, on several lines where there is a list. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
}
