import { Inject, Injectable } from '@nestjs/common';
import type { Condition } from '@pellucid/conditions';
import { AccessDirectory } from '../../access/index.js';
import { requireTenant } from '../../context/index.js';
import { TenantPool } from '../../db/tenant-pool.js';
import { notFound } from '../../errors/index.js';
import { visibilityIn } from '../decide/index.js';
import { type FieldDescriptor, instant, type RollupField } from '../describe/index.js';
import { currencyOf, presentLoose, RecordAggregates, RecordReader } from '../read/index.js';
import { ComputedDefinitions } from './computed-definitions.js';
import { inputsOf } from './formula-evaluation.js';
import { CREATED_AT } from './formula-names.js';
import { storedResult } from './stored-results.js';
import { ValuePreview } from './value-preview.js';

/** Says where a computed value of a record comes from, to those who see the value. */
@Injectable()
export class ValueSources {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(ComputedDefinitions) private readonly definitions: ComputedDefinitions,
    @Inject(ValuePreview) private readonly previews: ValuePreview,
    @Inject(RecordAggregates) private readonly aggregates: RecordAggregates,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** @throws ProblemError 404 for a record that the caller does not see, and for a field that is not computed or not shown in it */
  async of(object: string, id: string, key: string) {
    const snapshot = await this.directory.current();
    const descriptor = this.reader.registry.find(object, snapshot);
    const context = this.reader.contextOf(descriptor, snapshot);
    const { access } = context;
    const f = descriptor.byKey.get(key);
    // The record comes first: otherwise the answer would tell which hidden fields there are.
    const plan = this.reader.readPlan(context, f?.computed ? [key] : []);
    const [found] = await this.pool.read([this.reader.byIds(plan, [id], context, 'read', 'living')]);
    const row = found!.rows[0];
    if (!row) throw notFound(`This ${descriptor.label.toLowerCase()}`);
    const record = plan.load(row as any);
    const rules = access.decide(descriptor.key, 'read', snapshot).rulesFor(record.bits);
    if (!f?.computed || visibilityIn(record, rules, key) !== 'clear')
      throw notFound('A computed field with this key');
    const changedAt = await this.changedAt(descriptor.key, id, key);
    if (f.computed.kind === 'autoNumber') return { kind: f.computed.kind, changedAt };
    if (f.computed.kind === 'rollup')
      return { kind: f.computed.kind, rollup: await this.counted(f as RollupField, id), changedAt };
    const formula = this.definitions.checkFormula(descriptor, f.computed.formula, snapshot);
    const said = { kind: f.computed.kind, formula: f.computed.formula, changedAt };
    if ('problems' in formula) {
      const [{ code, message, params }] = formula.problems as [(typeof formula.problems)[0]];
      const { start = 0, end = 0 } = (params ?? {}) as { start?: number; end?: number };
      return { ...said, inputs: [], problem: { code, message, start, end } };
    }
    const [seen] = await this.previews.seen(context, formula, [id]);
    if (!seen || seen.isWithheld) return { ...said, inputs: [] };
    const now = new Date();
    const inputs = inputsOf(context, seen.record, seen.far, now);
    const result = storedResult(
      f,
      formula.evaluate(inputs),
      seen.record.state,
      snapshot.settings.baseCurrency,
    );
    return {
      ...said,
      inputs: formula.reads.map((read) => {
        const { key: own, far, inLines } = read;
        const path = [own, far ?? inLines].filter((part) => part !== undefined).join('.');
        const target = this.fieldOf(context, own, far);
        const value = inputs.value(read);
        return {
          key: path,
          label: target?.label ?? path,
          value:
            target && far === undefined && inLines === undefined
              ? (presentLoose(
                  target,
                  seen.record.state[own],
                  { ...rules, allClear: true },
                  currencyOf(target, seen.record.state, snapshot.settings.baseCurrency),
                ) ?? null)
              : value,
        };
      }),
      ...('problem' in result ? { problem: result.problem } : {}),
    };
  }

  private fieldOf(
    { descriptor, registry, snapshot }: Awaited<ReturnType<RecordReader['contextFor']>>,
    key: string,
    far: string | undefined,
  ): FieldDescriptor | undefined {
    const f = descriptor.byKey.get(key);
    if (far === undefined || far === CREATED_AT) return f;
    return f?.references === undefined
      ? undefined
      : registry.forTenant(f.references, snapshot).byKey.get(far);
  }

  private async changedAt(object: string, id: string, key: string): Promise<string | null> {
    const { rows } = await this.pool.query({
      text: `select at from record_event where tenant_id = $1 and object = $2 and record_id = $3 and $4 = any(fields)
              order by id desc limit 1`,
      values: [requireTenant(), object, id, key],
    });
    return rows[0] ? instant(rows[0].at) : null;
  }

  /** The caller sees the value, so they see all records that count. */
  private async counted({ computed }: RollupField, id: string) {
    const { kind: _, ...rollup } = computed;
    const { descriptor } = await this.reader.contextFor(rollup.object);
    // Only a single reference can be compared with a record.
    if (descriptor.byKey.get(rollup.field)?.traits.family !== 'reference') return rollup;
    const own: Condition = { field: rollup.field, op: 'eq', value: id };
    const filter = rollup.filter ? { all: [own, rollup.filter] } : own;
    const answer = await this.aggregates.run(rollup.object, { filter, measures: [{ fn: 'count' }] });
    return { ...rollup, records: answer.rowsCounted };
  }
}
