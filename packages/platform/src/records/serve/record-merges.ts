import type { IdempotencyRequest } from '../../http/request-headers.js';
import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../../access/index.js';
import { currentContext, runInContext } from '../../context/index.js';
import { type UnitOfWork, UnitOfWorkFactory } from '../../db/unit-of-work.js';
import { type FieldProblem, notFound, pointer, ProblemError, unprocessable } from '../../errors/index.js';
import { type FilterContext, visibilityIn } from '../decide/index.js';
import { type FieldDescriptor, newId, sameValue } from '../describe/index.js';
import type { LoadedRecord, PresentedRecord } from '../read/index.js';
import {
  chosenValues,
  type MergeChoice,
  type MergedRecord,
  mergeRecords,
  type MovedRecords,
  movedRecords,
  problemsOfChoices,
  type RowOutcome,
  staleVersion,
} from '../write/index.js';
import { RecordService } from './record.service.js';

/** Records that become one, and what is chosen for it. */
export interface MergeRequest {
  /** Two to five, among them the one that stays, each with the version that was looked at. */
  records: { id: string; version?: number | undefined }[];
  into: string;
  /** By field key; the record that stays keeps the values of all others. */
  values?: Record<string, MergeChoice> | undefined;
}

/** A field of merged records: what one may choose. */
export interface MergedField {
  field: string;
  label: string;
  /** Whether the records have different values, as far as the caller is shown them. */
  differs: boolean;
  /** Whether a value can be chosen; otherwise the record that stays keeps its own. */
  choosable: boolean;
  /** Whether the values can be united. */
  unitable: boolean;
}

/** What a merge would do. Nothing was written. */
export interface MergePreview {
  /** The records as they are, first the one that stays. */
  records: PresentedRecord[];
  fields: MergedField[];
  /** The record as it would be; null if the merge is refused. */
  result: PresentedRecord | null;
  /** What links to the records that go, as far as the caller sees it. */
  moves: MovedRecords[];
  /** Why the merge would be refused; empty if it can be done. */
  refused: FieldProblem[];
}

/** Ends the transaction of a preview. */
class RolledBack extends Error {
  override name = 'RolledBack';
}

/** Merges two to five records of an object that are the same thing. Undoing it is undoing its cause, `merge`. */
@Injectable()
export class RecordMerges {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * Merges records into one of them in one transaction.
   * @returns the id of the merge, which is the cause of all its events
   * @throws ProblemError 404 or 403 for a record that the caller may not change so, 412 for one that somebody has changed, 409
   *   for a reference that can't follow, 422 for a choice that can't be made
   */
  async merge(
    object: string,
    request: MergeRequest,
    idempotency?: IdempotencyRequest,
  ): Promise<{ id: string; into: string }> {
    const id = newId();
    const { body } = await runInContext({ ...currentContext(), cause: { kind: 'merge', id } }, () =>
      this.records.unit(idempotency, async (uow) => {
        const { context, all } = await this.locked(uow, object, request);
        await this.write(uow, context, all, request, false);
        return { status: 200, body: { id, into: request.into } };
      }),
    );
    const { bumpsAccess } = (await this.records.reader.contextFor(object)).descriptor;
    if (bumpsAccess) this.directory.noteObserved();
    return body;
  }

  /**
   * Returns what a merge would do: it does everything that the merge does, and rolls it back.
   * @throws ProblemError 404, 403, 412 as {@link merge}; other refusals are part of the preview
   */
  async preview(object: string, request: MergeRequest): Promise<MergePreview> {
    let loaded: { context: FilterContext; all: Map<string, MergedRecord> } | undefined;
    let moves: MovedRecords[] = [];
    let result: PresentedRecord | null = null;
    let refused: FieldProblem[] = [];
    const work = this.units.run(async (uow) => {
      loaded = await this.locked(uow, object, request);
      const { context, all } = loaded;
      const going = [...all.keys()].filter((id) => id !== request.into);
      moves = await movedRecords(this.records.reader, context, uow, going);
      try {
        const { record } = await this.write(uow, context, all, request, true);
        // Its hidden references and keys are changes of their own, which the version must not tell.
        const { version } = all.get(request.into)!.record;
        result = record ? { ...record, version: version + 1 } : null;
      } catch (error) {
        if (!(error instanceof ProblemError) || ![409, 422].includes(error.status)) throw error;
        refused = error.extras.errors ?? [{ pointer: '', code: error.code, message: error.message }];
      }
      throw new RolledBack();
    });
    await work.catch((error) => {
      if (!(error instanceof RolledBack)) throw error;
    });
    const { context, all } = loaded!;
    const { reader } = this.records;
    const { fields } = context.descriptor;
    await reader.nameLinks(
      [...all.values()].map(({ record }) => record),
      context,
      fields,
    );
    return {
      records: [...all.values()].map(({ record }) => reader.presentOne(record, context)),
      fields: shownFields(context, [...all.values()]),
      result,
      moves,
      refused,
    };
  }

