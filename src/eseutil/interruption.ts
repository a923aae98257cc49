// Long work that can be stopped: it asks now and then, and on the way out takes away what it made.

/** Thrown out of work that was stopped from outside (Ctrl-C). Everything it made is gone by then. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** Asked now and then by long work: true ends it with `Interrupted`. */
export type IsStopped = () => boolean;

/** @throws Interrupted when the work is to end. */
export function stopIfAsked(isStopped: IsStopped | undefined): void {
  if (isStopped?.() === true) throw new Interrupted();
}
