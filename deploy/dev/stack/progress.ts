/** What one part of the stack is doing now, for a terminal or a log. */
export interface ProgressEvent {
  readonly part: string;
  /** `found`: a program is at hand; `done`: the part is ready for use. */
  readonly state: 'working' | 'found' | 'done';
  /** A short phrase, for instance `building 1.36.3, 40 s of usually 230 s`. */
  readonly detail: string;
}

export type OnProgress = (event: ProgressEvent) => void;