  /**
   * Locks the records and reads them as the caller sees them.
   * @returns them by id, first the one that stays
   * @throws ProblemError 404 if one is missing, 412 if one has another version, 422 for a request that names none to stay
   */
  private async locked(
    uow: UnitOfWork,
    object: string,
    { records, into }: MergeRequest,
  ): Promise<{ context: FilterContext; all: Map<string, MergedRecord> }> {
    const ids = [into, ...records.map(({ id }) => id).filter((id) => id !== into)];
    if (ids.length !== records.length || new Set(ids).size < ids.length)
      throw unprocessable([
        {
          pointer: pointer('into'),
          code: 'notMerged',
          message: 'Name each record once, and as "into" one of them.',
        },
      ]);
    const { reader } = this.records;
    const context = await reader.contextFor(object);
    const plan = reader.readPlan(context);
    const own = reader.locked(plan, ids, context, 'read', 'living', 'delete');
    const [locked, read] = await uow.together([own.lock, own.read]);
    const access = context.access.decide(object, 'read', context.snapshot);
    const found = new Map(
      own.rows(locked!, read!).map((row) => {
        const record: LoadedRecord = plan.load(row);
        return [record.id, { record, rules: access.rulesFor(record.bits) }];
      }),
    );
    if (found.size < ids.length) throw notFound(`This ${context.descriptor.label.toLowerCase()}`);
    for (const { id, version } of records) {
      const current = found.get(id)!.record.version;
      if (version !== undefined && version !== current) throw staleVersion(current, version);
    }
    return { context, all: new Map(ids.map((id) => [id, found.get(id)!])) };
  }

  private async write(
    uow: UnitOfWork,
    { descriptor }: FilterContext,
    all: ReadonlyMap<string, MergedRecord>,
    { into, values = {} }: MergeRequest,
    present: boolean,
  ): Promise<RowOutcome> {
    const chosen = chosenValues(descriptor, all, values);
    const from = [...all.keys()].filter((id) => id !== into);
    try {
      return await mergeRecords(
        this.records,
        uow,
        { object: descriptor.key, from, into, ...chosen },
        present,
      );
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 422) throw error;
      throw unprocessable(problemsOfChoices(error.extras.errors ?? []), error.detail);
    }
  }
}

/** Returns the fields of which the caller sees something, with what they may choose. */
function shownFields({ descriptor, access, snapshot }: FilterContext, all: MergedRecord[]): MergedField[] {
  const update = access.decide(descriptor.key, 'update', snapshot);
  const [stays] = all;
  const writable = update.rulesFor(stays!.record.bits);
  const levels = (key: string) => all.map(({ record, rules }) => visibilityIn(record, rules, key));
  const told = (key: string, label: string, isReadOnly: boolean, isList: boolean, f?: FieldDescriptor) => {
    const shown = levels(key);
    if (shown.includes('hidden')) return [];
    const isClear = shown.every((level) => level === 'clear');
    const values = all.map(({ record }) => record.state[key] ?? null);
    const choosable = isClear && !isReadOnly && !f?.computed && writable.canWrite(key);
    return [
      {
        field: key,
        label,
        differs: isClear && values.some((value) => !sameList(value, values[0])),
        choosable,
        unitable: choosable && isList,
      },
    ];
  };
  return [
    ...descriptor.fields.flatMap((f) => told(f.key, f.label, f.readOnly, f.traits.isList ?? false, f)),
    ...descriptor.lines.flatMap(({ key, label }) => told(key, label, false, true)),
  ];
}

/** Nothing and an empty list are the same. */
function sameList(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) => (Array.isArray(value) && !value.length ? null : value);
  return sameValue(plain(a), plain(b));
}
