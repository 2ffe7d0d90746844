import { Inject, Injectable, Optional } from '@nestjs/common';
import { forbidden, notFound, ProblemError, pointer } from '@pellucid/platform/errors';
import {
  currencyFieldOf,
  type FieldRevealer,
  presentedValue,
  presentRecord,
  READ_OBSERVER,
  type ReadObserver,
  RecordService,
  securityEventStatements,
  UNLIMITED,
  visibilityIn,
} from '@pellucid/platform/records';
import { ShownRecordsRepository } from '../shown-records.repository.js';

/** Reveals single values. Each reveal requires a reason, which is recorded. */
@Injectable()
export class RevealService implements FieldRevealer {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(ShownRecordsRepository) private readonly shown: ShownRecordsRepository,
    @Optional() @Inject(READ_OBSERVER) private readonly observer?: ReadObserver,
  ) {}

  async reveal(object: string, id: string, field: string, reason: string): Promise<{ value: unknown }> {
    const { reader } = this.records;
    const context = await reader.contextFor(object);
    const { descriptor, snapshot } = context;
    const label = descriptor.label.toLowerCase();
    const f = descriptor.byKey.get(field);
    const keys = f ? [f.key, ...[currencyFieldOf(f) ?? []].flat()] : [];
    const plan = reader.readPlan(context, keys);
    const { seen, inScope } = await this.shown.load(context, plan, [id], 'reveal');
    const record = seen.get(id);
    if (!record) throw notFound(`This ${label}`);
    if (!inScope.has(id))
      throw forbidden(
        'outOfScope',
        `Your roles let you view this ${label} but not reveal its masked values.`,
      );
    const rules = context.access.decide(object, 'read', snapshot).rulesFor(record.bits);
    const visibility = visibilityIn(record, rules, field);
    // One error for both cases: whether a hidden field exists must not be revealed.
    if (!f || visibility === 'hidden') throw fieldNotVisible(field, label);
    const shown = presentRecord(
      record,
      { descriptor, access: UNLIMITED, baseCurrency: snapshot.settings.baseCurrency },
      [f],
    );
    await this.records.unit(undefined, async (uow) => {
      await uow.together(
        securityEventStatements([
          {
            verb: 'fieldRevealed',
            object,
            recordId: id,
            changes: { [field]: {}, reason: { after: reason } },
          },
        ]),
      );
      return { status: 200, body: null };
    });
    this.observer?.saw({ object, recordIds: [id], clear: [field], masked: [] });
    return { value: presentedValue(shown, f) ?? null };
  }
}

function fieldNotVisible(field: string, label: string): ProblemError {
  const message = `You can't see a field "${field}" on this ${label}. Use a key from its description.`;
  return new ProblemError(422, 'fieldNotVisible', 'Field not found', message, {
    errors: [{ pointer: pointer('field'), code: 'fieldNotVisible', message }],
  });
}
