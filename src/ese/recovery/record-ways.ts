// What redo does with each type of log record (format 9.6, 9.7).
import { Lr } from '../log/record-table.ts';

/** What is done with a record. */
export const Way = {
  ignore: 0,
  node: 1,
  page: 2,
  transaction: 3,
  macro: 4,
  macroPart: 5,
  database: 6,
  end: 7,
  mark: 8,
  unsupported: 9,
} as const;

/** The way of each type. */
export const WAYS: Uint8Array = new Uint8Array(256).fill(Way.ignore);
const assign = (way: number, ...types: readonly number[]): void => {
  for (const type of types) WAYS[type] = way;
};
assign(Way.node, Lr.Insert, Lr.FlagInsert, Lr.FlagInsertAndReplaceData, Lr.Replace, Lr.ReplaceD, Lr.FlagDelete);
assign(Way.node, Lr.Delete, Lr.Delta, Lr.Delta64, Lr.Undo, Lr.UndoInfo, Lr.SetExternalHeader, Lr.EmptyTree);
assign(
  Way.page,
  Lr.CreateSingleExtentFDP,
  Lr.CreateMultipleExtentFDP,
  Lr.ConvertFDP2,
  Lr.Scrub,
  Lr.PageMove,
  Lr.NewPage,
);
assign(Way.transaction, Lr.Begin, Lr.Begin0, Lr.BeginDT, Lr.Commit, Lr.Commit0, Lr.Rollback, Lr.Refresh);
assign(Way.macro, Lr.MacroBegin, Lr.MacroCommit, Lr.MacroAbort);
assign(Way.macroPart, Lr.Split2, Lr.Merge2, Lr.RootPageMove);
assign(Way.database, Lr.CreateDB, Lr.AttachDB, Lr.DetachDB, Lr.ExtendDB, Lr.ShrinkDB, Lr.ShrinkDB2, Lr.ShrinkDB3);
assign(Way.database, Lr.TrimDB, Lr.SetDbVersion, Lr.ReAttach);
assign(
  Way.end,
  Lr.Init,
  Lr.Init2,
  Lr.Term,
  Lr.Term2,
  Lr.RecoveryQuit,
  Lr.RecoveryQuit2,
  Lr.RecoveryQuitKeepAttachments,
);
assign(Way.mark, Lr.ShutDownMark);
assign(Way.unsupported, Lr.Split, Lr.Merge, Lr.ConvertFDP);

/** Types that say nothing of whether the engine has shut down since. */
export const SILENT: ReadonlySet<number> = new Set<number>([
  Lr.NOP,
  Lr.NOP2,
  Lr.Checksum,
  Lr.Trace,
  Lr.JetOp,
  Lr.ForceWriteLog,
  Lr.ForceLogRollover,
  Lr.RecoveryUndo,
  Lr.RecoveryUndo2,
  Lr.FullBackup,
  Lr.IncBackup,
  Lr.Backup,
  Lr.Backup2,
]);
