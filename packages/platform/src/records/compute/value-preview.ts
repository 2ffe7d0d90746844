import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../../access/index.js';
import { type FieldProblem, unprocessable } from '../../errors/index.js';
import { TenantPool } from '../../db/tenant-pool.js';
import type { Formula, FormulaProblem } from '../../formulas/index.js';
import { type FilterContext, visibilityIn } from '../decide/index.js';
import { customField } from '../describe/index.js';
import { currencyOf, type LoadedRecord, presentLoose, RecordLists, RecordReader } from '../read/index.js';
import { ComputedDefinitions, type ComputedWish } from './computed-definitions.js';
import { type FarRecords, farIds, inputsOf } from './formula-evaluation.js';
import { CREATED_AT } from './formula-names.js';
import { storedResult } from './stored-results.js';

/** Most records on which a formula is tried. */
export const MOST_PREVIEWED = 20;

/** On which records to try a formula; by default the latest. */
export interface PreviewRequest extends Pick<ComputedWish, 'valueType' | 'scale' | 'currency'> {
  object: string;
  formula: string;
  filter?: unknown;
  ids?: string[] | undefined;
}

/** What a formula gives for a record. */
export interface PreviewedRow {
  id: string;
  /** Missing if the caller doesn't see it. */
  name?: string;
  value: unknown;
  /** Why there is no value. */
  problem?: FormulaProblem;
  /** Whether the caller doesn't see everything that the value would be made of in this record. */
  withheld?: true;
}

/** Tries formulas on records, under the caller's rights: of what they don't see in clear, nothing is made. */
@Injectable()
export class ValuePreview {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordLists) private readonly lists: RecordLists,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(ComputedDefinitions) private readonly definitions: ComputedDefinitions,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** Returns the type of a formula, and its values for some records. @throws ProblemError 422 for a wrong formula */
  async run(request: PreviewRequest) {
    const { formula: text, filter, ids } = request;
    const snapshot = await this.directory.current();
    const descriptor = this.reader.registry.find(request.object, snapshot);
    const context = this.reader.contextOf(descriptor, snapshot);
    const object = descriptor.key;
    const formula = ok(this.definitions.checkFormula(descriptor, text, snapshot));
    const content = ok(this.definitions.check(descriptor, { ...request, name: '' }, snapshot));
    const { baseCurrency } = snapshot.settings;
    const f = customField({
      id: '',
      object,
      name: 'preview',
      label: 'Result',
      slot: 0,
      isDeleted: false,
      type: content.type,
      settings: content.settings,
    });
    // Whoever may manage fields need not see any records.
    const { allowed } = context.access.decide(object, 'read', snapshot);
    const chosen = allowed ? (ids ?? (await this.latest(object, filter))) : [];
    const names = await this.reader.visibleNames(object, chosen);
    const rows = (await this.seen(context, formula, chosen)).map((row): PreviewedRow => {
      const { record, far, isWithheld } = row;
      const seenName = names.get(record.id);
      const name = { id: record.id, ...(seenName === undefined ? {} : { name: seenName }) };
      if (isWithheld) return { ...name, value: null, withheld: true };
      const result = formula.evaluate(inputsOf(context, record, far, new Date()));
      const stored = storedResult(f, result, record.state, baseCurrency);
      if ('problem' in stored) return { ...name, value: null, problem: stored.problem };
      const shown = context.access.decide(object, 'read', snapshot).rules;
      const clear = { ...shown, allClear: true };
      return {
        ...name,
        value: presentLoose(f, stored.value, clear, currencyOf(f, record.state, baseCurrency)) ?? null,
      };
    });
    return {
      type: content.type,
      ...(content.settings.scale === undefined ? {} : { scale: content.settings.scale }),
      data: rows,
    };
  }

  private async latest(object: string, filter: unknown): Promise<string[]> {
    const { data } = await this.lists.list(object, {
      limit: MOST_PREVIEWED,
      fields: [],
      ...(filter === undefined ? {} : { filter }),
    });
    return data.map(({ id }) => id as string);
  }

  /** Returns the records that the caller may read, with what the formula reads, and whether they see it all in clear. */
  async seen(context: FilterContext, formula: Formula, ids: string[]) {
    const { descriptor, snapshot, registry } = context;
    const own = [...new Set(formula.reads.map(({ key }) => key))].filter((key) => key !== CREATED_AT);
    const plan = this.reader.readPlan(context, own);
    const [found] = await this.pool.read([this.reader.byIds(plan, ids, context, 'read', 'living')]);
    const records = (found!.rows as unknown as any[][]).map((row) => plan.load(row));
    const wanted = new Map<string, Set<string>>();
    for (const { key, far } of formula.reads)
      if (far !== undefined) wanted.set(key, (wanted.get(key) ?? new Set()).add(far));
    const far: FarRecords = new Map();
    const clearFar = new Map<string, Set<string>>();
    const asked = farIds(
      descriptor,
      { formulas: [], far: wanted },
      records.map(({ state }) => state),
    );
    for (const [target, targetIds] of asked) {
      const there = await this.reader.contextFor(target);
      const keys = [...wanted].flatMap(([key, fields]) =>
        descriptor.byKey.get(key)?.references === target ? [...fields] : [],
      );
      const farPlan = this.reader.readPlan(
        there,
        [...new Set(keys)].filter((key) => key !== CREATED_AT),
      );
      const [rows] = await this.pool.read([
        this.reader.byIds(farPlan, [...targetIds], there, 'read', 'living'),
      ]);
      const loaded = (rows!.rows as unknown as any[][]).map((row) => farPlan.load(row));
      far.set(target, new Map(loaded.map((record) => [record.id, record])));
      for (const record of loaded) clearFar.set(record.id, clearIn(there, record, keys));
    }
    const byId = new Map(records.map((record) => [record.id, record]));
    return ids.flatMap((id) => {
      const record = byId.get(id);
      if (!record) return [];
      const keys = formula.reads.flatMap(({ key, inLines }) =>
        inLines === undefined ? [key] : [key, `${key}.${inLines}`],
      );
      const clear = clearIn(context, record, keys);
      const isClear = formula.reads.every(({ key, far: farKey, inLines }) => {
        if (key === CREATED_AT) return true;
        if (!clear.has(key) || (inLines !== undefined && !clear.has(`${key}.${inLines}`))) return false;
        const target = record.state[key];
        // A record that was deleted looks like one that they don't see.
        return (
          farKey === undefined || typeof target !== 'string' || clearFar.get(target)?.has(farKey) === true
        );
      });
      return [{ record, far, isWithheld: !isClear, clear, clearFar, registry, snapshot }];
    });
  }
}

/** Returns which of the keys are shown in clear in a record. */
function clearIn(context: FilterContext, record: LoadedRecord, keys: string[]): Set<string> {
  const { descriptor, snapshot, access } = context;
  const rules = access.decide(descriptor.key, 'read', snapshot).rulesFor(record.bits);
  return new Set(keys.filter((key) => key === CREATED_AT || visibilityIn(record, rules, key) === 'clear'));
}

function ok<T extends object>(found: T | { problems: FieldProblem[] }): T {
  if ('problems' in found) throw unprocessable(found.problems);
  return found as T;
}
