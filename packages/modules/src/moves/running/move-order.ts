import { type RecordDescriptor } from '@pellucid/platform/records';
import type { PlannedFile } from '../planning/move-plan.js';

/** A file that brings records: the object, and whether its rows only add to records of another file. */
export interface OrderedFile extends PlannedFile {
  isUpdate: boolean;
}

/** What a step of a move brings: the records of a file, or when they were in which stage. */
export type StepBrings = 'records' | 'stageHistory';

/** A step of a move. A file that brings records and tells their stages takes two. */
export interface OrderedStep {
  fileId: string;
  brings: StepBrings;
}

/**
 * Returns the steps in order: records before those that refer to them, additions to records after the records, and
 * histories last.
 */
export function inOrder(
  files: readonly OrderedFile[],
  descriptors: (object: string) => RecordDescriptor,
): OrderedStep[] {
  const records = files.filter(({ brings, isIncluded }) => isIncluded && brings === 'records');
  const rest = new Set(records);
  const ordered: PlannedFile[] = [];
  while (rest.size) {
    const waits = (file: OrderedFile) => {
      const needed = referencesOf(file, descriptors(file.object!));
      return [...rest].some(
        (other) =>
          other !== file &&
          (other.object === file.object ? file.isUpdate && !other.isUpdate : needed.has(other.object!)),
      );
    };
    // Files that refer to each other come in the order in which they were uploaded.
    const next = [...rest].find((file) => !waits(file)) ?? [...rest][0]!;
    ordered.push(next);
    rest.delete(next);
  }
  const histories = files.filter(({ tellsStages, isIncluded }) => isIncluded && tellsStages);
  return [
    ...ordered.map(({ fileId }): OrderedStep => ({ fileId, brings: 'records' })),
    ...histories.map(({ fileId }): OrderedStep => ({ fileId, brings: 'stageHistory' })),
  ];
}

/** Returns the objects that the mapped columns of a file refer to. */
function referencesOf({ columns }: PlannedFile, descriptor: RecordDescriptor): Set<string> {
  const fields = [...descriptor.fields, ...descriptor.lines.flatMap((lines) => lines.fields)];
  const mapped = new Set(columns.map(({ field }) => field));
  return new Set(fields.flatMap((f) => (mapped.has(f.key) && f.references ? [f.references] : [])));
}
