import type { IdempotencyRequest } from '../../http/request-headers.js';
import { isPersonal } from '../decide/index.js';
import { securityEventStatements } from '../remember/index.js';
import { emptyOf, type FieldDescriptor, lineFieldsOf, linesIn } from '../describe/index.js';
import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../../access/index.js';
import { conflict, forbidden, notFound } from '../../errors/index.js';
import { emptyFieldStatements } from '../write/index.js';
import { RecordReader, RecordViews } from '../read/index.js';
import { RecordService } from './record.service.js';

/** The result of an erasure. */
export interface Erasure {
  object: string;
  id: string;
  /** Keys of the fields that it emptied. */
  fields: string[];
}

/** Content of a required text that was erased. */
const ERASED_TEXT = 'Erased';

/**
 * Erases a person from a record: empties its personal fields as an ordinary change, also those that the company deleted,
 * and destroys the key that encrypts their values in the log. The log keeps every event, but its personal content can
 * never be read again.
 */
@Injectable()
export class RecordErasure {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordViews) private readonly views: RecordViews,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * Erases records, deleted or not; repeating it changes nothing more. The caller must have checked the right to erase;
   * in addition, the actor must be allowed to delete the record.
   * @param reason stays in the log permanently
   * @throws ProblemError 404 for a record that the actor may not see, 403 for one that they may not delete, 409 when a
   * required field cannot be emptied
   */
  async erase(
    object: string,
    id: string,
    reason: string,
    idempotency?: IdempotencyRequest,
  ): Promise<Erasure> {
    const { descriptor, snapshot } = await this.reader.contextFor(object);
    if (!(await this.reader.visibleIds(object, [id])).has(id))
      throw notFound(`This ${descriptor.label.toLowerCase()}`);
    // An erasure cannot be undone, even from the history, so it requires at least the right to delete.
    if (!(await this.reader.visibleIds(object, [id], 'delete')).has(id))
      throw forbidden(
        'permissionMissing',
        `Your roles don't let you delete this ${descriptor.label.toLowerCase()}, so you can't erase it. Ask an administrator.`,
      );
    const personal = descriptor.fields.filter((f) => isPersonal(object, f, snapshot));
    // A restored definition would show the values of its field again.
    const former = [...descriptor.former.values()].filter((f) => isPersonal(object, f, snapshot));
    const kept = [
      ...personal,
      ...lineFieldsOf(descriptor).filter((f) => isPersonal(object, f, snapshot)),
    ].filter((f) => f.required && !canSayErased(f));
    if (kept.length)
      throw conflict(
        'cannotErase',
        `These fields are required and can't be emptied: ${kept.map((f) => f.label).join(', ')}. Delete the record instead.`,
      );
    const { body } = await this.records.unit(idempotency, async (uow) => {
      const current = await this.stateOf(object, id);
      const values: Record<string, unknown> = Object.fromEntries(
        personal.map((f) => [f.key, emptied(f, id)]),
      );
      const fields = personal.filter((f) => isFilled(current[f.key], values[f.key])).map((f) => f.key);
      for (const lines of descriptor.lines) {
        const inLines = lines.fields.filter((f) => isPersonal(object, f, snapshot));
        const filled = inLines.filter((f) =>
          linesIn(current, lines).some((line) => isFilled(line[f.line!.name], emptied(f, line.id))),
        );
        if (!filled.length) continue;
        fields.push(...filled.map((f) => f.key));
        values[lines.key] = linesIn(current, lines).map(({ id: lineId }) => ({
          id: lineId,
          ...Object.fromEntries(inLines.map((f) => [f.line!.name, emptied(f, lineId)])),
        }));
      }
      // Must run before the key is destroyed: the event of this change is encrypted with it too.
      await this.records.update(object, [{ id, changes: values }], {
        uow,
        asks: 'product',
        opensReadOnly: true,
        atomic: true,
        mode: 'undo',
        verb: 'erased',
        deletedToo: true,
      });
      await uow.together([
        ...emptyFieldStatements(descriptor, former, uow.tenantId, [id]),
        { text: 'delete from record_secret where object = $1 and record_id = $2', values: [object, id] },
        ...securityEventStatements([
          {
            verb: 'personalDataErased',
            object,
            recordId: id,
            changes: { reason: { after: reason }, fields: { after: fields } },
          },
        ]),
      ]);
      return { status: 200, body: { object, id, fields } };
    });
    if (descriptor.bumpsAccess) this.directory.forget(snapshot.tenantId);
    return body;
  }

  private async stateOf(object: string, id: string): Promise<Record<string, unknown>> {
    return (await this.views.viewsOf(object, [id])).get(id)?.state ?? {};
  }
}

/** Whether a required field can hold the text "Erased". */
const canSayErased = (f: FieldDescriptor) => f.traits.isFreeText && f.maxLength >= ERASED_TEXT.length + 9;

/** The id keeps values unique that must be. */
const emptied = (f: FieldDescriptor, id: string) =>
  f.required && canSayErased(f) ? `${ERASED_TEXT} ${id.slice(-8)}` : emptyOf(f);

function isFilled(value: unknown, empty: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== empty;
}
