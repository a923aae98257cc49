// What a table must look like to every session under snapshot isolation: each sees the state at its begin and its own
// changes; who changes what another has changed since gets an error.

/** A row of the model. */
export interface ModelRow {
  readonly folder: number | null;
  readonly subject: string;
  readonly tags: readonly string[];
  readonly note: string | null;
  /** Bytes of the long value, all the same. */
  readonly body: number | null;
  readonly count: number;
}

type View = Map<number, ModelRow>;

/** What a transaction has touched. */
interface Writes {
  /** Rows inserted, changed or deleted. */
  readonly rows: Set<number>;
  /** Rows whose count was changed by differences alone. */
  readonly sums: Map<number, number>;
  /** Subjects that were given or taken. */
  readonly subjects: Set<string>;
}

const noWrites = (): Writes => ({ rows: new Set(), sums: new Map(), subjects: new Set() });

/** Subjects are unique without regard to case. */
const subjectKey = (subject: string): string => subject.toUpperCase();

/** One session of the model. */
export class ModelSession {
  readonly #model: ScheduleModel;
  #views: View[] = [];
  #writes: Writes[] = [];
  /** Commits that had happened when it began. */
  begun = 0;

  constructor(model: ScheduleModel) {
    this.#model = model;
  }

  get level(): number {
    return this.#views.length;
  }

  get writes(): readonly Writes[] {
    return this.#writes;
  }

  /** What it sees. */
  get view(): ReadonlyMap<number, ModelRow> {
    return this.#views.at(-1) ?? this.#model.state;
  }

  begin(): void {
    if (this.level === 0) this.begun = this.#model.commits.length;
    this.#views.push(new Map(this.view));
    this.#writes.push(noWrites());
  }

  rollback(): void {
    this.#views.pop();
    this.#writes.pop();
  }

  commit(): void {
    const view = this.#views.pop()!;
    const writes = this.#writes.pop()!;
    const outer = this.#writes.at(-1);
    if (outer === undefined) {
      this.#model.commit(view, writes);
      return;
    }
    this.#views[this.#views.length - 1] = view;
    for (const id of writes.rows) outer.rows.add(id);
    for (const subject of writes.subjects) outer.subjects.add(subject);
    for (const [id, sum] of writes.sums) outer.sums.set(id, (outer.sums.get(id) ?? 0) + sum);
  }

  /** The error that inserting the row must end with; without one it is inserted. */
  insert(id: number, row: ModelRow): string | undefined {
    if (this.view.has(id) || this.#conflict(id, true) || this.#subjectTaken(row.subject)) return 'JET_errKeyDuplicate';
    this.#set(id, row);
    this.#touchSubject(row.subject);
    return undefined;
  }

  update(id: number, changes: Partial<ModelRow>): string | undefined {
    const before = this.view.get(id)!;
    if (this.#conflict(id, true)) return 'JET_errWriteConflict';
    const after = { ...before, ...changes };
    if (subjectKey(after.subject) !== subjectKey(before.subject)) {
      if (this.#subjectTaken(after.subject)) return 'JET_errKeyDuplicate';
      this.#touchSubject(before.subject);
      this.#touchSubject(after.subject);
    }
    this.#set(id, after);
    return undefined;
  }

  delete(id: number): string | undefined {
    if (this.#conflict(id, true)) return 'JET_errWriteConflict';
    this.#touchSubject(this.view.get(id)!.subject);
    this.#views.at(-1)!.delete(id);
    this.#writes.at(-1)!.rows.add(id);
    return undefined;
  }

  escrow(id: number, delta: number): string | undefined {
    if (this.#conflict(id, false)) return 'JET_errWriteConflict';
    const row = this.view.get(id)!;
    this.#views.at(-1)!.set(id, { ...row, count: row.count + delta });
    const { sums } = this.#writes.at(-1)!;
    sums.set(id, (sums.get(id) ?? 0) + delta);
    return undefined;
  }

  #set(id: number, row: ModelRow): void {
    this.#views.at(-1)!.set(id, row);
    this.#writes.at(-1)!.rows.add(id);
  }

  #touchSubject(subject: string): void {
    this.#writes.at(-1)!.subjects.add(subjectKey(subject));
  }

  /** Others' writes that this session does not see: of open transactions, and of those that committed since its begin. */
  *#hidden(): Generator<Writes> {
    for (const other of this.#model.sessions) if (other !== this) yield* other.writes;
    for (const { writes } of this.#model.commits.slice(this.begun)) yield writes;
  }

  #conflict(id: number, withSums: boolean): boolean {
    for (const { rows, sums } of this.#hidden()) if (rows.has(id) || (withSums && sums.has(id))) return true;
    return false;
  }

  #subjectTaken(subject: string): boolean {
    const key = subjectKey(subject);
    for (const row of this.view.values()) if (subjectKey(row.subject) === key) return true;
    for (const { subjects } of this.#hidden()) if (subjects.has(key)) return true;
    return false;
  }
}

/** The table and its sessions. */
export class ScheduleModel {
  readonly sessions: readonly ModelSession[];
  /** What every commit touched, and the state it made. */
  readonly commits: { readonly writes: Writes; readonly state: ReadonlyMap<number, ModelRow> }[] = [];

  constructor(sessions: number) {
    this.sessions = Array.from({ length: sessions }, () => new ModelSession(this));
  }

  get state(): ReadonlyMap<number, ModelRow> {
    return this.commits.at(-1)?.state ?? new Map<number, ModelRow>();
  }

  /** A transaction commits that sees `view` and has made these changes. */
  commit(view: ReadonlyMap<number, ModelRow>, writes: Writes): void {
    const state = new Map(this.state);
    for (const id of writes.rows) {
      const row = view.get(id);
      if (row === undefined) state.delete(id);
      else state.set(id, row);
    }
    for (const [id, sum] of writes.sums) {
      const row = state.get(id);
      if (row !== undefined && !writes.rows.has(id)) state.set(id, { ...row, count: row.count + sum });
    }
    this.commits.push({ writes, state });
  }
}
