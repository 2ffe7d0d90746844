import { FIELD_TYPES } from '@pellucid/conditions';
import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { IconArrowRight } from '@tabler/icons-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '@/lib/i18n/i18n';
import { type AccessNotes, labelFromKey } from '../access/field-visibility';
import { FieldValue } from '../fields/field-value';
import { type FieldDescription, fieldOf, isReference, type ObjectDescription } from '../object-description';
import classes from './event-changes.module.css';

const TextDiff = lazyPart('notes', () => import('../rich-text/text-diff'));

/** Where a value came from that nobody plainly asked for. */
export interface ValueOrigin {
  kind: 'preset' | 'default' | 'derived' | 'rule' | 'merged';
  /** Keys of the fields that it is derived from. */
  from?: string[];
  /** The merged record that had it. */
  record?: { id: string; name?: string };
}

/** Before and after of each field; a side is missing if there was no record (create, delete). */
export type Changes = Record<string, { before?: unknown; after?: unknown; origin?: ValueOrigin }>;

interface EventChangesProps {
  changes: Changes;
  /** The event's object; undefined if no description covers its fields. */
  object?: ObjectDescription | undefined;
  /** What is withheld of the record. */
  access?: AccessNotes | undefined;
  /** Label of a field that no description covers. */
  labelOf?: ((key: string) => string) | undefined;
  /** The record, which tells the currency of amounts. */
  record?: Record<string, unknown> | undefined;
}

const isDocument = (value: unknown): value is RichTextDocument =>
  typeof value === 'object' && value !== null && 'content' in value;

const isBlank = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** Changed fields with their values before and after. Renders nothing if there are none. */
export function EventChanges({ changes, object, access = {}, labelOf, record }: EventChangesProps) {
  const { t } = useTranslation('records');
  const shown = Object.entries(changes).filter(
    ([, { before, after }]) => !(isBlank(before) && isBlank(after)),
  );
  if (shown.length === 0) return null;
  return (
    <dl className={classes['changes']}>
      {shown.map(([key, { before, after, origin }]) => {
        const field = (object && fieldOf(object, key)) ?? undescribed(key, labelOf);
        const side = (value: unknown) =>
          object || isBlank(value) ? (
            <FieldValue
              field={field}
              value={value}
              visibility={access[key] ?? 'clear'}
              isPlain
              {...(record && { record: { ...record, meta: undefined } })}
            />
          ) : (
            <span className={classes['plain']}>{plainText(value)}</span>
          );
        return (
          <div key={key} className={classes['change']}>
            <dt>{field.label}</dt>
            <dd>
              {FIELD_TYPES[field.type].isDocument && isDocument(before) && isDocument(after) ? (
                <Suspense fallback={side(after)}>
                  <TextDiff before={before} after={after} record={record} />
                </Suspense>
              ) : (
                <>
                  {isBlank(before) ? null : (
                    <>
                      <span className={classes['before']}>{side(before)}</span>
                      <IconArrowRight size={13} aria-label={t('history.became')} role="img" />
                    </>
                  )}
                  <span className={classes['after']}>{side(after)}</span>
                </>
              )}
              {origin ? <OriginText origin={origin} object={object} /> : null}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** "Calculated from Stage", "Preset by your role". */
function OriginText({ origin, object }: { origin: ValueOrigin; object: ObjectDescription | undefined }) {
  const { t, i18n } = useTranslation('records');
  const sources = (origin.from ?? []).flatMap((key) => (object && fieldOf(object, key)?.label) ?? []);
  const fields = new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(sources);
  const name = origin.record?.name;
  const kind =
    origin.kind === 'derived' && fields
      ? 'derivedFrom'
      : origin.kind === 'merged' && name
        ? 'mergedFrom'
        : origin.kind;
  return <span className={classes['origin']}>{t(`history.origins.${kind}`, { fields, name })}</span>;
}

const undescribed = (key: string, labelOf = labelFromKey): FieldDescription => ({
  key,
  label: labelOf(key),
  type: 'text',
  required: false,
  readOnly: true,
});

/** A value without a description, as text: lists separated by commas, deeper structures as JSON. */
function plainText(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return value.join(', ');
  if (isReference(value) && value.name) return value.name;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
